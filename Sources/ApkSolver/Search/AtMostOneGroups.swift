/// Groups of literals of which at most one may be true, such as the versions of one name.
///
/// Written as clauses a group of 250 takes 31,125 of them; here it is a list, and each member knows its groups. When a
/// member becomes true the others become false, each with the reason that the pair's clause would have given.
struct AtMostOneGroups: Sendable {
    /// The members of all groups, group after group.
    var members: [Literal] = []
    /// Where each group begins; one more entry than groups.
    private(set) var starts: [UInt32] = [0]
    /// Per literal: the groups that it is a member of.
    var occurrences = OccurrenceLists<UInt32>(filler: 0)

    /// The number of groups.
    var count: Int { starts.count - 1 }

    mutating func addVariable() { occurrences.addLists(2) }

    /// The places of a group's members in ``members``.
    @inline(__always)
    func range(ofGroup group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }

    mutating func add(_ literals: [Literal]) {
        let group = UInt32(count)
        members.append(contentsOf: literals)
        starts.append(UInt32(members.count))
        for literal in literals { occurrences.append(group, to: literal) }
    }
}

extension ClauseLearner {
    /// Adds the constraint that at most one of the literals is true.
    ///
    /// Allowed between searches at any time. Costs memory and time in proportion to the number of literals.
    ///
    /// - Parameter literals: of existing variables; a literal that is named twice counts once.
    mutating func addAtMostOne(_ literals: some Collection<Literal>) {
        backtrackToFacts()
        guard isConsistent else { return }
        var kept: [Literal] = []
        kept.reserveCapacity(literals.count)
        var fact: Literal?
        for literal in literals {
            precondition(literal.variable < variableCount, "literal of an unknown variable")
            if assignment.isFalse(literal) || analysis.seenLiterals[literal.index] { continue }
            analysis.seenLiterals[literal.index] = true
            kept.append(literal)
            if fact == nil, assignment.isTrue(literal) { fact = literal }
        }
        for literal in kept { analysis.seenLiterals[literal.index] = false }
        if let fact {
            for literal in kept where literal != fact { addFact(!literal) }
            return
        }
        switch kept.count {
        case 0, 1: return
        case 2: addConflict(kept[0], kept[1])
        default: groups.add(kept)
        }
    }

    /// Makes the other members of the groups of `literal`, which has become true, false.
    ///
    /// - Returns: false if another member is true; the conflict is noted.
    mutating func propagateGroups(of literal: Literal) -> Bool {
        for occurrence in groups.occurrences.range(of: literal) {
            let range = groups.range(ofGroup: Int(groups.occurrences.elements[occurrence]))
            statistics.steps += range.count
            for position in range {
                let member = groups.members[position]
                let value = assignment.values[member.index]
                if value < 0 || member == literal { continue }
                if value > 0 {
                    analysis.conflict = .binary(!literal, !member)
                    return false
                }
                assignment.assign(!member, because: .binary(!literal))
            }
        }
        return true
    }
}
