/// A decision for every name: which package stands for it, if any.
///
/// Made by apk's propagation or by the search; the change set is derived from it.
package struct Selection: Sendable {
    /// For each name the chosen provider; nil where no package stands for the name.
    package var chosen: [Provider?]
    /// The packages that must not be installed as they are: unmet dependencies, or the same name twice.
    package var errors: Set<PackageID> = []
    /// Names that are wanted and have no choice, and packages with an error; zero for an answer.
    package var errorCount = 0
    /// For each package, the flags that reached it.
    package var flags: [SolverFlags]
    /// For each package, the tags whose repositories it may come from, one bit per tag id.
    package var allowedTags: [UInt32]

    /// A selection without errors.
    init(chosen: [Provider?], flags: [SolverFlags], allowedTags: [UInt32]) {
        self.chosen = chosen
        self.flags = flags
        self.allowedTags = allowedTags
    }

    init(_ propagation: borrowing Propagation) {
        chosen = propagation.names.map(\.chosen)
        flags = propagation.packages.map(\.flags)
        allowedTags = propagation.packages.map(\.allowedTags)
        errorCount = propagation.errorCount
        for (index, state) in propagation.packages.enumerated() where state.marks.contains(.error) {
            errors.insert(PackageID(index))
        }
    }

    /// The choice for a name; nil for names beyond those of the problem.
    package func choice(_ name: NameID) -> Provider? { name.index < chosen.count ? chosen[name.index] : nil }
}
