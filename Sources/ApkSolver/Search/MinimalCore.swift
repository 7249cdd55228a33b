/// A set of facts that contradict the constraints together, none of which can be left out.
///
/// Each fact is a literal: a selector that switches its constraints on. Among all minimal sets this finds the one that
/// keeps early facts: whether a fact is needed is asked from the last to the first, each time with all earlier ones in
/// place. So the result depends on the constraints and the order of the facts only, not on what the learner has
/// learned before.
enum MinimalCore {
    enum Outcome: Sendable, Equatable {
        /// The facts that contradict each other, in the caller's order. `isMinimal` is false if the budget ended before
        /// every one of them was proved necessary.
        case core([Literal], isMinimal: Bool)
        /// All facts can hold together; ``ClauseLearner/model`` says how.
        case satisfiable
        /// The budget ended before the facts were known to contradict each other.
        case budgetExhausted
    }

    /// Finds the minimal core of the facts that keeps early ones.
    ///
    /// - Parameters:
    ///   - learner: keeps what it learns; its constraints do not change.
    ///   - facts: the candidates, those that an explanation should rather name first.
    ///   - background: assumptions that hold in any case and are not part of the answer.
    ///   - budget: the most steps for all searches together.
    ///   - policy: decides in these searches.
    static func find(
        in learner: inout ClauseLearner, facts: [Literal], background: [Literal] = [], budget: Int = .max,
        policy: inout some DecisionPolicy
    ) -> Outcome {
        let limit = learner.statistics.steps.addingReportingOverflow(budget)
        let lastStep = limit.overflow ? Int.max : limit.partialValue
        // Found necessary, the latest first.
        var needed: [Literal] = []
        // With what is needed, the first `contradictory` facts contradict the constraints.
        var contradictory = facts.count

        func search(_ count: Int) -> SearchOutcome {
            let remaining = max(0, lastStep - learner.statistics.steps)
            return learner.solve(
                assumptions: background + needed + facts[..<count], budget: remaining, policy: &policy)
        }
        // The facts up to the last one that the search needed to fail.
        func failedCount(upTo count: Int) -> Int {
            let failed = Set(learner.failedAssumptions).subtracting(needed).subtracting(background)
            return facts[..<count].lastIndex { failed.contains($0) }.map { $0 + 1 } ?? 0
        }

        switch search(facts.count) {
        case .satisfiable: return .satisfiable
        case .budgetExhausted: return .budgetExhausted
        case .unsatisfiable: contradictory = failedCount(upTo: facts.count)
        }
        var smallest = learner.failedAssumptions
        while contradictory > 0 {
            // Finds the least number of leading facts that contradict what is needed: the last of these is needed, too.
            var consistent = -1
            var stride = 1
            while consistent + 1 < contradictory {
                let count = max(consistent + 1, contradictory - stride)
                switch search(count) {
                case .budgetExhausted:
                    return .core(facts.filter(Set(smallest).contains), isMinimal: false)
                case .unsatisfiable:
                    contradictory = failedCount(upTo: count)
                    if learner.failedAssumptions.count < smallest.count { smallest = learner.failedAssumptions }
                    stride *= 2
                case .satisfiable:
                    consistent = count
                    // The model may satisfy more of the facts.
                    if let model = learner.model {
                        while consistent + 1 < contradictory, model[facts[consistent]] { consistent += 1 }
                    }
                    stride = max(1, (contradictory - consistent) / 2)
                }
            }
            if contradictory > 0 {
                contradictory -= 1
                needed.append(facts[contradictory])
            }
        }
        return .core(facts.filter(Set(needed).contains), isMinimal: true)
    }

    /// Finds the minimal core of the facts that keeps early ones, deciding everything false.
    static func find(
        in learner: inout ClauseLearner, facts: [Literal], background: [Literal] = [], budget: Int = .max
    ) -> Outcome {
        var policy = PriorityOrder([])
        return find(in: &learner, facts: facts, background: background, budget: budget, policy: &policy)
    }
}
