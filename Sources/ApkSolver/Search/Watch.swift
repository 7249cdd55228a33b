/// An entry in the list of a watched literal: looked at when that literal becomes false.
struct Watch: Sendable, BitwiseCopyable {
    /// Another literal of the clause: if it is true, the clause need not be touched. In a clause of two literals this
    /// is the whole rest, so such clauses live in the watch lists only.
    let blocker: Literal
    /// The clause in the arena, or ``binary``.
    let reference: ClauseArena.Reference

    static let binary: ClauseArena.Reference = .max

    @inline(__always)
    init(blocker: Literal, reference: ClauseArena.Reference) {
        self.blocker = blocker
        self.reference = reference
    }
}
