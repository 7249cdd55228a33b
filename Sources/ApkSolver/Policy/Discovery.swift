/// Everything that a world can reach, in the order in which apk comes by it (`apk-solver.md` §6). What is never reached
/// plays no part.
///
/// The walk reaches nearly the whole universe for nearly every world. So it keeps a bit for each name and package and
/// leaves all else for when a name is really looked at.
struct Discovery: Sendable {
    /// The names that were reached.
    private var seen: BitSet
    /// Each name's number in post-order, from 1: a later number is decided earlier.
    private(set) var order: [Int32]
    /// How many steps it took, for the problem's budget.
    private(set) var steps = 0

    /// Nothing.
    init() {
        seen = BitSet(count: 0)
        order = []
    }

    func contains(_ name: NameID) -> Bool { seen.contains(name.index) }

    /// - Parameter problem: whose world is walked from.
    init(_ problem: Problem) {
        seen = BitSet(count: problem.vocabulary.nameCount)
        order = [Int32](repeating: 0, count: problem.vocabulary.nameCount)
        var walk = DiscoveryWalk(problem)
        for entry in problem.world where !entry.requirement.isBroken { walk.run(from: entry.requirement.name, &self) }
    }

    /// Reaches a name; false if it was reached before.
    fileprivate mutating func insert(_ name: NameID) -> Bool {
        guard !seen.contains(name.index) else { return false }
        seen.insert(name.index)
        return true
    }

    fileprivate mutating func finish(_ name: NameID, number: Int32) { order[name.index] = number }

    fileprivate mutating func step() { steps += 1 }
}

/// The walk's own state.
private struct DiscoveryWalk {
    private let universe: Universe
    private var counter: Int32 = 0
    /// The names that the walk is in; a walk on the call stack would be as deep as the universe.
    private var stack: [Visit] = []
    /// The packages whose dependencies were walked, or are.
    private var met: BitSet
    /// How far the lists that several names share have been walked: everything before is seen, whoever walked there.
    /// Without this a package with a thousand provided names would be walked a million times. For a name, how many in
    /// its list of waiting names; for a package, how many of its provided names.
    private var walkedWaiting: [UInt32]
    private var walkedProvided: [UInt32]

    /// Where the walk stands in one name.
    private struct Visit {
        let name: NameID
        let providers: Range<Int>
        var stage = Stage.dependencies
        /// The place in the list of providers.
        var provider: Int
        /// What is left of the list that belongs to the stage and the provider.
        var rest = 0..<0
    }

    private enum Stage { case dependencies, waiting, waitingForProviders, provided, conditions }

    init(_ problem: Problem) {
        universe = problem.universe
        met = BitSet(count: universe.packages.count)
        walkedWaiting = [UInt32](repeating: 0, count: problem.vocabulary.nameCount)
        walkedProvided = [UInt32](repeating: 0, count: universe.packages.count)
    }

    /// Visits everything that a name leads to, once per name.
    mutating func run(from name: NameID, _ discovery: inout Discovery) {
        open(name, &discovery)
        while var visit = stack.popLast() {
            if let next = step(&visit, &discovery) {
                stack.append(visit)
                open(next, &discovery)
            }
        }
    }

    private mutating func open(_ name: NameID, _ discovery: inout Discovery) {
        guard discovery.insert(name) else { return }
        let providers = universe.providerRange(name)
        stack.append(Visit(name: name, providers: providers, provider: providers.lowerBound))
    }

    /// Moves a visit on to the next name that it leads to; nil when the visit is over.
    private mutating func step(_ visit: inout Visit, _ discovery: inout Discovery) -> NameID? {
        while true {
            discovery.step()
            switch visit.stage {
            case .dependencies:
                while let place = visit.rest.popFirst() {
                    let name = universe.dependencies[place].name
                    if !discovery.contains(name) { return name }
                }
                guard let package = nextProvider(&visit) else {
                    visit.stage = .waiting
                    continue
                }
                if met.contains(package.index) { continue }
                met.insert(package.index)
                visit.rest = universe.dependencyRange(package)
            case .waiting:
                if let next = nextWaiting(for: visit.name, discovery) { return next }
                visit.provider = visit.providers.lowerBound
                visit.stage = .waitingForProviders
            case .waitingForProviders:
                guard visit.provider < visit.providers.upperBound else {
                    counter += 1
                    discovery.finish(visit.name, number: counter)
                    visit.provider = visit.providers.lowerBound
                    visit.stage = .conditions
                    continue
                }
                let package = universe.providers[visit.provider].package
                if let next = nextWaiting(for: universe.packages[package.index].name, discovery) { return next }
                visit.stage = .provided
            case .provided:
                let package = universe.providers[visit.provider].package
                if let next = nextProvided(by: package, discovery) { return next }
                visit.provider += 1
                visit.stage = .waitingForProviders
            case .conditions:
                while let place = visit.rest.popFirst() {
                    let name = universe.installIf[place].name
                    if !discovery.contains(name) { return name }
                }
                guard let package = nextProvider(&visit) else { return nil }
                visit.rest = universe.installIfRange(package)
            }
        }
    }

    private func nextProvider(_ visit: inout Visit) -> PackageID? {
        guard visit.provider < visit.providers.upperBound else { return nil }
        visit.provider += 1
        return universe.providers[visit.provider - 1].package
    }

    /// The next unseen name that waits for a name by its `install_if`.
    private mutating func nextWaiting(for name: NameID, _ discovery: borrowing Discovery) -> NameID? {
        let waiting = universe.installIfNames.range(name.index)
        while Int(walkedWaiting[name.index]) < waiting.count {
            let place = waiting.lowerBound + Int(walkedWaiting[name.index])
            walkedWaiting[name.index] += 1
            let next = NameID(Int(universe.installIfNames.elements[place]))
            if !discovery.contains(next) { return next }
        }
        return nil
    }

    /// The next unseen name that a package provides.
    private mutating func nextProvided(by package: PackageID, _ discovery: borrowing Discovery) -> NameID? {
        let provided = universe.providedRange(package)
        while Int(walkedProvided[package.index]) < provided.count {
            let place = provided.lowerBound + Int(walkedProvided[package.index])
            walkedProvided[package.index] += 1
            let next = universe.providedNames[place].name
            if !discovery.contains(next) { return next }
        }
        return nil
    }
}
