extension ClauseLearner {
    /// Draws the consequences of all literals that were assigned since the last call.
    ///
    /// - Returns: false if a constraint is violated; ``AnalysisState/conflict`` says which.
    mutating func propagate() -> Bool {
        let start = propagated
        defer {
            statistics.propagations += propagated - start
            statistics.steps += propagated - start
        }
        while propagated < assignment.count {
            let literal = assignment.trail[propagated]
            propagated += 1
            guard propagateClauses(watching: !literal) else { return false }
            if !groups.occurrences.isEmpty(literal) {
                guard propagateGroups(of: literal) else { return false }
            }
            if !sums.occurrences.isEmpty(literal) {
                guard propagateSums(of: literal) else { return false }
            }
        }
        return true
    }

    /// Visits the clauses that watch a literal which has become false.
    private mutating func propagateClauses(watching falseLiteral: Literal) -> Bool {
        let range = watches.range(of: falseLiteral)
        var kept = range.lowerBound
        var next = range.lowerBound
        var isConsistent = true
        visit: while next < range.upperBound {
            let watch = watches.elements[next]
            next += 1
            let blockerValue = assignment.values[watch.blocker.index]
            if blockerValue > 0 {
                watches.elements[kept] = watch
                kept += 1
                continue
            }
            if watch.reference == Watch.binary {
                watches.elements[kept] = watch
                kept += 1
                if blockerValue < 0 {
                    analysis.conflict = .binary(watch.blocker, falseLiteral)
                    isConsistent = false
                    break visit
                }
                assignment.assign(watch.blocker, because: .binary(falseLiteral))
                continue
            }
            statistics.steps += 1
            let base = Int(watch.reference) + ClauseArena.headerWords
            // The false literal goes second, so that an implied one is always first.
            var other = Literal(code: arena.words[base])
            if other == falseLiteral {
                other = Literal(code: arena.words[base + 1])
                arena.words[base] = other.code
                arena.words[base + 1] = falseLiteral.code
            }
            let otherValue = assignment.values[other.index]
            if otherValue > 0 {
                watches.elements[kept] = Watch(blocker: other, reference: watch.reference)
                kept += 1
                continue
            }
            if let position = replacement(in: watch.reference) {
                let replacement = Literal(code: arena.words[base + position])
                arena.words[base + 1] = replacement.code
                arena.words[base + position] = falseLiteral.code
                watches.append(Watch(blocker: other, reference: watch.reference), to: replacement)
                continue
            }
            watches.elements[kept] = Watch(blocker: other, reference: watch.reference)
            kept += 1
            if otherValue < 0 {
                analysis.conflict = .clause(watch.reference)
                isConsistent = false
                break visit
            }
            assignment.assign(other, because: .clause(watch.reference))
        }
        if kept < next {
            while next < range.upperBound {
                watches.elements[kept] = watches.elements[next]
                kept += 1
                next += 1
            }
            watches.truncate(falseLiteral, to: kept - range.lowerBound)
        }
        return isConsistent
    }

    /// The position, from 2 on, of a literal of the clause that is not false.
    ///
    /// Goes round from where the last look ended: in one descent a clause is then walked through once in all.
    @inline(__always)
    private mutating func replacement(in reference: ClauseArena.Reference) -> Int? {
        let header = Int(reference)
        let base = header + ClauseArena.headerWords
        let count = arena.count(reference)
        let middle = Int(arena.words[header + 2])
        var position = middle
        while position < count {
            if assignment.values[Int(arena.words[base + position])] >= 0 {
                arena.words[header + 2] = UInt32(truncatingIfNeeded: position)
                return position
            }
            position += 1
        }
        position = 2
        while position < middle {
            if assignment.values[Int(arena.words[base + position])] >= 0 {
                arena.words[header + 2] = UInt32(truncatingIfNeeded: position)
                return position
            }
            position += 1
        }
        return nil
    }

    /// Takes back everything above a level.
    mutating func backtrack(to level: Int, policy: inout some DecisionPolicy) {
        guard assignment.level > level else { return }
        let start = assignment.start(ofLevel: level + 1)
        while assignment.count > start {
            let literal = assignment.removeLast()
            if assignment.count < sums.counted { sums.uncount(literal) }
            policy.variableWasReopened(literal.variable)
        }
        assignment.closeLevels(above: level)
        completionCursors.removeSubrange(level...)
        if placedAssumptions.count > level { placedAssumptions.removeSubrange(level...) }
        sums.counted = min(sums.counted, start)
        propagated = min(propagated, start)
    }

    /// Opens a level and makes a literal true on it.
    mutating func decide(_ literal: Literal, completionCursor: UInt32) {
        assignment.openLevel()
        completionCursors.append(completionCursor)
        if assignment.isOpen(literal) { assignment.assign(literal, because: .none) }
    }
}
