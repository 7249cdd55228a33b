/// A variable of the search or its negation, in 32 bits: the variable's number shifted left by one, the lowest bit set
/// for the negation.
///
/// Variables are numbered from 0 in the order in which ``ClauseLearner/addVariable()`` made them.
struct Literal: Hashable, Sendable, BitwiseCopyable {
    /// `variable << 1 | negated`.
    let code: UInt32

    @inline(__always)
    init(code: UInt32) { self.code = code }

    /// The literal that is true exactly when the variable is true, or exactly when it is false.
    @inline(__always)
    init(variable: Int, negated: Bool = false) {
        code = UInt32(truncatingIfNeeded: variable) << 1 | (negated ? 1 : 0)
    }

    /// The number of the variable.
    @inline(__always)
    var variable: Int { Int(code >> 1) }

    /// Whether the literal is true when its variable is false.
    @inline(__always)
    var isNegated: Bool { code & 1 != 0 }

    /// The position of the literal in arrays with two entries per variable.
    @inline(__always)
    var index: Int { Int(code) }

    @inline(__always)
    static prefix func ! (literal: Literal) -> Literal { Literal(code: literal.code ^ 1) }
}

extension Literal: CustomStringConvertible {
    var description: String { (isNegated ? "!" : "") + "x\(variable)" }
}
