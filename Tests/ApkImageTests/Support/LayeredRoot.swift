import ApkArchive
import ApkImage
import Foundation

/// What a container would see of an image: its layers, stacked as the OCI specification says, whiteouts included.
struct LayeredRoot: Equatable {
    struct File: Equatable, CustomStringConvertible {
        var kind: ArchiveEntry.Kind
        var mode: UInt32
        var owner: String
        var target: String
        var attributes: [ArchiveEntry.ExtendedAttribute]
        var content: [UInt8]

        var description: String {
            "\(kind) \(String(mode, radix: 8)) \(owner) \(target) \(String(decoding: content.prefix(40), as: UTF8.self))"
        }
    }

    /// By their paths; the root itself, empty, only where a layer has it.
    private(set) var files: [String: File] = [:]
    /// The first name of a file that has several.
    private var firstNames: [String: String] = [:]

    /// Reads the layers from a layout directory.
    init(_ layers: [BuiltLayer], in layout: String) throws {
        defer { firstNames = [:] }
        for layer in layers {
            try apply(path: "\(layout)/blobs/sha256/\(layer.descriptor.digest.hexadecimal)")
        }
    }

    private mutating func apply(path: String) throws {
        var gzip = try GzipMemberReader(FileSource(path: path))
        _ = try gzip.nextMember()
        var tar = TarReader(gzip)
        while let entry = try tar.next() {
            let path = String(decoding: entry.path, as: UTF8.self)
            var content: [UInt8] = []
            while let chunk = try tar.nextChunk() { content += chunk }
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            if name.hasPrefix(".wh.") {
                let hidden = path.dropLast(name.count) + name.dropFirst(4)
                for key in files.keys where key == hidden || key.hasPrefix(hidden + "/") { files[key] = nil }
                continue
            }
            if entry.kind == .hardLink {
                link(path, to: String(decoding: entry.linkTarget, as: UTF8.self), entry)
                continue
            }
            let isFileInTheWay = entry.kind != .directory && files[path]?.kind == .directory
            if isFileInTheWay { for key in files.keys where key.hasPrefix(path + "/") { files[key] = nil } }
            firstNames[path] = nil
            files[path] = File(
                kind: entry.kind, mode: entry.kind == .symbolicLink ? 0o777 : entry.mode,
                owner: "\(entry.userID):\(entry.groupID)", target: String(decoding: entry.linkTarget, as: UTF8.self),
                attributes: entry.extendedAttributes, content: content)
        }
    }

    /// Gives a file another name, and then, as containerd does, what the entry of that name says: its owner, without which
    /// capabilities are gone, its extended attributes and its mode.
    private mutating func link(_ path: String, to target: String, _ entry: ArchiveEntry) {
        guard var file = files[target] else { return }
        file.owner = "\(entry.userID):\(entry.groupID)"
        file.attributes.removeAll { old in
            old.name == Array("security.capability".utf8) || entry.extendedAttributes.contains { $0.name == old.name }
        }
        file.attributes += entry.extendedAttributes
        file.mode = entry.mode
        let first = firstNames[target] ?? target
        firstNames[path] = first
        for name in files.keys where name == first || firstNames[name] == first { files[name] = file }
        files[path] = file
    }

    /// The content of a file as text; nil if there is none.
    func text(_ path: String) -> String? { files[path].map { String(decoding: $0.content, as: UTF8.self) } }
}
