extension ClauseLearner {
    /// Drops the less useful half of the learned clauses when many have come, and closes the gaps in the arena.
    mutating func reduceIfNeeded() {
        if statistics.learnedClauses >= nextReduction {
            reductions += 1
            // The intervals grow, so that every proof ends.
            nextReduction = statistics.learnedClauses + options.reductionInterval + 300 * reductions
            reduceLearned()
        } else if arena.wasted > 1 << 16, arena.wasted > arena.words.count / 2 {
            compactArena()
        }
    }

    private mutating func reduceLearned() {
        // Small glue is useful for long; among equals the younger and shorter ones stay.
        var candidates: [(reference: ClauseArena.Reference, glue: Int, age: Int)] = []
        for (age, reference) in learnedReferences.enumerated() where arena.glue(reference) > 2 && !isReason(reference) {
            candidates.append((reference, arena.glue(reference), age))
        }
        candidates.sort { ($1.glue, $0.age) < ($0.glue, $1.age) }
        for candidate in candidates.prefix(candidates.count / 2) { arena.delete(candidate.reference) }
        statistics.deletedClauses += candidates.count / 2
        statistics.steps += learnedReferences.count
        compactArena()
    }

    private func isReason(_ reference: ClauseArena.Reference) -> Bool {
        let first = arena.literal(0, of: reference)
        return assignment.isTrue(first) && assignment.reason(of: first) == .clause(reference)
    }

    /// Closes the gaps that deleted clauses left, and follows the clauses in all that refers to them.
    private mutating func compactArena() {
        // Explanations of sums go, too: those still in use are made again when asked for.
        for position in 0..<assignment.count {
            let literal = assignment.trail[position]
            let reason = assignment.reason(of: literal)
            if reason.kind == .clause, arena.isDeleted(reason.payload) {
                assignment.setReason(.sum(arena.glue(reason.payload)), of: literal)
            }
        }
        let old = arena.compact()
        for index in 0..<watches.slots.count {
            let literal = Literal(code: UInt32(index))
            let range = watches.range(of: literal)
            var kept = range.lowerBound
            for place in range {
                let watch = watches.elements[place]
                if watch.reference == Watch.binary {
                    watches.elements[kept] = watch
                } else if let reference = ClauseArena.newReference(of: watch.reference, in: old) {
                    watches.elements[kept] = Watch(blocker: watch.blocker, reference: reference)
                } else {
                    continue
                }
                kept += 1
            }
            watches.truncate(literal, to: kept - range.lowerBound)
        }
        for position in 0..<assignment.count {
            let literal = assignment.trail[position]
            let reason = assignment.reason(of: literal)
            if reason.kind == .clause, let reference = ClauseArena.newReference(of: reason.payload, in: old) {
                assignment.setReason(.clause(reference), of: literal)
            }
        }
        learnedReferences = learnedReferences.compactMap { ClauseArena.newReference(of: $0, in: old) }
    }
}
