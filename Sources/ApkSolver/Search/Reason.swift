/// Why a literal is true: packed into 32 bits, two for the kind and thirty for what it refers to.
struct Reason: Sendable, BitwiseCopyable, Equatable {
    let code: UInt32

    enum Kind: UInt32 {
        /// A decision, an assumption or a fact.
        case none = 0
        /// A clause of the arena whose other literals are all false.
        case clause = 1
        /// A clause of two literals (or two members of an at-most-one group): the payload is the other, false literal.
        case binary = 2
        /// A weighted sum that has no room for the literal's negation; it is turned into a clause when someone asks.
        case sum = 3
    }

    @inline(__always)
    private init(_ kind: Kind, _ payload: UInt32) { code = payload << 2 | kind.rawValue }

    /// The largest payload: bounds the number of literals and the words of the arena.
    static let maximumPayload: UInt32 = .max >> 2

    static let none = Reason(.none, 0)

    @inline(__always)
    static func clause(_ reference: ClauseArena.Reference) -> Reason { Reason(.clause, reference) }

    @inline(__always)
    static func binary(_ falseLiteral: Literal) -> Reason { Reason(.binary, falseLiteral.code) }

    @inline(__always)
    static func sum(_ index: Int) -> Reason { Reason(.sum, UInt32(truncatingIfNeeded: index)) }

    @inline(__always)
    var kind: Kind { Kind(rawValue: code & 3).unsafelyUnwrapped }

    @inline(__always)
    var payload: UInt32 { code >> 2 }

    /// The other literal of a binary reason.
    @inline(__always)
    var literal: Literal { Literal(code: payload) }
}
