/// Finds an install set whenever there is one, where apk's propagation gives up.
///
/// The search tries providers in apk's order of preference and goes back on a conflict. An `install_if` is met wherever
/// it can be: of those that cannot all be met together the fewest are dropped that the contradiction forces.
package struct CompleteSearch {
    /// What a search has found.
    package struct Answer: Sendable {
        package var selection: Selection
        package var decisions: Int
        package var conflicts: Int
    }

    /// What is looked for besides the constraints.
    private struct Wishes {
        /// Packages of an answer that was found, to which another one can be added.
        var kept: [Literal] = []
        /// The selectors of the `install_if` conditions that are to be met, and of those that cannot be.
        var active: [Literal]
        var dropped: [Literal] = []
    }

    private let problem: Problem
    private let preference: Preference
    private var encoding: ClauseEncoding
    private var policy: DemandPolicy
    private var wishes: Wishes
    /// The wishes before packages were kept, for when what is learnt about tags refuses these.
    private var earlierWishes: [Wishes] = []
    /// Packages whose `install_if` came true beside an answer, which were then added or found impossible.
    private var tried: Set<PackageID> = []
    /// Steps taken outside of the clause learner.
    private var extraSteps = 0

    /// A selection that meets every dependency; nil if there is none.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func run(_ problem: Problem) throws(SolverError) -> Answer? {
        var search = CompleteSearch(problem)
        return try search.run()
    }

    private init(_ problem: Problem) {
        self.problem = problem
        encoding = ClauseEncoding(problem, tellsFacts: false)
        preference = Preference(problem)
        policy = DemandPolicy(encoding, preference)
        wishes = Wishes(active: encoding.installIfSelectors.map(\.selector))
    }

    /// Each round ends the search, adds clauses that its model does not meet, or tries one more package; the budget
    /// counts them all.
    private mutating func run() throws(SolverError) -> Answer? {
        while try meetWishes() {
            guard let model = encoding.learner.model else { return nil }
            let chosen = encoding.scope.packages.filter { package in
                encoding.literal(package).map { model[$0] } ?? false
            }
            extraSteps += encoding.scope.packages.count
            let whole = SelectionAssembly(problem, chosen, preference, fixedChoices: encoding.choices(in: model))
            var assembly = whole
            assembly.prune()
            assembly.dropUnwalked()
            if let clauses = assembly.tagClauses(of: whole, &encoding) {
                for clause in clauses { encoding.add(clause) }
                continue
            }
            // What came true may have been left out because of what it would bring in turn, which cannot come in at all:
            // then that is what is left out.
            let packages = assembly.packages
            let missing = InstallIf(problem).triggered(by: packages).subtracting(packages).subtracting(tried)
            guard let package = missing.min() else {
                let statistics = encoding.learner.statistics
                return Answer(
                    selection: assembly.selection(), decisions: statistics.decisions, conflicts: statistics.conflicts)
            }
            tried.insert(package)
            try keep(packages.sorted() + [package])
        }
        return nil
    }

    /// Finds a model that meets the wishes, of which as few are given up as the contradictions force.
    ///
    /// - Returns: false if there is none without any.
    private mutating func meetWishes() throws(SolverError) -> Bool {
        while try !solve(wishes.active) {
            // The last condition of the contradiction is dropped; without conditions there is no answer.
            let failed = Set(encoding.learner.failedAssumptions)
            if let victim = wishes.active.last(where: { failed.contains($0) }) {
                wishes.active.removeAll { $0 == victim }
                wishes.dropped.append(victim)
            } else if let earlier = earlierWishes.popLast() {
                wishes = earlier
            } else {
                return false
            }
        }
        for literal in wishes.dropped.reversed() where try solve(wishes.active + [literal]) {
            wishes.dropped.removeAll { $0 == literal }
            wishes.active.append(literal)
        }
        return try solve(wishes.active)
    }

    /// Keeps packages from now on, if they can be installed together.
    private mutating func keep(_ packages: [PackageID]) throws(SolverError) {
        let before = wishes
        wishes = Wishes(kept: packages.compactMap { encoding.literal($0) }, active: [])
        guard wishes.kept.count == packages.count, try solve([]) else {
            wishes = before
            return
        }
        earlierWishes.append(before)
        for (_, selector) in encoding.installIfSelectors {
            if try solve(wishes.active + [selector]) {
                wishes.active.append(selector)
            } else {
                wishes.dropped.append(selector)
            }
        }
    }

    private mutating func solve(_ assumptions: [Literal]) throws(SolverError) -> Bool {
        let budget = problem.stepBudget - encoding.learner.statistics.steps - extraSteps
        guard budget > 0 else { throw SolverError(.stepBudget, detail: "\(problem.stepBudget)") }
        switch encoding.solve(assumptions: wishes.kept + assumptions, budget: budget, policy: &policy) {
        case .satisfiable: return true
        case .unsatisfiable: return false
        case .budgetExhausted: throw SolverError(.stepBudget, detail: "\(problem.stepBudget)")
        }
    }
}
