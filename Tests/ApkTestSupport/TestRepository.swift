import Foundation

/// A repository of packages made by a test, with its index and key, in a directory that goes with the value.
///
///     let repository = try TestRepository([.init(package)])
///     run(["install", "example", "--root", repository.path("root")] + repository.options)
public final class TestRepository: Sendable {
    /// A package, and what the index says of it instead of the truth.
    public struct Item: Sendable {
        public var package: PackageBuilder
        /// Values of fields of the index, by their letters.
        public var fields: [String: String]
        /// The file's name, where it is not the usual one.
        public var fileName: String?

        public init(_ package: PackageBuilder, fields: [String: String] = [:], fileName: String? = nil) {
            self.package = package
            self.fields = fields
            self.fileName = fileName
        }
    }

    /// The directory for everything; the repository is below.
    public let directory: String

    /// - Parameter architecture: the directory's.
    public init(_ items: [Item], architecture: String = "x86_64") throws {
        directory = NSTemporaryDirectory() + "apkresolve-repository-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: "\(directory)/repository/\(architecture)", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(directory)/keys", withIntermediateDirectories: true)
        try Data(TestKey.first.publicPEM).write(to: URL(fileURLWithPath: "\(directory)/keys/\(TestKey.first.name)"))
        var text = ""
        for item in items {
            let built = item.package.build()
            let name = item.fileName ?? "\(item.package.name)-\(item.package.version).apk"
            try Data(built.bytes).write(to: URL(fileURLWithPath: "\(directory)/repository/\(architecture)/\(name)"))
            var fields: [(String, String)] = [
                ("C", "Q1" + Data(built.identity).base64EncodedString()), ("P", item.package.name),
                ("V", item.package.version), ("A", item.package.architecture), ("S", "\(built.bytes.count)"),
                ("I", "\(item.package.installedSize)"), ("T", "An example"), ("U", "https://example.org"), ("L", "MIT"),
                ("o", item.package.origin), ("t", "1700000000"),
            ]
            for (letter, value) in item.fields {
                fields.removeAll { $0.0 == letter }
                fields.append((letter, value))
            }
            text += fields.map { "\($0.0):\($0.1)\n" }.joined() + "\n"
        }
        let index = IndexBuilder(text, signatures: [.by(.first, .sha1)]).bytes()
        try Data(index).write(to: URL(fileURLWithPath: "\(directory)/repository/\(architecture)/APKINDEX.tar.gz"))
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Options by which the command finds it.
    public var options: [String] {
        ["-X", path("repository"), "--keys-dir", path("keys"), "--arch", "x86_64", "--no-cache"]
    }

    /// A path beside the repository.
    public func path(_ relative: String) -> String { "\(directory)/\(relative)" }

    /// All that is below the directory, relative to it and sorted.
    public var names: [String] {
        (FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []).sorted()
    }
}
