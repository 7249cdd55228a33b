/// Decides what is asked for and still open: the world's requirements, then those of the installed packages in the order
/// in which they came in, and nothing else.
///
/// Requirements on names that a package is really called come first: what they bring often meets the virtual ones.
struct DemandPolicy: DecisionPolicy {
    private var table: DemandTable
    private let world: [DemandTable.Demand]
    // A demand that is met stays so on its level and those above, so each walk goes on where the last one stopped. Place
    // 0 is the world; the places of the trail follow from 1 on.
    private var named = LevelCursor()
    private var virtual = LevelCursor()

    init(_ encoding: ClauseEncoding, _ preference: Preference) {
        var table = DemandTable(encoding, preference)
        world = encoding.problem.world.compactMap { table.demand($0.requirement) }
        self.table = table
    }

    mutating func searchWillBegin(variableCount: Int) {
        named.reset()
        virtual.reset()
    }

    mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal? {
        var place = named.position(atLevel: assignment.level)
        let namedDemand = firstOpen(isNamed: true, from: &place, assignment)
        named.note(place, atLevel: assignment.level)
        if let namedDemand { return namedDemand }
        place = virtual.position(atLevel: assignment.level)
        let virtualDemand = firstOpen(isNamed: false, from: &place, assignment)
        virtual.note(place, atLevel: assignment.level)
        return virtualDemand
    }

    /// The provider to try for the first open demand of a kind.
    ///
    /// - Parameter place: where to begin; then where the demand was found, or behind the trail.
    private mutating func firstOpen(
        isNamed: Bool, from place: inout Int, _ assignment: borrowing Assignment
    ) -> Literal? {
        if place == 0 {
            for demand in world where demand.isNamed == isNamed {
                if let literal = openProvider(of: demand, assignment) { return literal }
            }
            place = 1
        }
        while place <= assignment.count {
            let literal = assignment[place - 1]
            if !literal.isNegated {
                for index in table.demands(ofVariable: literal.variable) where table[index].isNamed == isNamed {
                    if let literal = openProvider(of: table[index], assignment) { return literal }
                }
            }
            place += 1
        }
        return nil
    }

    /// The best provider that can still come in; nil if one is in already.
    private func openProvider(of demand: DemandTable.Demand, _ assignment: borrowing Assignment) -> Literal? {
        var open: Literal?
        for place in demand.providers {
            let provider = table.providers[place]
            if assignment.isTrue(provider) { return nil }
            if open == nil, assignment.isOpen(provider) { open = provider }
        }
        return open
    }
}
