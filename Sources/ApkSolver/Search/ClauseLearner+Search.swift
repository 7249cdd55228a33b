extension ClauseLearner {
    /// Looks for a model of the constraints in which all assumptions are true.
    ///
    /// - Parameters:
    ///   - assumptions: made true in this order before any decision. An unsatisfiable search names those that matter in
    ///     ``failedAssumptions``. Searches in a row are fast where their assumptions begin alike.
    ///   - budget: the most steps that the search may take (``SearchStatistics/steps``); it may take a few more to end
    ///     what it is at.
    ///   - policy: decides.
    mutating func solve(
        assumptions: [Literal] = [], budget: Int = .max, policy: inout some DecisionPolicy
    ) -> SearchOutcome {
        search(assumptions: assumptions, budget: budget, mayDecide: true, policy: &policy)
    }

    /// Whether propagation alone shows that the assumptions contradict the constraints; if so, which of them is in
    /// ``failedAssumptions``.
    mutating func isRefuted(_ assumptions: [Literal], policy: inout some DecisionPolicy) -> Bool {
        search(assumptions: assumptions, budget: .max, mayDecide: false, policy: &policy) == .unsatisfiable
    }

    private mutating func search(
        assumptions: [Literal], budget: Int, mayDecide: Bool, policy: inout some DecisionPolicy
    ) -> SearchOutcome {
        failedAssumptions.removeAll()
        guard isConsistent else { return .unsatisfiable }
        let limit = statistics.steps.addingReportingOverflow(budget)
        let lastStep = limit.overflow ? Int.max : limit.partialValue
        returnToCommonPrefix(of: assumptions)
        policy.searchWillBegin(variableCount: variableCount)
        var conflictsUntilRestart = restartInterval(after: 0)
        var restarts = 0
        while true {
            if !propagate() {
                statistics.conflicts += 1
                conflictsUntilRestart -= 1
                guard learn(policy: &policy) else {
                    isConsistent = false
                    backtrack(to: 0, policy: &policy)
                    return .unsatisfiable
                }
                policy.conflictWasResolved()
                continue
            }
            if statistics.steps >= lastStep { return .budgetExhausted }
            reduceIfNeeded()
            if conflictsUntilRestart <= 0 {
                restarts += 1
                statistics.restarts += 1
                conflictsUntilRestart = restartInterval(after: restarts)
                backtrack(to: min(assumptions.count, assignment.level), policy: &policy)
                continue
            }
            if assignment.level < assumptions.count {
                let assumption = assumptions[assignment.level]
                if assignment.isFalse(assumption) {
                    analyzeFailure(of: assumption, assumptions: assumptions)
                    return .unsatisfiable
                }
                // An assumption that follows from others gets an empty level: levels and assumptions stay in step.
                decide(assumption, completionCursor: 0)
                placedAssumptions.append(assumption)
                continue
            }
            guard mayDecide else { return .budgetExhausted }
            if let decision = policy.nextDecision(assignment) {
                precondition(assignment.isOpen(decision), "the decision is assigned already")
                statistics.decisions += 1
                decide(decision, completionCursor: completionCursors.last ?? 0)
            } else if let decision = completionDecision() {
                statistics.decisions += 1
                decide(decision, completionCursor: UInt32(decision.variable + 1))
            } else {
                model = Model(values: assignment.values)
                return .satisfiable
            }
        }
    }

    /// Looks for a model in which all assumptions are true, deciding by a list of literals, the best first.
    ///
    /// Without restarts the first model is the lexicographically best one, see ``PriorityOrder``.
    mutating func solve(
        assumptions: [Literal] = [], budget: Int = .max, preferring literals: [Literal] = []
    ) -> SearchOutcome {
        var policy = PriorityOrder(literals)
        return solve(assumptions: assumptions, budget: budget, policy: &policy)
    }

    /// Draws the consequences of the facts.
    ///
    /// - Returns: false if they contradict each other.
    mutating func propagateFacts() -> Bool {
        backtrackToFacts()
        if isConsistent, !propagate() { isConsistent = false }
        return isConsistent
    }

    /// The negation of the open variable with the lowest number.
    private func completionDecision() -> Literal? {
        var variable = Int(completionCursors.last ?? 0)
        while variable < variableCount {
            let literal = Literal(variable: variable, negated: true)
            if assignment.isOpen(literal) { return literal }
            variable += 1
        }
        return nil
    }

    /// Analyses a conflict, goes back and adds what was learned.
    ///
    /// - Returns: false if the constraints contradict each other.
    private mutating func learn(policy: inout some DecisionPolicy) -> Bool {
        guard let level = analyzeConflict(policy: &policy) else { return false }
        let glue = countLevels()
        backtrack(to: level, policy: &policy)
        statistics.learnedClauses += 1
        let learned = analysis.learned
        switch learned.count {
        case 1:
            assignment.assign(learned[0], because: .none)
        case 2:
            attachBinary(learned[0], learned[1])
            assignment.assign(learned[0], because: .binary(learned[1]))
        default:
            let reference = arena.append(learned, learned: true, glue: glue)
            attach(reference)
            learnedReferences.append(reference)
            assignment.assign(learned[0], because: .clause(reference))
        }
        return true
    }

    /// The number of levels that the learned clause spans.
    private mutating func countLevels() -> Int {
        analysis.stamp += 1
        var count = 0
        for literal in analysis.learned {
            let level = assignment.level(of: literal)
            // Assumptions that others imply open levels, too, so there may be more levels than variables.
            while analysis.levelStamps.count <= level { analysis.levelStamps.append(0) }
            if analysis.levelStamps[level] != analysis.stamp {
                analysis.levelStamps[level] = analysis.stamp
                count += 1
            }
        }
        return count
    }

    /// Goes back to where the trail of the last search and the new assumptions part.
    private mutating func returnToCommonPrefix(of assumptions: [Literal]) {
        var common = 0
        let most = min(placedAssumptions.count, assumptions.count)
        while common < most, placedAssumptions[common] == assumptions[common] { common += 1 }
        var policy = PriorityOrder([])
        backtrack(to: common, policy: &policy)
    }

    /// Conflicts until the next restart: Luby's sequence 1, 1, 2, 1, 1, 2, 4, ... times the option's interval.
    private func restartInterval(after restarts: Int) -> Int {
        guard let interval = options.restartInterval else { return .max }
        var index = restarts
        var size = 1
        while size < index + 1 { size = 2 * size + 1 }
        while size - 1 != index {
            size = (size - 1) / 2
            index %= size
        }
        return interval * ((size + 1) / 2)
    }
}
