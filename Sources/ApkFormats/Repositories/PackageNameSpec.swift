/// The pattern by which an index of apk v3 names its package files (`pkgname-spec`), such as
/// `${arch}/${name}-${version}.apk`.
///
/// Variables are `name`, `version`, `arch` and `hash`; `${hash:8}` stands for the first 8 characters.
public struct PackageNameSpec: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case text(String)
        case variable(String, limit: Int?)
    }

    private let text: String
    private let parts: [Part]

    /// Reads a pattern.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-value` for variables that do not exist, and where the last part
    ///   of the path does not begin with `${name}` and one of `-`, `_` and `.`, as apk asks for.
    public init(_ text: String) throws(FormatError) {
        self.text = text
        var parts: [Part] = []
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            if dollar != rest.startIndex { parts.append(.text(String(rest[..<dollar]))) }
            guard rest[dollar...].hasPrefix("${"), let end = rest[dollar...].firstIndex(of: "}") else {
                throw Self.failure(text, "variables as ${name}")
            }
            parts.append(try Self.variable(rest[dollar..<end].dropFirst(2), text))
            rest = rest[end...].dropFirst()
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
        let file = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard ["${name}-", "${name}_", "${name}."].contains(where: { file.hasPrefix($0) }) else {
            throw Self.failure(text, "a file's name that begins with ${name} and -, _ or .")
        }
    }

    private static func variable(_ body: Substring, _ text: String) throws(FormatError) -> Part {
        let words = body.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = words.first, ["name", "version", "arch", "hash"].contains(name), words.count <= 2 else {
            throw failure(text, "the variables name, version, arch and hash")
        }
        guard words.count == 2 else { return .variable(String(name), limit: nil) }
        guard let limit = Int(words[1]), limit > 0, limit <= 64 else {
            throw failure(text, "a number of characters from 1 to 64 behind the colon")
        }
        return .variable(String(name), limit: limit)
    }

    private static func failure(_ text: String, _ expected: String) -> FormatError {
        FormatError(
            .invalidValue, field: "pkgname-spec", text: String(decoding: text.utf8.prefix(200), as: UTF8.self),
            expected: expected)
    }

    /// Whether the pattern is a whole URL, and not a path below the repository's.
    public var isAbsolute: Bool { text.contains("://") }

    /// The path, or URL, of a package.
    ///
    /// - Throws: ``FormatError`` where the values cannot be part of a path, or lead out of the directory meant.
    func path(
        name: String, version: String, architecture: String, identity: Checksum.Identity
    ) throws(FormatError) -> String {
        var path = ""
        for part in parts {
            switch part {
            case .text(let text): path += text
            case .variable(let variable, let limit):
                let value: String
                switch variable {
                case "name": value = try PathComponent(name, field: "P").description
                case "version": value = try PathComponent(version, field: "V").description
                case "arch": value = try PathComponent(architecture, field: "A").description
                default: value = Checksum(identity).hexadecimal
                }
                path += limit.map { String(value.prefix($0)) } ?? value
            }
        }
        guard isAbsolute || path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(Self.isComponent)
        else { throw Self.failure(path, "a path that stays below the repository") }
        return path
    }

    private static func isComponent(_ part: Substring) -> Bool {
        var part = String(part)
        return part.withUTF8 { PathComponent.isValid($0) }
    }
}
