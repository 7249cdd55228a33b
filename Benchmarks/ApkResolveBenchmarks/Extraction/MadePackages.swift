import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation

/// A repository of packages made for measuring: the same for the same seed, and of a known shape.
///
/// Real packages at hand are small, so that what is paid for each of them counts for more than it does in an image. These
/// are 33, of 180 MB in 7,140 files: one has 60 MB with a program of 45 MB among them, the others share the rest in files
/// of all sizes. They compress to a third, as programs and their data do. All are signed by a key of their own, and so is
/// the index.
struct MadePackages {
    static let packageCount = 33
    static let fileCount = 7_140
    static let totalSize = 180_000_000
    private static let largePackage = (size: 60_000_000, program: 45_000_000, files: 300)
    private static let time = 1_700_000_000

    /// The repository, the directory of its key, and the names of the packages in order.
    let repository: String
    let keys: String
    let names: [String]

    /// Makes the repository below a directory that is there.
    ///
    /// - Parameter seed: other seeds make other bytes of the same shape.
    init(in directory: String, seed: UInt64 = 1) throws {
        repository = directory + "/made"
        keys = directory + "/made-keys"
        let key = TestKey(name: "made@example.org-00000001.rsa.pub")
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        try Data(key.publicPEM).write(to: URL(fileURLWithPath: "\(keys)/\(key.name)"))
        let packages = repository + "/x86_64"
        try FileManager.default.createDirectory(atPath: packages, withIntermediateDirectories: true)
        var records: [IndexRecord] = []
        for number in 0..<Self.packageCount {
            let package = try Self.package(number, seed: seed, key)
            let path = "\(packages)/\(package.name)-\(package.version).apk"
            try Data(package.bytes).write(to: URL(fileURLWithPath: path))
            let ring = KeyRing(keys: [(name: key.name, pem: key.publicPEM)])
            records.append(try PackageVerifier(keys: ring).verify(path: path).record)
        }
        names = records.map(\.name)
        let text = String(decoding: IndexWriter.index(of: records), as: UTF8.self)
        let index = IndexBuilder(text, signatures: [.by(key, .sha1)]).bytes()
        try Data(index).write(to: URL(fileURLWithPath: packages + "/APKINDEX.tar.gz"))
    }

    /// The sizes of a package's files.
    private static func sizes(_ number: Int, _ random: inout SplitMix64) -> [Int] {
        if number == 0 {
            let rest = largePackage.size - largePackage.program
            return [largePackage.program] + shares(of: rest, count: largePackage.files - 1, &random)
        }
        let others = packageCount - 1
        let files = fileCount - largePackage.files
        let count = files / others + (number <= files % others ? 1 : 0)
        return shares(of: (totalSize - largePackage.size) / others, count: count, &random)
    }

    /// Sizes that add up to a sum, most of them far below the mean and a few far above it, as files are.
    private static func shares(of sum: Int, count: Int, _ random: inout SplitMix64) -> [Int] {
        let weights = (0..<count).map { _ in
            let uniform = Double.random(in: 0.001..<1, using: &random)
            return 1 / uniform
        }
        let total = weights.reduce(0, +)
        var sizes = weights.map { Int($0 / total * Double(sum)) }
        sizes[0] += sum - sizes.reduce(0, +)
        return sizes
    }

    private static func package(
        _ number: Int, seed: UInt64, _ key: TestKey
    ) throws -> (name: String, version: String, bytes: [UInt8]) {
        var random = SplitMix64(seed: seed &* 1000 &+ UInt64(number))
        let sizes = sizes(number, &random)
        let bytes = compressibleBytes(sizes.reduce(0, +), &random)
        var start = 0
        // A level between: building is not what is measured.
        var tar = TarWriter(GzipWriter(MemorySink(), level: 6, threads: 2), writesChecksums: true)
        let name = "made-\(number)"
        var directories: Set<String> = []
        func entry(_ path: String, _ kind: ArchiveEntry.Kind, mode: UInt32) -> ArchiveEntry {
            ArchiveEntry(
                path: Array(path.utf8), kind: kind, mode: mode, userName: Array("root".utf8),
                groupName: Array("root".utf8), modificationTime: time)
        }
        for (file, size) in sizes.enumerated() {
            // Some 25 files in a directory, below directories that all packages share.
            let directory = file == 0 ? "usr/bin" : "usr/share/\(name)/part-\(file / 25)"
            var parent = ""
            for component in directory.split(separator: "/") {
                parent += (parent.isEmpty ? "" : "/") + component
                if directories.insert(parent).inserted { try tar.append(entry(parent, .directory, mode: 0o755)) }
            }
            let content = Array(bytes[start..<start + size])
            start += size
            var header = entry("\(directory)/\(name)-\(file)", .regular, mode: file == 0 ? 0o755 : 0o644)
            header.checksum = TestHash.sha1(content)
            try tar.append(header, content: content)
        }
        try tar.finish()
        var builder = PackageBuilder()
        builder.name = name
        builder.origin = name
        builder.installedSize = sizes.reduce(0, +)
        builder.signatures = [.by(key, .sha1)]
        builder.dataMember = tar.output.output.bytes
        return (name, builder.version, builder.build().bytes)
    }
}

/// Bytes that compress to a third and inflate as fast as programs do: runs of a few bytes, of which some are more frequent
/// than others, and between them copies of what came not long before.
private func compressibleBytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = random.bytes(64)
    bytes.reserveCapacity(count + 64)
    while bytes.count < count {
        // The bits of one number make all choices; squares prefer small values.
        var word = random.next()
        func choose(_ bits: UInt64) -> Int {
            defer { word >>= bits }
            return Int(word & (1 << bits - 1))
        }
        for _ in 0..<choose(2) {
            let value = choose(8)
            bytes.append(UInt8(value * value / 256))
        }
        let long = choose(8)
        let length = 4 + long * long / 256 * long * 30 / 65536
        let far = choose(15)
        let distance = max(4, min(bytes.count, far * far / 32768))
        let start = bytes.count - distance
        for index in start..<start + length { bytes.append(bytes[index]) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}
