/// A decision for every name: which package stands for it, if any.
///
/// Made by apk's propagation or by the search; the change set is derived from it.
package struct Selection: Sendable {
    /// The chosen providers; nil where no package stands for the name.
    private var chosen: SparseTable<Provider?>
    private var reached: SparseTable<Reached>
    /// The packages that must not be installed as they are: unmet dependencies, or the same name twice.
    package var errors: Set<PackageID> = []
    /// Names that are wanted and have no choice, and packages with an error; zero for an answer.
    package var errorCount = 0

    /// What came to a package from the world.
    private struct Reached: Sendable {
        var flags: SolverFlags = []
        var allowedTags: UInt32 = 1
    }

    /// A selection without errors.
    ///
    /// - Parameters:
    ///   - chosen: for each name the chosen provider.
    ///   - flags: for each package the flags that reached it.
    ///   - allowedTags: for each package the tags whose repositories it may come from, one bit per tag id.
    init(chosen: [Provider?], flags: [SolverFlags], allowedTags: [UInt32]) {
        self.chosen = SparseTable(count: chosen.count, default: nil)
        for (index, provider) in chosen.enumerated() where provider != nil { self.chosen[index] = provider }
        reached = SparseTable(count: flags.count, default: Reached())
        for index in flags.indices where !flags[index].isEmpty || allowedTags[index] != 1 {
            reached[index] = Reached(flags: flags[index], allowedTags: allowedTags[index])
        }
    }

    init(_ propagation: borrowing Propagation) {
        chosen = SparseTable(count: propagation.names.count, default: nil)
        for name in propagation.lockedNames {
            if let provider = propagation.names[Int(name)].chosen { chosen[Int(name)] = provider }
        }
        var reached = SparseTable(count: propagation.packages.count, default: Reached())
        // Any order is for problems without tags and flags, and for answers without errors.
        guard !propagation.isOrderFree else {
            self.reached = reached
            return
        }
        var errors: Set<PackageID> = []
        propagation.packages.forEachTouched { index, state in
            if !state.flags.isEmpty || state.allowedTags != 1 {
                reached[index] = Reached(flags: state.flags, allowedTags: state.allowedTags)
            }
            if state.marks.contains(.error) { errors.insert(PackageID(index)) }
        }
        self.reached = reached
        self.errors = errors
        errorCount = propagation.errorCount
    }

    /// The choice for a name; nil for names beyond those of the problem.
    package func choice(_ name: NameID) -> Provider? { name.index < chosen.count ? chosen[name.index] : nil }

    /// The flags that reached a package.
    package func flags(of package: PackageID) -> SolverFlags { reached[package.index].flags }

    /// The tags whose repositories a package may come from, one bit per tag id.
    package func allowedTags(of package: PackageID) -> UInt32 { reached[package.index].allowedTags }
}
