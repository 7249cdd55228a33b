/// The file `.PKGINFO` of a package: lines `key = value`.
///
/// Comments and lines without ` = ` are passed over, as apk does; everything else is kept in ``fields``, known or not.
public struct PackageInfo: Hashable, Sendable {
    /// A line `key = value`.
    public struct Field: Hashable, Sendable {
        /// The text before the first ` = `.
        public var key: String
        /// The text behind it.
        public var value: String
        /// The number of the line, counted from 1.
        public var line: Int
    }

    /// The lines in their order.
    public let fields: [Field]

    /// Reads the content of a `.PKGINFO`.
    ///
    /// - Throws: ``FormatError`` with the code `missing-field` without a `pkgname` or a `pkgver`, and `invalid-value` at
    ///   a line that ends with a carriage return. Everything else that may be wrong is in ``problems``.
    public init(parsing text: [UInt8]) throws(FormatError) {
        var fields: [Field] = []
        var line = 0
        for bytes in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            line += 1
            guard bytes.first != UInt8(ascii: "#"), let separator = Self.separator(in: bytes) else { continue }
            let key = String(decoding: bytes[..<separator], as: UTF8.self)
            guard bytes.last != 0x0d else {
                throw FormatError(
                    .invalidValue, line: line, field: key, text: String(decoding: bytes.prefix(200), as: UTF8.self),
                    expected: "a line that ends with a line feed alone, not CR LF")
            }
            fields.append(
                Field(key: key, value: String(decoding: bytes[(separator + 3)...], as: UTF8.self), line: line))
        }
        self.fields = fields
        for key in ["pkgname", "pkgver"] where (value(of: key) ?? "").isEmpty {
            throw FormatError(.missingField, field: key, expected: "a line \(key) = …")
        }
    }

    /// Where the first ` = ` starts.
    private static func separator(in line: ArraySlice<UInt8>) -> Int? {
        line.indices.dropLast(2).first { line[$0] == 0x20 && line[$0 + 1] == 0x3d && line[$0 + 2] == 0x20 }
    }

    /// The values of all lines with this key. A reader that distrusts a package asks for `datahash` here, and refuses
    /// more than one.
    public func values(of key: String) -> [String] { fields.filter { $0.key == key }.map(\.value) }

    /// The value of the last line with this key, which is the one that counts where a key comes once.
    public func value(of key: String) -> String? { fields.last { $0.key == key }?.value }
}

/// The keys. In brackets the index's letter for the same fact.
extension PackageInfo {
    /// `pkgname` (`P`).
    public var name: String { value(of: "pkgname") ?? "" }
    /// `pkgver` (`V`), which need not follow the grammar.
    public var version: String { value(of: "pkgver") ?? "" }
    /// `arch` (`A`).
    public var architecture: String? { nonEmpty("arch") }
    /// `pkgdesc` (`T`).
    public var summary: String { value(of: "pkgdesc") ?? "" }
    /// `url` (`U`).
    public var url: String { value(of: "url") ?? "" }
    /// `license` (`L`).
    public var license: String { value(of: "license") ?? "" }
    /// `origin` (`o`).
    public var origin: String? { nonEmpty("origin") }
    /// `maintainer` (`m`).
    public var maintainer: String? { nonEmpty("maintainer") }
    /// `packager`: who built it.
    public var packager: String? { nonEmpty("packager") }
    /// `builddate` in seconds since 1970 (`t`); 0 if not said.
    public var buildTime: Int { number("builddate") }
    /// `commit` (`c`).
    public var commit: String? { nonEmpty("commit") }
    /// `size` in bytes on disk, as the build tool measured it (`I`).
    public var installedSize: Int { number("size") }
    /// `provider_priority` (`k`), 0…65535.
    public var providerPriority: Int { number("provider_priority") & 0xffff }
    /// `replaces_priority`: who keeps a file that two packages replace; 0 if not said.
    public var replacesPriority: Int { number("replaces_priority") }
    /// `depend` (`D`).
    public var dependencies: [Dependency] { list("depend").dependencies }
    /// `provides` (`p`).
    public var provides: [Dependency] { list("provides").dependencies }
    /// `install_if` (`i`); as in an index none at all if one of them is broken.
    public var installIf: [Dependency] {
        let (dependencies, errors) = list("install_if")
        return errors.isEmpty ? dependencies : []
    }
    /// `replaces`: the packages whose files it may take over.
    public var replaces: [Dependency] { list("replaces").dependencies }
    /// `triggers`: patterns of absolute directory names.
    public var triggers: [String] {
        values(of: "triggers").flatMap { $0.split(separator: " ").map(String.init) }
    }
    /// `datahash`: the SHA-256 of the data member's compressed bytes in hexadecimal; nil if there is none, or several.
    public var dataHash: String? {
        let hashes = values(of: "datahash")
        return hashes.count == 1 ? hashes[0] : nil
    }

    private static let knownKeys: Set<String> = [
        "pkgname", "pkgver", "arch", "pkgdesc", "url", "license", "origin", "maintainer", "packager", "builddate",
        "commit", "size", "provider_priority", "replaces_priority", "depend", "provides", "install_if", "replaces",
        "triggers", "datahash",
    ]

    /// The lines with keys that apk does not know.
    public var unknownFields: [Field] { fields.filter { !Self.knownKeys.contains($0.key) } }

    private func nonEmpty(_ key: String) -> String? { value(of: key).flatMap { $0.isEmpty ? nil : $0 } }

    private func number(_ key: String) -> Int {
        var value = value(of: key) ?? ""
        return value.withUTF8 { decimalNumber($0) }
    }

    private func list(_ key: String) -> (dependencies: [Dependency], errors: [FormatError]) {
        var dependencies: [Dependency] = []
        var errors: [FormatError] = []
        for field in fields where field.key == key {
            var value = field.value
            errors += value.withUTF8 { Dependency.readList($0, field: key, into: &dependencies) }
                .map { $0.at(line: field.line) }
        }
        return (dependencies, errors)
    }
}

extension PackageInfo {
    /// What is wrong with the values: a version or dependency that is none, a name that cannot be part of a path.
    public var problems: [FormatError] {
        var problems: [FormatError] = []
        for (key, value) in [("pkgname", name), ("arch", architecture ?? "noarch")] {
            do { _ = try PathComponent(value, field: key) } catch { problems.append(error) }
        }
        if !Version.isValid(version) {
            problems.append(
                FormatError(.invalidVersion, field: "pkgver", text: version, expected: "a version such as 1.2.3-r0"))
        }
        for key in ["depend", "provides", "install_if", "replaces"] { problems += list(key).errors }
        return problems
    }

    /// The package as a record of an index.
    ///
    /// - Parameters:
    ///   - checksum: the digest of the control segment.
    ///   - downloadSize: the size of the package file in bytes.
    public func record(checksum: Checksum, downloadSize: Int) -> IndexRecord {
        var text: [UInt8] = []
        text.append(field: "C") { Checksum(checksum.identity).write(to: &$0) }
        func append(_ letter: Unicode.Scalar, _ value: String?) {
            if let value { text.append(field: letter) { $0.append(contentsOf: value.utf8) } }
        }
        func append(_ letter: Unicode.Scalar, _ number: Int, isOptional: Bool = false) {
            if number != 0 || !isOptional { text.append(field: letter) { $0.append(decimal: number) } }
        }
        append("P", name)
        append("V", version)
        append("A", architecture)
        append("S", downloadSize)
        append("I", installedSize)
        append("T", summary)
        append("U", url)
        append("L", license)
        append("o", origin)
        append("m", maintainer)
        append("t", buildTime, isOptional: true)
        append("c", commit)
        append("k", providerPriority, isOptional: true)
        text.append(field: "D", dependencies)
        text.append(field: "p", provides)
        text.append(field: "i", installIf)
        return IndexRecord(text: text, range: 0..<text.count)
    }
}
