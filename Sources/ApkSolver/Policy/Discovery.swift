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
    private let marks: InstallIfMarks
    private var counter: Int32 = 0
    /// The names that the walk is in; a walk on the call stack would be as deep as the universe.
    private var stack: [Visit] = []
    /// The packages whose dependencies were walked, or are.
    private var met: BitSet
    /// How far the lists that several names share have been walked: everything before is seen, whoever walked there.
    /// Without this a package with a thousand provided names would be walked a million times. For a package, how many
    /// of its provided names, and whether that is all of them; for a name, the same of those that wait for it.
    private var walkedProvided: [UInt32]
    private var isProvidedDone: BitSet
    private var walkedWaiting: [UInt32]
    private var isWaitingDone: BitSet

    /// Where the walk stands in one name.
    private struct Visit {
        let name: NameID
        /// The places in the list of providers: the first one, the one that is looked at, and the end.
        let firstProvider: UInt32
        var provider: UInt32
        let lastProvider: UInt32
        /// What is left of the list that belongs to the stage and the provider.
        var rest: Range<UInt32> = 0..<0
        var stage = Stage.dependencies
    }

    private enum Stage: UInt8 { case dependencies, waiting, waitingForProviders, provided, conditions }

    init(_ problem: Problem) {
        universe = problem.universe
        marks = universe.installIfMarks
        met = BitSet(count: universe.packages.count)
        walkedProvided = [UInt32](repeating: 0, count: universe.packages.count)
        isProvidedDone = BitSet(count: universe.packages.count)
        walkedWaiting = [UInt32](repeating: 0, count: universe.names.count)
        isWaitingDone = BitSet(count: universe.names.count)
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
        let first = UInt32(truncatingIfNeeded: providers.lowerBound)
        let last = UInt32(truncatingIfNeeded: providers.upperBound)
        stack.append(Visit(name: name, firstProvider: first, provider: first, lastProvider: last))
    }

    /// Moves a visit on to the next name that it leads to; nil when the visit is over.
    private mutating func step(_ visit: inout Visit, _ discovery: inout Discovery) -> NameID? {
        while true {
            discovery.step()
            switch visit.stage {
            case .dependencies:
                while let place = visit.rest.popFirst() {
                    let name = universe.dependencies[Int(place)].name
                    if !discovery.contains(name) { return name }
                }
                guard let package = nextProvider(&visit) else {
                    visit.stage = .waiting
                    continue
                }
                if met.contains(package.index) { continue }
                met.insert(package.index)
                visit.rest = Self.places(universe.dependencyRange(package))
            case .waiting:
                if marks.isAwaited(visit.name), let next = nextWaiting(for: visit.name, discovery) { return next }
                visit.provider = visit.firstProvider
                visit.stage = .waitingForProviders
            case .waitingForProviders:
                guard visit.provider < visit.lastProvider else {
                    counter += 1
                    discovery.finish(visit.name, number: counter)
                    visit.provider = visit.firstProvider
                    visit.stage = .conditions
                    continue
                }
                let package = universe.providers[Int(visit.provider)].package
                if marks.hasAwaitedName(package) {
                    let name = universe.packages[package.index].name
                    if let next = nextWaiting(for: name, discovery) { return next }
                }
                visit.stage = .provided
            case .provided:
                let package = universe.providers[Int(visit.provider)].package
                if let next = nextProvided(by: package, discovery) { return next }
                visit.provider += 1
                visit.stage = .waitingForProviders
            case .conditions:
                while let place = visit.rest.popFirst() {
                    let name = universe.installIf[Int(place)].name
                    if !discovery.contains(name) { return name }
                }
                guard let package = nextProvider(&visit) else { return nil }
                if marks.waits(package) { visit.rest = Self.places(universe.installIfRange(package)) }
            }
        }
    }

    private static func places(_ range: Range<Int>) -> Range<UInt32> {
        UInt32(truncatingIfNeeded: range.lowerBound)..<UInt32(truncatingIfNeeded: range.upperBound)
    }

    private func nextProvider(_ visit: inout Visit) -> PackageID? {
        guard visit.provider < visit.lastProvider else { return nil }
        visit.provider += 1
        return universe.providers[Int(visit.provider) - 1].package
    }

    /// The next unseen name that waits for a name by its `install_if`.
    private mutating func nextWaiting(for name: NameID, _ discovery: borrowing Discovery) -> NameID? {
        guard !isWaitingDone.contains(name.index) else { return nil }
        let waiting = universe.installIfNames.range(name.index)
        for place in (waiting.lowerBound + Int(walkedWaiting[name.index]))..<waiting.upperBound {
            let next = NameID(Int(universe.installIfNames.elements[place]))
            guard !discovery.contains(next) else { continue }
            walkedWaiting[name.index] = UInt32(truncatingIfNeeded: place + 1 - waiting.lowerBound)
            return next
        }
        isWaitingDone.insert(name.index)
        return nil
    }

    /// The next unseen name that a package provides.
    private mutating func nextProvided(by package: PackageID, _ discovery: borrowing Discovery) -> NameID? {
        guard !isProvidedDone.contains(package.index) else { return nil }
        let provided = universe.providedRange(package)
        for place in (provided.lowerBound + Int(walkedProvided[package.index]))..<provided.upperBound {
            let next = universe.providedNames[place].name
            guard !discovery.contains(next) else { continue }
            walkedProvided[package.index] = UInt32(truncatingIfNeeded: place + 1 - provided.lowerBound)
            return next
        }
        isProvidedDone.insert(package.index)
        return nil
    }
}
