/// How one version stands to another. The raw values are apk's operator bits, so that a comparison is tested against
/// an operator with one `and`.
public enum VersionOrder: UInt8, Sendable {
    case equal = 1
    case less = 2
    case greater = 4

    /// Orders two comparable values.
    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left < right ? .less : left > right ? .greater : .equal
    }
}

/// Compares two versions, valid or not, as apk 3 does. An empty version is less than every valid one.
///
/// - Parameters:
///   - fuzzy: true for the operator `~`: equal as well if `right` is a prefix of `left`, part by part.
package func compareVersions(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, fuzzy: Bool = false
) -> VersionOrder {
    var a = VersionTokens(left)
    var b = VersionTokens(right)
    while a.kind == b.kind, a.kind.rawValue < VersionTokens.Kind.end.rawValue {
        let order = a.compareValue(to: b)
        if order != .equal { return order }
        a.advance()
        b.advance()
    }
    if a.kind == b.kind { return .equal }
    if fuzzy, b.kind == .end { return .equal }
    if a.isPreRelease { return .less }
    if b.isPreRelease { return .greater }
    return a.kind.rawValue > b.kind.rawValue ? .less : .greater
}

/// Whether the whole text is a version by apk's grammar.
package func isValidVersion(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var tokens = VersionTokens(bytes)
    while tokens.kind.rawValue < VersionTokens.Kind.end.rawValue { tokens.advance() }
    return tokens.kind == .end
}
