/// A package version such as `1.2.4_git20230717-r4`, in the grammar and order of apk 3 (field `V`).
///
/// Two versions are equal if neither is greater, so `1` equals `01`; the text is kept as it was written.
public struct Version: Comparable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    private let text: String

    /// Makes a version from its text; nil if the text does not follow the grammar.
    public init?(_ description: String) {
        guard Version.isValid(description) else { return nil }
        text = description
    }

    /// The text as it was written.
    public var description: String { text }

    /// Whether `text` follows the grammar.
    public static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isValidVersion($0) }
    }

    /// Compares two texts as apk does, valid or not; with `fuzzy` as the operator `~` does.
    public static func compare(_ left: String, _ right: String, fuzzy: Bool = false) -> VersionOrder {
        var left = left
        var right = right
        return left.withUTF8 { left in right.withUTF8 { compareVersions(left, $0, fuzzy: fuzzy) } }
    }

    /// Whether this version matches `prefix` as in `name~prefix`: 1.20.3 matches 1.20 and does not match 1.2.
    public func matches(prefix: Version) -> Bool { Version.compare(text, prefix.text, fuzzy: true) == .equal }

    public static func == (left: Version, right: Version) -> Bool { compare(left.text, right.text) == .equal }
    public static func < (left: Version, right: Version) -> Bool { compare(left.text, right.text) == .less }
}
