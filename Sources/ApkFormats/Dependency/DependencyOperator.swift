/// The operator of a dependency, as a set of the orders that it accepts.
///
/// The bits are apk's own: reports sort equal dependencies by them.
public struct DependencyOperator: BitwiseCopyable, OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let equal = DependencyOperator(rawValue: VersionOrder.equal.rawValue)
    public static let less = DependencyOperator(rawValue: VersionOrder.less.rawValue)
    public static let greater = DependencyOperator(rawValue: VersionOrder.greater.rawValue)
    /// Versions that start with the given one (`~`).
    public static let fuzzy = DependencyOperator(rawValue: 8)
    /// A dependency that must *not* be met (`!`).
    public static let conflict = DependencyOperator(rawValue: 16)

    /// Any version, or none.
    public static let any: DependencyOperator = [.equal, .less, .greater]
    /// Exactly the package with the given checksum (`><`).
    public static let identity: DependencyOperator = [.less, .greater]

    /// The order bits without `~` and `!`.
    public var orders: DependencyOperator { intersection(.any) }
    /// Whether the operator compares nothing.
    public var isAny: Bool { isSuperset(of: .any) }
    /// Whether the operator names a package by its checksum.
    public var isIdentity: Bool { self == .identity }

    /// The operator as apk writes it; empty for ``any``.
    public var text: String {
        switch subtracting(.conflict) {
        case .less: "<"
        case [.less, .equal]: "<="
        case [.less, .equal, .fuzzy], [.less, .fuzzy]: "<~"
        case [.equal, .fuzzy], .fuzzy: "~"
        case .equal: "="
        case [.greater, .equal]: ">="
        case [.greater, .equal, .fuzzy], [.greater, .fuzzy]: ">~"
        case .greater: ">"
        case .identity: "><"
        default: ""
        }
    }

    /// Whether a provider's version stands to the wanted one as this operator asks; conflicts are not inverted here.
    package func accepts(_ order: VersionOrder) -> Bool { rawValue & order.rawValue != 0 }
}
