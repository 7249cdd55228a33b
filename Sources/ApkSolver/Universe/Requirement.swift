package import ApkFormats

/// A dependency on interned names: what a package needs (`D`), waits for (`i`) or must not meet (`!`).
package struct Requirement: BitwiseCopyable, Hashable, Sendable {
    /// The name that is asked for.
    package var name: NameID
    /// The version or the checksum text; ``VersionID/none`` without an operator.
    package var version: VersionID
    package var relation: DependencyOperator
    /// Whether the version is none by apk's grammar.
    package var isBroken: Bool

    package init(name: NameID, version: VersionID, relation: DependencyOperator, isBroken: Bool = false) {
        self.name = name
        self.version = version
        self.relation = relation
        self.isBroken = isBroken
    }

    /// Whether this forbids rather than asks.
    package var isConflict: Bool { relation.contains(.conflict) }
}

/// A name that a package offers: its own, with its version, or one of its `p` entries.
package struct Provider: BitwiseCopyable, Hashable, Sendable {
    package var package: PackageID
    /// The version under which the name is offered; ``VersionID/none`` for a virtual one.
    package var version: VersionID
}

/// A `p` entry of a package.
package struct ProvidedName: BitwiseCopyable, Hashable, Sendable {
    package var name: NameID
    package var version: VersionID
    package var isBroken: Bool
}
