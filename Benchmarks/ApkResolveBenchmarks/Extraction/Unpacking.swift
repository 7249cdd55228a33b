import ApkArchive
import Foundation

/// The least that turns data segments into files: it inflates, hashes the compressed bytes and each file, and writes the
/// files under their names. It believes every header, compares no digest, and knows neither owners, links nor a database.
///
/// What a program that does all of that takes more is its own.
struct Unpacking {
    let name: String
    let members: GzipMembers
    /// Where the trees are written.
    let place: String

    func measure(repetitions: Int) throws -> Measurement {
        var times: [Double] = []
        for number in 0...repetitions {
            let root = "\(place)/bare-\(number)"
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: root) }
            let start = processorMilliseconds()
            var tree = try BareTree(root)
            _ = try members.inflate { try tree.take($0) }
            // The first one warms up.
            if number > 0 { times.append(processorMilliseconds() - start) }
        }
        return Measurement(name: name, times: times.sorted(), result: 0)
    }
}

/// Writes a tar stream that comes in pieces of any size.
private struct BareTree: ~Copyable {
    private let root: Int32
    private var digest: Digest
    private var header: [UInt8] = []
    /// The file that is being written, and what is left of it and of its last block.
    private var file: Int32 = -1
    private var contentLeft = 0
    private var paddingLeft = 0

    init(_ path: String) throws {
        digest = try Digest(.sha1)
        root = open(path, O_RDONLY | O_DIRECTORY)
    }

    deinit { close(root) }

    mutating func take(_ piece: UnsafeRawBufferPointer) throws {
        var rest = piece
        while !rest.isEmpty {
            if contentLeft > 0 {
                let content = UnsafeRawBufferPointer(rebasing: rest.prefix(contentLeft))
                if file >= 0 {
                    digest.update(content)
                    guard write(file, content.baseAddress, content.count) == content.count else {
                        throw CocoaError(.fileWriteUnknown)
                    }
                }
                contentLeft -= content.count
                if contentLeft == 0 { finishFile() }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(content.count))
            } else if paddingLeft > 0 {
                let count = min(paddingLeft, rest.count)
                paddingLeft -= count
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } else {
                let part = rest.prefix(512 - header.count)
                header += part
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
                if header.count == 512 { try begin() }
            }
        }
    }

    private mutating func begin() throws {
        defer { header.removeAll(keepingCapacity: true) }
        func text(_ range: Range<Int>) -> String {
            String(decoding: header[range].prefix { $0 != 0 }, as: UTF8.self)
        }
        contentLeft = Int(text(124..<136).trimmingCharacters(in: .whitespaces), radix: 8) ?? 0
        paddingLeft = -contentLeft & 511
        let (prefix, base) = (text(345..<500), text(0..<100))
        let path = prefix.isEmpty ? base : "\(prefix)/\(base)"
        switch header[156] {
        case UInt8(ascii: "5"): mkdirat(root, path, 0o755)
        case UInt8(ascii: "0"):
            file = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
            if contentLeft == 0 { finishFile() }
        default: break
        }
    }

    private mutating func finishFile() {
        guard file >= 0 else { return }
        _ = digest.finish()
        futimens(file, nil)
        close(file)
        file = -1
    }
}
