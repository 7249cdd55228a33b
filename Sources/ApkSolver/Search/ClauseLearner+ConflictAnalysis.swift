extension ClauseLearner {
    /// Learns from a conflict: leaves the clause in ``AnalysisState/learned`` and says which level to go back to.
    ///
    /// - Returns: the level to which the search goes back and on which the clause's first literal follows; nil if the
    ///   conflict needs no assumption and no decision.
    mutating func analyzeConflict(policy: inout some DecisionPolicy) -> Int? {
        loadConflict()
        // A sum's explanation may do without the present level.
        let level = analysis.antecedents.reduce(0) { max($0, assignment.level(of: $1)) }
        if level == 0 { return nil }
        backtrack(to: level, policy: &policy)

        analysis.learned.removeAll(keepingCapacity: true)
        analysis.learned.append(Literal(code: 0))
        var open = 0
        var position = assignment.count
        while true {
            statistics.steps += analysis.antecedents.count
            for antecedent in analysis.antecedents {
                let variable = antecedent.variable
                let entry = assignment.entries[variable]
                guard entry.level > 0, analysis.marks[variable] == .none else { continue }
                analysis.marks[variable] = .inClause
                analysis.marked.append(UInt32(truncatingIfNeeded: variable))
                policy.variableWasInvolved(variable)
                if Int(entry.level) == level { open += 1 } else { analysis.learned.append(antecedent) }
            }
            repeat { position -= 1 } while analysis.marks[assignment.trail[position].variable] == .none
            let literal = assignment.trail[position]
            open -= 1
            if open == 0 {
                analysis.learned[0] = !literal
                break
            }
            loadReason(of: literal)
        }
        minimizeLearned()
        for variable in analysis.marked { analysis.marks[Int(variable)] = .none }
        analysis.marked.removeAll(keepingCapacity: true)
        return moveBackjumpLiteralSecond()
    }

    /// Puts a literal of the highest level but the first's own second, where it is watched.
    private mutating func moveBackjumpLiteralSecond() -> Int {
        guard analysis.learned.count > 1 else { return 0 }
        var best = 1
        for position in 2..<max(2, analysis.learned.count)
        where assignment.level(of: analysis.learned[position]) > assignment.level(of: analysis.learned[best]) {
            best = position
        }
        analysis.learned.swapAt(1, best)
        return assignment.level(of: analysis.learned[1])
    }

    /// Removes literals of the learned clause that its others imply.
    private mutating func minimizeLearned() {
        var kept = 1
        for position in 1..<max(1, analysis.learned.count) {
            let literal = analysis.learned[position]
            if assignment.reason(of: literal) == .none || !isRedundant(literal) {
                analysis.learned[kept] = literal
                kept += 1
            }
        }
        analysis.learned.removeSubrange(kept...)
    }

    /// Whether every path back from a false literal of the learned clause ends at other literals of the clause or facts.
    ///
    /// Walks with an explicit stack; what it finds about each variable on the way is remembered for the next question.
    private mutating func isRedundant(_ start: Literal) -> Bool {
        analysis.stack.removeAll(keepingCapacity: true)
        analysis.stack.append(AnalysisState.Step(literal: !start, nextPosition: 0))
        while let step = analysis.stack.last {
            statistics.steps += 1
            guard let antecedent = antecedent(of: step.literal, at: Int(step.nextPosition)) else {
                // All antecedents are fine.
                analysis.stack.removeLast()
                if !analysis.stack.isEmpty { mark(step.literal.variable, .redundant) }
                continue
            }
            analysis.stack[analysis.stack.count - 1].nextPosition += 1
            let variable = antecedent.variable
            let entry = assignment.entries[variable]
            if entry.level == 0 { continue }
            switch analysis.marks[variable] {
            case .inClause, .redundant: continue
            case .none where entry.reason != .none:
                analysis.stack.append(AnalysisState.Step(literal: !antecedent, nextPosition: 0))
            case .none, .needed:
                // Nothing on the path can be left out either; the literals of the clause keep their own mark.
                mark(variable, .needed)
                for step in analysis.stack.dropFirst() { mark(step.literal.variable, .needed) }
                return false
            }
        }
        return true
    }

    private mutating func mark(_ variable: Int, _ mark: AnalysisState.Mark) {
        if analysis.marks[variable] == .none { analysis.marked.append(UInt32(truncatingIfNeeded: variable)) }
        analysis.marks[variable] = mark
    }

    /// The false literal at a place of the reason of a true literal; nil after the last.
    private mutating func antecedent(of literal: Literal, at place: Int) -> Literal? {
        var reason = assignment.reason(of: literal)
        if reason.kind == .sum { reason = materializeReason(of: literal) }
        switch reason.kind {
        case .none, .sum: return nil
        case .binary: return place == 0 ? reason.literal : nil
        case .clause:
            // The implied literal is first.
            return place + 1 < arena.count(reason.payload) ? arena.literal(place + 1, of: reason.payload) : nil
        }
    }

    /// Puts the false literals of the violated constraint into ``AnalysisState/antecedents``.
    private mutating func loadConflict() {
        analysis.antecedents.removeAll(keepingCapacity: true)
        switch analysis.conflict {
        case .binary(let first, let second):
            analysis.antecedents.append(first)
            analysis.antecedents.append(second)
        case .clause(let reference):
            for position in 0..<arena.count(reference) {
                analysis.antecedents.append(arena.literal(position, of: reference))
            }
        }
    }

    /// Puts the false literals of a true literal's reason into ``AnalysisState/antecedents``.
    private mutating func loadReason(of literal: Literal) {
        analysis.antecedents.removeAll(keepingCapacity: true)
        var place = 0
        while let antecedent = antecedent(of: literal, at: place) {
            analysis.antecedents.append(antecedent)
            place += 1
        }
    }

    /// Turns a reason that is a sum into a clause, once.
    private mutating func materializeReason(of literal: Literal) -> Reason {
        let reference = explainSum(Int(assignment.reason(of: literal).payload), without: literal)
        let reason = Reason.clause(reference)
        assignment.setReason(reason, of: literal)
        return reason
    }

    /// Finds the assumptions that imply the negation of one of them.
    ///
    /// - Parameter literal: an assumption that is false.
    mutating func analyzeFailure(of literal: Literal, assumptions: [Literal]) {
        failedAssumptions.removeAll()
        if assignment.level(of: literal) > 0 {
            var position = assignment.position(of: literal)
            mark(literal.variable, .inClause)
            while position >= assignment.start(ofLevel: 1) {
                let trueLiteral = assignment.trail[position]
                position -= 1
                guard analysis.marks[trueLiteral.variable] != .none,
                    assignment.reason(of: trueLiteral) != .none
                else { continue }
                loadReason(of: trueLiteral)
                statistics.steps += analysis.antecedents.count
                analysis.marks[trueLiteral.variable] = .redundant
                for antecedent in analysis.antecedents where assignment.level(of: antecedent) > 0 {
                    if analysis.marks[antecedent.variable] == .none { mark(antecedent.variable, .inClause) }
                }
            }
        }
        // What is still marked as met but has no reason is an assumption.
        let failed = literal
        for assumption in assumptions {
            let isCore =
                assumption == failed
                || (assignment.isTrue(assumption) && analysis.marks[assumption.variable] == .inClause
                    && assignment.reason(of: assumption) == .none)
            if isCore, !analysis.seenLiterals[assumption.index] {
                analysis.seenLiterals[assumption.index] = true
                failedAssumptions.append(assumption)
            }
        }
        for assumption in failedAssumptions { analysis.seenLiterals[assumption.index] = false }
        for variable in analysis.marked { analysis.marks[Int(variable)] = .none }
        analysis.marked.removeAll(keepingCapacity: true)
    }
}
