/// A name in a ``Universe``: of a package, or one that packages provide or mention. Ids count up from 0 in the order
/// in which the texts mention the names.
public struct NameID: BitwiseCopyable, Hashable, Comparable, Sendable {
    package let rawValue: UInt32
    package init(_ index: Int) { rawValue = UInt32(truncatingIfNeeded: index) }
    package var index: Int { Int(rawValue) }
    public static func < (left: NameID, right: NameID) -> Bool { left.rawValue < right.rawValue }
}

/// A package in a ``Universe``. Ids count up from 0 in the order of loading: the installed database, then the
/// repositories one after another, then what was added last.
public struct PackageID: BitwiseCopyable, Hashable, Comparable, Sendable {
    package let rawValue: UInt32
    package init(_ index: Int) { rawValue = UInt32(truncatingIfNeeded: index) }
    package var index: Int { Int(rawValue) }
    public static func < (left: PackageID, right: PackageID) -> Bool { left.rawValue < right.rawValue }
}

/// A version text in a ``Universe``; ``none`` is the empty version of a provided name without one.
public struct VersionID: BitwiseCopyable, Hashable, Sendable {
    package let rawValue: UInt32
    package init(_ index: Int) { rawValue = UInt32(truncatingIfNeeded: index) }
    package var index: Int { Int(rawValue) }
    /// The empty version.
    package static let none = VersionID(0)
    /// Whether there is a version text at all.
    package var isVersioned: Bool { rawValue != 0 }
}
