extension ClauseLearner {
    /// Writes the clause by which a sum forced `implied`, or by which it is exceeded (nil), into the arena.
    ///
    /// The clause says: not all of these heavy literals together. It names as few as a greedy choice finds: those of
    /// the lowest levels that suffice, heaviest first, so that the search can go back far. The clause is not watched,
    /// and the next compaction of the arena drops it.
    mutating func explainSum(_ index: Int, without implied: Literal?) -> ClauseArena.Reference {
        let sum = sums.sums[index]
        let limit = implied.map { assignment.position(of: $0) } ?? assignment.count
        var reasons: [SumReason] = []
        // What the named literals must weigh together at least, less one.
        var threshold = sum.bound
        var total: Int64 = 0
        for place in 0..<sum.termCount {
            let term = sums.terms[sum.firstTerm + place]
            if let implied, term.literal == !implied {
                threshold -= term.weight
                continue
            }
            guard assignment.isTrue(term.literal), assignment.position(of: term.literal) < limit else { continue }
            let level = assignment.level(of: term.literal)
            reasons.append(SumReason(literal: term.literal, weight: term.weight, level: level))
            total += term.weight
        }
        statistics.steps += sum.termCount
        // The greedy choice: leave out from the highest level down whatever the rest can do without.
        reasons.sort { ($0.level, $1.weight) < ($1.level, $0.weight) }
        var surplus = total - threshold - 1
        assert(surplus >= 0, "a sum has given a reason that does not hold")
        var literals: [Literal] = []
        if let implied { literals.append(implied) }
        if let condition = sum.condition, implied != !condition { literals.append(!condition) }
        for reason in reasons.reversed() {
            if reason.weight <= surplus {
                surplus -= reason.weight
            } else if reason.level > 0 {
                literals.append(!reason.literal)
            }
        }
        return arena.appendExplanation(literals, ofSum: index)
    }

    private struct SumReason {
        var literal: Literal
        var weight: Int64
        var level: Int
    }
}
