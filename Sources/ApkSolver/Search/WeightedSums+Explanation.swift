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
        let threshold = sum.bound - (implied.map { sums.weight(of: !$0, in: index) } ?? 0)
        var total = sum.fixed
        var place = sum.lastCount
        while place >= 0 {
            let count = sums.counts[Int(place)]
            place = count.previous
            statistics.steps += 1
            guard assignment.position(of: count.literal) < limit else { continue }
            let level = assignment.level(of: count.literal)
            reasons.append(SumReason(literal: count.literal, weight: count.weight, level: level))
            total += count.weight
        }
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
            } else {
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
