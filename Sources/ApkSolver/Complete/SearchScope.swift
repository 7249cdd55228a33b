/// The part of a universe that can matter for a problem: what the world can reach.
///
/// Names lead to their providers, packages to the names they depend on, and to the packages whose `install_if` they
/// may complete. Everything else can be left out of every answer.
struct SearchScope {
    /// The packages that can matter, in the order of ids.
    private(set) var packages: [PackageID] = []
    private var isReached: [Bool]
    private var isWanted: [Bool]
    private var pending: [NameID] = []
    private let ignoresInstallIf: Bool

    init(_ problem: Problem) {
        let universe = problem.universe
        ignoresInstallIf = problem.ignoresInstallIf
        isReached = [Bool](repeating: false, count: universe.packages.count)
        isWanted = [Bool](repeating: false, count: problem.vocabulary.nameCount)
        for entry in problem.world where !entry.requirement.isBroken && !entry.requirement.isConflict {
            want(entry.requirement.name)
        }
        while let name = pending.popLast() {
            for place in universe.providerRange(name) { reach(universe.providers[place].package, universe) }
        }
        packages = isReached.indices.filter { isReached[$0] }.map { PackageID($0) }
    }

    /// Every package of a universe.
    init(everythingIn universe: Universe) {
        ignoresInstallIf = true
        isReached = []
        isWanted = []
        packages = universe.packages.indices.map { PackageID($0) }
    }

    private mutating func want(_ name: NameID) {
        guard !isWanted[name.index] else { return }
        isWanted[name.index] = true
        pending.append(name)
    }

    private mutating func reach(_ package: PackageID, _ universe: Universe) {
        guard !isReached[package.index] else { return }
        isReached[package.index] = true
        for place in universe.dependencyRange(package) where !universe.dependencies[place].isConflict {
            want(universe.dependencies[place].name)
        }
        wakeWaiting(universe.packages[package.index].name, universe)
        for place in universe.providedRange(package) { wakeWaiting(universe.providedNames[place].name, universe) }
    }

    /// Reaches the packages that wait for a name if all their conditions have become possible.
    private mutating func wakeWaiting(_ name: NameID, _ universe: Universe) {
        guard !ignoresInstallIf else { return }
        for waiting in universe.installIfNames[name.index] {
            for place in universe.providerRange(NameID(Int(waiting))) {
                let package = universe.providers[place].package
                let conditions = universe.installIfRange(package)
                guard !isReached[package.index], !conditions.isEmpty else { continue }
                let isPossible = conditions.allSatisfy { place in
                    let condition = universe.installIf[place]
                    return condition.isConflict
                        || universe.providerRange(condition.name).contains {
                            isReached[universe.providers[$0].package.index]
                        }
                }
                if isPossible { reach(package, universe) }
            }
        }
    }
}
