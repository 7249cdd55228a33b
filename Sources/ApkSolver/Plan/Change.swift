/// One step from the installed packages to the wanted ones.
public struct Change: Hashable, Sendable {
    /// What is installed under the name before; nil for a new package.
    public var old: PackageID?
    /// What is installed after; nil for a removal.
    public var new: PackageID?
    /// The repository tag that is recorded for the new package, without `@`; empty for none.
    public var tag: String
    /// What the step does.
    public var kind: Kind

    /// What a step does; the words are those of apk's transcript.
    public enum Kind: String, Sendable {
        case install, purge, upgrade, downgrade
        /// Another package of the same name and version.
        case replace
        case reinstall
        /// The same package, of which only the recorded tag changes.
        case updatePinning
        /// The package stays as it is.
        case keep
    }
}

/// The steps of a solution in the order in which they are to be done.
public struct ChangeSet: Sendable {
    /// All steps, those that keep a package included.
    package var steps: [Change]
    /// The packages with an error, and the number of errors; empty and zero for an answer.
    package var errors: Set<PackageID>
    package var errorCount: Int

    /// The steps that change something, in the order in which they are to be done.
    public var changes: [Change] { steps.filter { $0.kind != .keep } }
    /// The packages that are installed afterwards, in the order of the steps.
    public var packages: [PackageID] { steps.compactMap(\.new) }
}
