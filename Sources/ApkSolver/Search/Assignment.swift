/// What the search has assigned so far, in order: the trail and its decision levels.
///
/// Level 0 holds facts; each assumption and each decision opens a level.
struct Assignment: Sendable {
    /// What is kept per assigned variable.
    struct Entry: Sendable, BitwiseCopyable {
        var level: UInt32 = 0
        /// The place on the trail.
        var position: UInt32 = 0
        var reason = Reason.none
    }

    /// Per literal: 1 true, -1 false, 0 open.
    var values: [Int8] = []
    /// Per variable; meaningful while it is assigned.
    var entries: [Entry] = []
    /// The true literals in the order of their assignment; only the first ``count`` places are in use.
    var trail: [Literal] = []
    /// How many variables are assigned.
    var count = 0
    /// Where on the trail each level from 1 on begins.
    private(set) var levelStarts: [UInt32] = []

    /// The number of variables.
    var variableCount: Int { entries.count }

    /// The number of open levels, those of assumptions included.
    @inline(__always)
    var level: Int { levelStarts.count }

    @inline(__always)
    func isTrue(_ literal: Literal) -> Bool { values[literal.index] > 0 }

    @inline(__always)
    func isFalse(_ literal: Literal) -> Bool { values[literal.index] < 0 }

    @inline(__always)
    func isOpen(_ literal: Literal) -> Bool { values[literal.index] == 0 }

    /// The true literal at a place of the trail, `0..<count`.
    @inline(__always)
    subscript(position: Int) -> Literal { trail[position] }

    @inline(__always)
    func level(of literal: Literal) -> Int { Int(entries[literal.variable].level) }

    @inline(__always)
    func reason(of literal: Literal) -> Reason { entries[literal.variable].reason }

    @inline(__always)
    func position(of literal: Literal) -> Int { Int(entries[literal.variable].position) }

    /// Where on the trail the given level begins.
    @inline(__always)
    func start(ofLevel level: Int) -> Int { level == 0 ? 0 : Int(levelStarts[level - 1]) }

    mutating func addVariable() {
        values.append(0)
        values.append(0)
        entries.append(Entry())
        trail.append(Literal(code: 0))
    }

    @inline(__always)
    mutating func openLevel() { levelStarts.append(UInt32(truncatingIfNeeded: count)) }

    /// Makes an open literal true on the current level.
    @inline(__always)
    mutating func assign(_ literal: Literal, because reason: Reason) {
        values[literal.index] = 1
        values[(!literal).index] = -1
        entries[literal.variable] = Entry(
            level: UInt32(truncatingIfNeeded: levelStarts.count), position: UInt32(truncatingIfNeeded: count),
            reason: reason)
        trail[count] = literal
        count += 1
    }

    /// Takes back the last assignment.
    @inline(__always)
    mutating func removeLast() -> Literal {
        count -= 1
        let literal = trail[count]
        values[literal.index] = 0
        values[(!literal).index] = 0
        return literal
    }

    /// Forgets the levels above the given one; their assignments must have been taken back.
    mutating func closeLevels(above level: Int) {
        levelStarts.removeSubrange(level...)
    }

    mutating func setReason(_ reason: Reason, of literal: Literal) {
        entries[literal.variable].reason = reason
    }
}
