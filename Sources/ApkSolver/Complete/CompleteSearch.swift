/// Finds an install set whenever there is one, where apk's propagation gives up.
///
/// The search tries providers in apk's order of preference and goes back on a conflict. An `install_if` is met wherever
/// it can be: of those that cannot all be met together the fewest are dropped that the contradiction forces.
package enum CompleteSearch {
    /// What a search has found.
    package struct Answer: Sendable {
        package var selection: Selection
        package var decisions: Int
        package var conflicts: Int
    }

    /// A selection that meets every dependency; nil if there is none.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func run(_ problem: Problem) throws(SolverError) -> Answer? {
        var encoding = ClauseEncoding(problem, tellsFacts: false)
        let preference = Preference(problem)
        var policy = DemandPolicy(encoding, preference)
        var active = encoding.installIfSelectors.map(\.selector)
        var dropped: [Literal] = []
        // Packages of an answer that was found, to which another one can be added.
        var kept: [Literal] = []
        var tried: Set<PackageID> = []
        func solve(_ assumptions: [Literal]) throws(SolverError) -> Bool {
            switch encoding.solve(assumptions: kept + assumptions, budget: problem.stepBudget, policy: &policy) {
            case .satisfiable: return true
            case .unsatisfiable: return false
            case .budgetExhausted: throw SolverError(.stepBudget, detail: "\(problem.stepBudget)")
            }
        }
        while true {
            while try !solve(active) {
                // The last condition of the contradiction is dropped; without conditions there is no answer.
                let failed = Set(encoding.learner.failedAssumptions)
                guard let victim = active.last(where: { failed.contains($0) }) else { return nil }
                active.removeAll { $0 == victim }
                dropped.append(victim)
            }
            for literal in dropped.reversed() where try solve(active + [literal]) {
                dropped.removeAll { $0 == literal }
                active.append(literal)
            }
            guard try solve(active), let model = encoding.learner.model else { return nil }
            let chosen = encoding.scope.packages.filter { package in
                encoding.literal(package).map { model[$0] } ?? false
            }
            var assembly = SelectionAssembly(problem, chosen, preference)
            assembly.prune()
            if let clause = assembly.unsupportedTagClause(encoding) {
                for literals in clause { encoding.add(literals) }
                continue
            }
            // What came true may have been left out because of what it would bring in turn, which cannot come in at all:
            // then that is what is left out.
            let packages = assembly.packages
            let missing = InstallIf(problem).triggered(by: packages).subtracting(packages).subtracting(tried)
            if let package = missing.min() {
                tried.insert(package)
                let before = kept
                kept = (packages.sorted() + [package]).compactMap { encoding.literal($0) }
                if kept.count == packages.count + 1, try solve([]) {
                    active = []
                    dropped = []
                    for (_, selector) in encoding.installIfSelectors {
                        if try solve(active + [selector]) { active.append(selector) } else { dropped.append(selector) }
                    }
                } else {
                    kept = before
                }
                continue
            }
            let statistics = encoding.learner.statistics
            return Answer(
                selection: assembly.selection(), decisions: statistics.decisions, conflicts: statistics.conflicts)
        }
    }
}
