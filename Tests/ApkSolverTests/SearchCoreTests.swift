import Testing

@testable import ApkSolver

@Suite("Search: minimal cores")
struct SearchCoreTests {
    /// Drops from the last to the first whatever is not needed, by trying all assignments.
    static func expectedCore(_ facts: [Literal], _ models: [Int]) -> [Literal]? {
        func fits(_ facts: [Literal]) -> Bool {
            models.contains { mask in facts.allSatisfy { RandomProblem.holds($0, mask) } }
        }
        if fits(facts) { return nil }
        var core = facts
        for position in facts.indices.reversed() {
            var smaller = core
            smaller.remove(at: position)
            if !fits(smaller) { core = smaller }
        }
        return core
    }

    @Test("equals deletion by exhaustive search, whatever was learned before")
    func agreesWithExhaustiveDeletion() {
        var cores = 0
        forEachSeed(1_500) { seed in
            let problem = RandomProblem(seed: seed, variables: 5...8)
            let models = problem.models()
            var random = SplitMix64(seed: seed &+ 99)
            // No literal twice, but complementary ones may occur.
            var facts = (0..<UInt32(problem.variableCount * 2)).map(Literal.init(code:)).shuffled(using: &random)
            facts.removeLast(random.below(facts.count))
            var learner = problem.makeLearner()
            if random.chance(1, of: 2) { _ = learner.solve(assumptions: facts.reversed()) }
            let outcome = MinimalCore.find(in: &learner, facts: facts)
            if let expected = Self.expectedCore(facts, models) {
                cores += 1
                #expect(outcome == .core(expected, isMinimal: true), "seed \(seed)")
            } else {
                #expect(outcome == .satisfiable, "seed \(seed)")
            }
        }
        #expect(cores > 500)
    }

    @Test("selectors, background and many irrelevant facts")
    func selectors() {
        var learner = ClauseLearner()
        let things = (0..<400).map { _ in learner.addVariable() }
        let selectors = (0..<400).map { _ in learner.addVariable() }
        // Fact i says: thing i implies thing i + 1. The background says: thing 100 holds, thing 300 does not.
        for index in 0..<399 { learner.addClause([!selectors[index], !things[index], things[index + 1]]) }
        let background = [things[100], !things[300]]
        let outcome = MinimalCore.find(in: &learner, facts: selectors, background: background)
        #expect(outcome == .core(Array(selectors[100..<300]), isMinimal: true))
        #expect(MinimalCore.find(in: &learner, facts: selectors) == .satisfiable)
    }

    @Test("prefers early facts among several cores")
    func prefersEarlyFacts() {
        var learner = ClauseLearner()
        let facts = (0..<6).map { _ in learner.addVariable() }
        learner.addConflict(facts[3], facts[5])
        learner.addConflict(facts[1], facts[4])
        learner.addClause([!facts[0], !facts[2], !facts[4]])
        #expect(MinimalCore.find(in: &learner, facts: facts) == .core([facts[1], facts[4]], isMinimal: true))
        let reordered = [facts[0], facts[2], facts[3], facts[5], facts[4], facts[1]]
        #expect(MinimalCore.find(in: &learner, facts: reordered) == .core([facts[3], facts[5]], isMinimal: true))
    }

    @Test("a budget leaves a core that is not minimal, or none")
    func budget() {
        var learner = SearchSolveTests.pigeonhole(5, native: true)
        #expect(MinimalCore.find(in: &learner, facts: [], budget: 10) == .budgetExhausted)

        var chain = ClauseLearner()
        let things = (0..<300).map { _ in chain.addVariable() }
        let selectors = (0..<300).map { _ in chain.addVariable() }
        for index in 0..<299 { chain.addClause([!selectors[index], !things[index], things[index + 1]]) }
        chain.addFact(things[0])
        chain.addFact(!things[299])
        guard case .core(let core, isMinimal: false) = MinimalCore.find(in: &chain, facts: selectors, budget: 2_500)
        else {
            Issue.record("the budget was not noticed")
            return
        }
        #expect(chain.solve(assumptions: core) == .unsatisfiable)
    }

    @Test("constraints that contradict each other alone have an empty core")
    func emptyCore() {
        var learner = ClauseLearner()
        let first = learner.addVariable()
        learner.addFact(first)
        learner.addFact(!first)
        #expect(MinimalCore.find(in: &learner, facts: [first]) == .core([], isMinimal: true))
    }
}
