/// A dependency as a value: `[!]name[@tag][op version]` (fields `D`, `p` and `i`, and the lines of a world).
public struct Dependency: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// The name that is asked for: a package's or one that packages provide.
    public var name: String
    /// The repository tag behind `@`; only a world has tags.
    public var tag: String?
    /// How a provider's version must stand to ``version``.
    public var relation: DependencyOperator
    /// The version, or the checksum for ``DependencyOperator/identity``; empty without an operator.
    public var version: String

    public init(name: String, tag: String? = nil, relation: DependencyOperator = .any, version: String = "") {
        self.name = name
        self.tag = tag
        self.relation = relation
        self.version = version
    }

    /// Whether this forbids rather than asks (`!name`).
    public var isConflict: Bool { relation.contains(.conflict) }

    /// Reads one dependency; nil if the text is none, is broken or holds more than one.
    public init?(_ description: String) {
        guard let parsed = try? Dependency(parsing: description) else { return nil }
        self = parsed
    }

    /// Reads one dependency in the syntax of a world.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-dependency`, or `invalid-version` where the syntax is right and
    ///   only the version (or checksum) is not one.
    public init(parsing text: String) throws(FormatError) {
        let failure = FormatError(.invalidDependency, text: text, expected: "name(@tag)([<>~=]version)")
        guard let (parsed, isBroken) = Dependency.readOne(text) else { throw failure }
        guard !isBroken else {
            throw FormatError(
                parsed.relation.isIdentity ? .invalidChecksum : .invalidVersion, text: text,
                expected: "name(@tag)([<>~=]version)")
        }
        self = parsed
    }

    private static func readOne(_ text: String) -> (Dependency, isBroken: Bool)? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = DependencyReader(bytes, in: 0..<bytes.count, allowsTag: true)
            guard let element = reader.next(), reader.next() == nil, reader.syntaxError == nil else { return nil }
            return (Dependency(element, in: bytes), element.isBroken)
        }
    }

    /// The value of an element that was read from `bytes`. An operator that accepts every order (`<=>`) asks for
    /// nothing, so that its version is left out.
    package init(_ element: DependencyReader.Element, in bytes: UnsafeBufferPointer<UInt8>) {
        name = String(decoding: UnsafeBufferPointer(rebasing: bytes[element.name]), as: UTF8.self)
        tag =
            element.tag.isEmpty
            ? nil : String(decoding: UnsafeBufferPointer(rebasing: bytes[element.tag]), as: UTF8.self)
        relation = element.relation.isAny ? element.relation.subtracting(.fuzzy) : element.relation
        version =
            relation.isAny ? "" : String(decoding: UnsafeBufferPointer(rebasing: bytes[element.version]), as: UTF8.self)
    }

    /// The dependency as a world holds it; the tag stands before the operator.
    public var description: String {
        (isConflict ? "!" : "") + name + (tag.map { "@" + $0 } ?? "") + (relation.isAny ? "" : relation.text + version)
    }
}
