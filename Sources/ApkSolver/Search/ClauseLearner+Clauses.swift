extension ClauseLearner {
    /// Adds the constraint that at least one of the literals is true.
    ///
    /// Allowed between searches at any time; returns to level 0. The order of the literals is kept: it decides ties in
    /// propagation, so the same order gives the same search.
    ///
    /// - Parameter literals: of existing variables; duplicates and complementary pairs are fine. None: a contradiction.
    mutating func addClause(_ literals: some Collection<Literal>) {
        backtrackToFacts()
        guard isConsistent else { return }
        var kept: [Literal] = []
        kept.reserveCapacity(literals.count)
        var isSatisfied = false
        for literal in literals {
            precondition(literal.variable < variableCount, "literal of an unknown variable")
            if assignment.isTrue(literal) || analysis.seenLiterals[(!literal).index] {
                isSatisfied = true
                break
            }
            if assignment.isFalse(literal) || analysis.seenLiterals[literal.index] { continue }
            analysis.seenLiterals[literal.index] = true
            kept.append(literal)
        }
        for literal in kept { analysis.seenLiterals[literal.index] = false }
        if isSatisfied { return }
        switch kept.count {
        case 0: isConsistent = false
        case 1: assignment.assign(kept[0], because: .none)
        case 2: attachBinary(kept[0], kept[1])
        default: attach(arena.append(kept, learned: false))
        }
    }

    /// Adds a clause of one literal: a fact.
    mutating func addFact(_ literal: Literal) { addClause(CollectionOfOne(literal)) }

    /// Adds the clause "if `premise` then `consequence`".
    mutating func addImplication(_ premise: Literal, _ consequence: Literal) {
        backtrackToFacts()
        guard isConsistent, !assignment.isTrue(consequence), !assignment.isFalse(premise), premise != consequence else {
            return
        }
        if assignment.isOpen(premise), assignment.isOpen(consequence), premise.variable != consequence.variable {
            attachBinary(!premise, consequence)
        } else {
            addClause([!premise, consequence])
        }
    }

    /// Adds the clause "not both".
    mutating func addConflict(_ first: Literal, _ second: Literal) { addImplication(first, !second) }

    @inline(__always)
    mutating func attachBinary(_ first: Literal, _ second: Literal) {
        watches.append(Watch(blocker: second, reference: Watch.binary), to: first)
        watches.append(Watch(blocker: first, reference: Watch.binary), to: second)
    }

    @inline(__always)
    mutating func attach(_ reference: ClauseArena.Reference) {
        let first = arena.literal(0, of: reference)
        let second = arena.literal(1, of: reference)
        watches.append(Watch(blocker: second, reference: reference), to: first)
        watches.append(Watch(blocker: first, reference: reference), to: second)
    }

    /// Takes all assumptions and decisions back.
    mutating func backtrackToFacts() {
        if assignment.level > 0 {
            var policy = PriorityOrder([])
            backtrack(to: 0, policy: &policy)
        }
    }
}
