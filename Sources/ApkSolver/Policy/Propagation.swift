/// apk's way of choosing packages (`apk-solver.md` §§6–10).
///
/// Constraints are propagated as far as they go; then the most urgent undecided name gets its best provider for good,
/// and so on. Nothing is ever taken back, so a wrong early choice can end in an error although a solution exists: what
/// then follows is the business of the search.
struct Propagation {
    let problem: Problem
    let universe: Universe
    var names: SparseTable<NameState>
    var packages: SparseTable<PackageState>
    var queue = NameQueue()
    /// Names to reconsider, first in, first out.
    var dirty: [UInt32] = []
    var dirtyHead = 0
    /// Names required but undecidable, and packages with an error.
    var errorCount = 0
    /// Steps left until the propagation gives up.
    var budget: Int
    /// Names whose re-check was just requested; kept for its memory.
    var collected: [UInt32] = []
    /// The links of all lists of names whose providers depend on a name; `next` is a place plus one, 0 at the end.
    var watchers: [(name: UInt32, next: Int32)] = []
    /// The names that are decided, in the order of their decisions.
    var lockedNames: [UInt32] = []
    /// Whether a first decision was made.
    var hasDecided = false
    /// Whether names are decided in whatever order.
    let isOrderFree: Bool
    /// What the world can reach; nothing where the order does not matter.
    let discovery: Discovery
    /// Whether something was seen that depends on the order.
    var isOrderSensitive = false
    /// In any order: where the conditions of `install_if` stand.
    var conditions = ConditionState()

    init(_ problem: Problem, isOrderFree: Bool) {
        self.problem = problem
        self.isOrderFree = isOrderFree
        discovery = isOrderFree ? Discovery() : Discovery(problem)
        universe = problem.universe
        names = SparseTable(count: problem.vocabulary.nameCount, default: NameState())
        packages = SparseTable(count: problem.universe.packages.count, default: PackageState())
        budget = problem.stepBudget - discovery.steps
    }

    /// Chooses packages for a problem in apk's order.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget` where the problem's budget runs out.
    static func run(_ problem: Problem) throws(SolverError) -> Selection {
        var propagation = Propagation(problem, isOrderFree: false)
        propagation.start()
        while true {
            if let name = propagation.nextDirty() {
                propagation.reconsider(name)
            } else if let name = propagation.queue.next(propagation.names) {
                propagation.decide(name)
            } else {
                break
            }
            guard propagation.budget > 0 else {
                throw SolverError(.stepBudget, detail: "\(problem.stepBudget)")
            }
        }
        return Selection(propagation)
    }

    mutating func start() {
        for mark in problem.marks {
            names[mark.name.index].marks.insert(.explicit)
            for place in universe.providerRange(mark.name) {
                let package = universe.providers[place].package.index
                packages[package].flags.formUnion(mark.flags)
                packages[package].inheritable.formUnion(mark.inheritable)
            }
        }
        for entry in problem.world where !entry.requirement.isBroken {
            apply(entry.requirement, from: .world(tags: 1 << UInt32(entry.tag), flags: problem.globalFlags))
        }
    }

    mutating func nextDirty() -> NameID? {
        guard dirtyHead < dirty.count else {
            dirty.removeAll(keepingCapacity: true)
            dirtyHead = 0
            return nil
        }
        let name = NameID(Int(dirty[dirtyHead]))
        dirtyHead += 1
        budget -= 1
        names[name.index].marks.remove(.dirty)
        return name
    }
}
