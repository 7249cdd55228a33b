internal import ApkArchive
internal import ApkFormats

/// What an image is made of, for documents that say so.
public struct BillOfMaterials: Sendable {
    /// The forms in which a bill is written.
    public enum Format: String, Sendable, CaseIterable {
        /// SPDX 2.3 as JSON.
        case spdx
        /// CycloneDX 1.5 as JSON.
        case cycloneDX = "cyclonedx"

        /// What such a file's name ends in.
        public var fileSuffix: String { self == .spdx ? ".spdx.json" : ".cdx.json" }
    }

    /// What the image is called.
    public var name: String
    /// The image's manifest; nil where there is none yet.
    public var manifest: BlobDigest?
    public var platform: Platform
    /// In seconds since 1970.
    public var created: Int
    /// The program that made the image, such as `apkresolve 1.0`: name and version.
    public var tool: (name: String, version: String)
    /// The packages in install order.
    public var components: [Component]
    /// Who needs whom: indexes of ``components``.
    public var dependencies: [Dependency]

    /// A package of the image.
    public struct Component: Hashable, Sendable {
        public var name: String
        public var version: String
        public var architecture: String
        public var license = ""
        public var origin = ""
        public var maintainer = ""
        public var url = ""
        public var summary = ""
        public var commit = ""
        /// In seconds since 1970; 0 if not known.
        public var buildTime = 0
        /// The digest by which apk knows the package, `Q1…`.
        public var identity = ""
        /// The SHA-256 of the data segment in hexadecimal; empty where there is none.
        public var dataHash = ""
        /// The vendor in package URLs, such as `alpine`.
        public var distribution = "alpine"
        /// The repository that has it, without credentials; empty if not known.
        public var repository = ""

        public init(name: String, version: String, architecture: String) {
            self.name = name
            self.version = version
            self.architecture = architecture
        }

        /// The name in the package URL scheme: `pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64`.
        public var packageURL: String {
            var text = "pkg:apk/\(Self.escaped(distribution))/\(Self.escaped(name.lowercased()))"
            text += "@\(Self.escaped(version))?arch=\(Self.escaped(architecture))"
            return text
        }

        private static func escaped(_ text: String) -> String {
            var escaped = ""
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    escaped.unicodeScalars.append(Unicode.Scalar(byte))
                default: escaped += "%" + Hexadecimal.string([byte]).uppercased()
                }
            }
            return escaped
        }
    }

    /// That one package needs another.
    public struct Dependency: Hashable, Sendable {
        public var from: Int
        public var to: Int

        public init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    public init(
        name: String, manifest: BlobDigest?, platform: Platform, created: Int, tool: (name: String, version: String),
        components: [Component], dependencies: [Dependency]
    ) {
        self.name = name
        self.manifest = manifest
        self.platform = platform
        self.created = created
        self.tool = tool
        self.components = components
        self.dependencies = dependencies
    }

    /// The document; the same bill is always the same text.
    public func document(_ format: Format) -> String {
        switch format {
        case .spdx: SPDXDocument(self).json.pretty
        case .cycloneDX: CycloneDXDocument(self).json.pretty
        }
    }

    /// 16 bytes that differ between bills of different content.
    var fingerprint: [UInt8] {
        var text = "\(name)\n\(manifest?.description ?? "")\n\(platform)\n\(created)\n"
        for component in components { text += "\(component.packageURL) \(component.identity)\n" }
        for dependency in dependencies { text += "\(dependency.from) \(dependency.to)\n" }
        guard let digest = try? Digest.of(Array(text.utf8), .sha256) else { preconditionFailure("SHA-256 is there") }
        return Array(digest.prefix(16))
    }

    /// The packages that each package needs, sorted, each once.
    var neededBy: [[Int]] {
        var needed = [Set<Int>](repeating: [], count: components.count)
        for dependency in dependencies where dependency.from != dependency.to {
            needed[dependency.from].insert(dependency.to)
        }
        return needed.map { $0.sorted() }
    }
}
