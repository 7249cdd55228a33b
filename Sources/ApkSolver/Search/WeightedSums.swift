/// A literal and what it costs or weighs where it is true.
struct WeightedLiteral: Sendable, Hashable, BitwiseCopyable {
    var literal: Literal
    /// At least 0.
    var weight: Int64
}

/// Constraints of the form: the weights of the true literals add up to at most a bound, if a condition holds.
///
/// The sum of the true literals is kept up to date as literals are assigned and taken back, so a look costs nothing
/// until room gets tight. Explanations are built only when conflict analysis asks for one.
struct WeightedSums: Sendable {
    struct Sum: Sendable, BitwiseCopyable {
        /// The sum's terms in ``terms``, the heaviest first.
        var firstTerm: Int
        var termCount: Int
        var bound: Int64
        /// The constraint holds only if this literal is true; nil: always.
        var condition: Literal?
        /// The weights of the literals that are true and propagated.
        var current: Int64 = 0
        /// The part of `current` that facts make up.
        var fixed: Int64 = 0
        /// The sum's latest entry in ``counts``; -1 if there is none.
        var lastCount: Int32 = -1
        /// The terms before this one are all assigned: heavier than the room that was left when they were looked at.
        var scanned = 0
        /// The terms before this one are facts.
        var scannedFacts = 0
    }

    /// A true literal that a sum counts, linked to the one it counted before.
    struct Count: Sendable, BitwiseCopyable {
        var literal: Literal
        var weight: Int64
        var previous: Int32
    }

    /// A literal's part in a sum; a condition has weight 0.
    struct Occurrence: Sendable, BitwiseCopyable {
        var sum: UInt32
        var weight: Int64
    }

    var sums: [Sum] = []
    var terms: [WeightedLiteral] = []
    /// Per literal: the sums that change when it becomes true.
    var occurrences = OccurrenceLists(filler: Occurrence(sum: 0, weight: 0))
    /// What is counted on the present levels, facts left out: grows and shrinks with the trail, so that an explanation
    /// need not look at a sum's false terms.
    var counts: [Count] = []
    /// How many literals of the trail the sums count.
    var counted = 0

    /// Terms of removed sums.
    private var wastedTerms = 0

    mutating func addVariable() { occurrences.addLists(2) }

    /// Adds a true literal to a sum.
    @inline(__always)
    mutating func count(_ literal: Literal, _ occurrence: Occurrence, asFact: Bool) {
        let index = Int(occurrence.sum)
        guard occurrence.weight > 0 else { return }
        sums[index].current += occurrence.weight
        if asFact {
            sums[index].fixed += occurrence.weight
        } else {
            counts.append(Count(literal: literal, weight: occurrence.weight, previous: sums[index].lastCount))
            sums[index].lastCount = Int32(truncatingIfNeeded: counts.count - 1)
        }
    }

    /// Takes the literal that was counted last out of the sums it was counted in.
    @inline(__always)
    mutating func uncount(_ literal: Literal) {
        for place in occurrences.range(of: literal).reversed() {
            let occurrence = occurrences.elements[place]
            let index = Int(occurrence.sum)
            // Terms looked at since then may be open again.
            sums[index].scanned = sums[index].scannedFacts
            guard occurrence.weight > 0 else { continue }
            sums[index].current -= occurrence.weight
            sums[index].lastCount = counts.removeLast().previous
        }
    }

    /// What a literal weighs in a sum; 0 if it does not occur there.
    func weight(of literal: Literal, in index: Int) -> Int64 {
        for place in occurrences.range(of: literal) where Int(occurrences.elements[place].sum) == index {
            if occurrences.elements[place].weight > 0 { return occurrences.elements[place].weight }
        }
        return 0
    }

    /// Removes a sum; its number stays taken.
    mutating func remove(_ index: Int) {
        let sum = sums[index]
        for place in sum.firstTerm..<sum.firstTerm + sum.termCount {
            occurrences.remove(from: terms[place].literal) { $0.sum == index }
        }
        if let condition = sum.condition { occurrences.remove(from: condition) { $0.sum == index } }
        wastedTerms += sum.termCount
        sums[index] = Sum(firstTerm: 0, termCount: 0, bound: .max, condition: nil)
        if wastedTerms > terms.count / 2 { compactTerms() }
    }

    private mutating func compactTerms() {
        var kept: [WeightedLiteral] = []
        kept.reserveCapacity(terms.count - wastedTerms)
        for index in sums.indices {
            let first = kept.count
            kept.append(contentsOf: terms[sums[index].firstTerm..<sums[index].firstTerm + sums[index].termCount])
            sums[index].firstTerm = first
        }
        terms = kept
        wastedTerms = 0
    }
}

/// Names a weighted sum of a learner, to tighten or retire it later.
struct WeightedSumID: Sendable, Hashable {
    fileprivate let index: Int
}

extension ClauseLearner {
    /// Adds the constraint that the weights of the true literals add up to at most `bound`.
    ///
    /// Allowed between searches at any time.
    ///
    /// - Parameters:
    ///   - terms: literals with weights of at least 0; a literal may occur several times.
    ///   - bound: may be negative: then the condition is false.
    ///   - condition: the constraint holds only in models where this literal is true; the search also concludes that it
    ///     is false once the bound is exceeded. Nil: it always holds.
    @discardableResult
    mutating func addWeightedSum(
        _ terms: some Sequence<WeightedLiteral>, atMost bound: Int64, if condition: Literal? = nil
    ) -> WeightedSumID {
        backtrackToFacts()
        let index = sums.sums.count
        let first = sums.terms.count
        appendMerged(terms)
        // Stable, so that equal weights keep the caller's order.
        sums.terms[first...].sort { $0.weight > $1.weight }
        var sum = WeightedSums.Sum(
            firstTerm: first, termCount: sums.terms.count - first, bound: max(-1, bound), condition: condition)
        var total: Int64 = 0
        for term in sums.terms[first...] {
            let (partial, overflow) = total.addingReportingOverflow(term.weight)
            precondition(!overflow, "the sum of all weights must fit 64 bits")
            total = partial
            let occurrence = WeightedSums.Occurrence(sum: UInt32(index), weight: term.weight)
            sums.occurrences.append(occurrence, to: term.literal)
            // Facts that are not propagated yet are added when their turn comes.
            if assignment.isTrue(term.literal), assignment.position(of: term.literal) < propagated {
                sum.current += term.weight
            }
        }
        sum.fixed = sum.current
        if let condition {
            sums.occurrences.append(WeightedSums.Occurrence(sum: UInt32(index), weight: 0), to: condition)
        }
        sums.sums.append(sum)
        if isConsistent, !inspectSum(index) { isConsistent = false }
        return WeightedSumID(index: index)
    }

    /// Appends the terms to the store, those of one literal as one term.
    private mutating func appendMerged(_ terms: some Sequence<WeightedLiteral>) {
        let first = sums.terms.count
        var hasDuplicates = false
        for term in terms where term.weight != 0 {
            precondition(term.weight > 0, "weights must not be negative")
            precondition(term.literal.variable < variableCount, "literal of an unknown variable")
            if analysis.seenLiterals[term.literal.index] { hasDuplicates = true }
            analysis.seenLiterals[term.literal.index] = true
            sums.terms.append(term)
        }
        for term in sums.terms[first...] { analysis.seenLiterals[term.literal.index] = false }
        guard hasDuplicates else { return }
        var places: [Literal: Int] = [:]
        let all = Array(sums.terms[first...])
        sums.terms.removeSubrange(first...)
        for term in all {
            if let place = places[term.literal] {
                sums.terms[place].weight += term.weight
            } else {
                places[term.literal] = sums.terms.count
                sums.terms.append(term)
            }
        }
    }

    /// Lowers the bound of a sum; a higher bound than the present one has no effect.
    ///
    /// Learned clauses may rest on the old bound, which is why a bound never rises: give a sum a condition to be able
    /// to retire it.
    mutating func tighten(_ sum: WeightedSumID, atMost bound: Int64) {
        backtrackToFacts()
        guard bound < sums.sums[sum.index].bound else { return }
        sums.sums[sum.index].bound = max(-1, bound)
        sums.sums[sum.index].scanned = 0
        sums.sums[sum.index].scannedFacts = 0
        if isConsistent, !inspectSum(sum.index) { isConsistent = false }
    }

    /// Forgets a sum that other constraints imply, or whose condition is false in all that follows.
    mutating func retire(_ sum: WeightedSumID) {
        backtrackToFacts()
        sums.remove(sum.index)
    }

    /// Counts a literal that has become true in the sums it occurs in, and draws the consequences.
    ///
    /// - Returns: false if a sum exceeds its bound; the conflict is noted.
    mutating func propagateSums(of literal: Literal) -> Bool {
        let range = sums.occurrences.range(of: literal)
        sums.counted = propagated
        // All sums first: what is taken back later must have been counted before.
        for place in range { sums.count(literal, sums.occurrences.elements[place], asFact: assignment.level == 0) }
        statistics.steps += range.count
        for place in range {
            guard inspectSum(Int(sums.occurrences.elements[place].sum)) else { return false }
        }
        return true
    }

    /// Draws the consequences of the room that a sum has left.
    private mutating func inspectSum(_ index: Int) -> Bool {
        let sum = sums.sums[index]
        let room = sum.bound - sum.current
        if let condition = sum.condition, !assignment.isTrue(condition) {
            if room < 0, assignment.isOpen(condition) { assignment.assign(!condition, because: .sum(index)) }
            return true
        }
        if room < 0 {
            analysis.conflict = .clause(explainSum(index, without: nil))
            return false
        }
        var position = sum.scanned
        while position < sum.termCount {
            let term = sums.terms[sum.firstTerm + position]
            if term.weight <= room { break }
            if assignment.isOpen(term.literal) { assignment.assign(!term.literal, because: .sum(index)) }
            position += 1
        }
        statistics.steps += position - sum.scanned
        sums.sums[index].scanned = position
        if assignment.level == 0 { sums.sums[index].scannedFacts = position }
        return true
    }
}
