internal import ApkFormats

/// In which order the search tries the providers of a name: as apk ranks them where nothing stands in the way
/// (`apk-solver.md` §9), and among virtual ones without priority, which apk would not choose at all, the smallest first.
struct Preference {
    private let problem: Problem
    private let universe: Universe
    /// The tags with which the world asks for a name.
    private var tags: [NameID: Int] = [:]
    private var flags: [PackageID: SolverFlags] = [:]

    init(_ problem: Problem) {
        self.problem = problem
        universe = problem.universe
        for entry in problem.world where entry.tag != 0 { tags[entry.requirement.name] = entry.tag }
        for mark in problem.marks {
            for place in universe.providerRange(mark.name) {
                flags[universe.providers[place].package, default: []].formUnion(mark.flags)
            }
        }
    }

    /// The flags that the command gives a package.
    func flags(of package: PackageID) -> SolverFlags { flags[package, default: []].union(problem.globalFlags) }

    /// Whether one provider of a name is tried before another.
    func precedes(_ left: Provider, _ right: Provider, for name: NameID) -> Bool {
        let a = universe.packages[left.package.index]
        let b = universe.packages[right.package.index]
        let flags = flags(of: left.package).union(flags(of: right.package))
        let installed = (a.traits.contains(.installed), b.traits.contains(.installed))
        let keepsInstalled = flags.contains(.installed) || (problem.prefersInstalled && !flags.contains(.upgrade))
        if keepsInstalled, installed.0 != installed.1 { return installed.0 }
        if flags.contains(.available) {
            let available = (universe.isAvailable(left.package), universe.isAvailable(right.package))
            if available.0 != available.1 { return available.0 }
        }
        if !flags.contains(.latest) {
            let preferred = (isPreferred(left.package, name), isPreferred(right.package, name))
            if preferred.0 != preferred.1 { return preferred.0 }
            let isComparable = a.name == b.name || left.version.isVersioned || right.version.isVersioned
            if flags.isDisjoint(with: [.remove, .upgrade]), isComparable, installed.0 != installed.1 {
                return installed.0
            }
        }
        let offered = problem.vocabulary.order(left.version, right.version)
        if offered != .equal { return offered == .greater }
        if a.name == b.name {
            let own = problem.vocabulary.order(a.version, b.version)
            if own != .equal { return own == .greater }
        }
        if a.providerPriority != b.providerPriority { return a.providerPriority > b.providerPriority }
        if !flags.contains(.remove), installed.0 != installed.1 { return installed.0 }
        if !left.version.isVersioned, a.providerPriority == 0, a.installedSize != b.installedSize {
            return a.installedSize < b.installedSize
        }
        let repositories = (a.repositories.trailingZeroBitCount, b.repositories.trailingZeroBitCount)
        if repositories.0 != repositories.1 { return repositories.0 < repositories.1 }
        return left.package < right.package
    }

    /// Whether a package comes from the repositories that are meant: the tag's, else the untagged ones.
    private func isPreferred(_ package: PackageID, _ name: NameID) -> Bool {
        let tag = tags[name] ?? tags[universe.packages[package.index].name] ?? 0
        return problem.repositories(of: package) & problem.vocabulary.repositories(ofTag: tag) != 0
    }
}
