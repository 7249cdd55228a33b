@testable import ApkSolver

/// Sebastiano Vigna's SplitMix64: small, seeded, the same everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of `0..<bound`.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ part: Int, of whole: Int) -> Bool { below(whole) < part }
}

/// A small random problem that can be checked by trying all assignments, each a mask with one bit per variable.
struct RandomProblem {
    struct Sum {
        var terms: [WeightedLiteral]
        var bound: Int64
        var condition: Literal?
    }

    var variableCount: Int
    var clauses: [[Literal]] = []
    var groups: [[Literal]] = []
    var sums: [Sum] = []

    init(seed: UInt64, variables: ClosedRange<Int> = 3...9, withGroups: Bool = true, withSums: Bool = true) {
        var random = SplitMix64(seed: seed)
        variableCount = variables.lowerBound + random.below(variables.count)
        let clauseCount = random.below(variableCount * 5)
        for _ in 0..<clauseCount {
            let size = 1 + random.below(4) + (random.chance(1, of: 4) ? random.below(4) : 0)
            if size == 1, random.chance(3, of: 4) { continue }
            clauses.append((0..<size).map { _ in Self.literal(&random, variableCount) })
        }
        if withGroups {
            for _ in 0..<random.below(3) {
                groups.append((0..<2 + random.below(5)).map { _ in Self.literal(&random, variableCount) })
            }
        }
        if withSums {
            for _ in 0..<random.below(3) {
                let terms = (0..<1 + random.below(6)).map { _ in
                    WeightedLiteral(literal: Self.literal(&random, variableCount), weight: Int64(random.below(8)))
                }
                let total = terms.reduce(0) { $0 + $1.weight }
                let condition = random.chance(1, of: 2) ? Self.literal(&random, variableCount) : nil
                sums.append(
                    Sum(terms: terms, bound: Int64(random.below(Int(total) + 2)) - 1, condition: condition))
            }
        }
    }

    static func literal(_ random: inout SplitMix64, _ variableCount: Int) -> Literal {
        Literal(variable: random.below(variableCount), negated: random.chance(1, of: 2))
    }

    /// Adds everything to a learner that has the problem's variables.
    func add(to learner: inout ClauseLearner) {
        for clause in clauses { learner.addClause(clause) }
        for group in groups { learner.addAtMostOne(group) }
        for sum in sums { learner.addWeightedSum(sum.terms, atMost: sum.bound, if: sum.condition) }
    }

    func makeLearner(options: ClauseLearner.Options = .init()) -> ClauseLearner {
        var learner = ClauseLearner(options: options)
        learner.addVariables(variableCount)
        add(to: &learner)
        return learner
    }

    static func holds(_ literal: Literal, _ mask: Int) -> Bool {
        (mask >> literal.variable & 1 != 0) != literal.isNegated
    }

    /// Whether the assignment satisfies every constraint.
    func isModel(_ mask: Int) -> Bool {
        for clause in clauses where !clause.contains(where: { Self.holds($0, mask) }) { return false }
        for group in groups {
            var first: Literal?
            for literal in group where Self.holds(literal, mask) && literal != first {
                if first != nil { return false }
                first = literal
            }
        }
        for sum in sums {
            if let condition = sum.condition, !Self.holds(condition, mask) { continue }
            if Self.weight(sum.terms, mask) > sum.bound { return false }
        }
        return true
    }

    static func weight(_ terms: [WeightedLiteral], _ mask: Int) -> Int64 {
        terms.reduce(0) { $0 + (holds($1.literal, mask) ? $1.weight : 0) }
    }

    /// All models in the order of their masks.
    func models() -> [Int] { (0..<1 << variableCount).filter(isModel) }

    func mask(of model: Model) -> Int {
        (0..<variableCount).reduce(0) { $0 | (model[Literal(variable: $1)] ? 1 << $1 : 0) }
    }
}

/// Runs a body for many seeds: one test of a thousand cases instead of a thousand tests.
func forEachSeed(_ count: Int, from first: UInt64 = 0, _ body: (UInt64) throws -> Void) rethrows {
    for seed in first..<first + UInt64(count) { try body(seed) }
}
