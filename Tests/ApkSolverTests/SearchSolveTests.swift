import Testing

@testable import ApkSolver

@Suite("Search: models")
struct SearchSolveTests {
    @Test("agrees with trying all assignments", arguments: [nil, 1] as [Int?])
    func agreesWithExhaustiveSearch(restartInterval: Int?) {
        forEachSeed(2_000) { seed in
            let problem = RandomProblem(seed: seed)
            let models = problem.models()
            var options = ClauseLearner.Options()
            options.restartInterval = restartInterval
            options.reductionInterval = 2
            var learner = problem.makeLearner(options: options)
            let outcome = learner.solve()
            #expect(outcome == (models.isEmpty ? .unsatisfiable : .satisfiable), "seed \(seed)")
            if outcome == .satisfiable, let model = learner.model {
                #expect(models.contains(problem.mask(of: model)), "seed \(seed)")
            } else {
                #expect(learner.failedAssumptions.isEmpty)
            }
        }
    }

    @Test("finds the lexicographically best model for a list of literals")
    func findsPreferredModel() {
        forEachSeed(1_500) { seed in
            let problem = RandomProblem(seed: seed)
            var random = SplitMix64(seed: seed ^ 0xABCD)
            // Some variables, in random order and polarity; the others follow, false first.
            var order = Array(0..<problem.variableCount)
            order.shuffle(using: &random)
            let preferred = order.prefix(random.below(order.count + 1)).map {
                Literal(variable: $0, negated: random.chance(1, of: 2))
            }
            let rest = Set(0..<problem.variableCount).subtracting(preferred.map(\.variable)).sorted()
            let all = preferred + rest.map { Literal(variable: $0, negated: true) }
            let best = problem.models().max { first, second in
                all.first { RandomProblem.holds($0, first) != RandomProblem.holds($0, second) }
                    .map { RandomProblem.holds($0, second) } ?? false
            }
            var learner = problem.makeLearner()
            // What an earlier search has learned must not matter.
            if random.chance(1, of: 2) { _ = learner.solve(assumptions: [all[0]]) }
            _ = learner.solve(preferring: preferred)
            #expect(learner.model.map(problem.mask(of:)) == best, "seed \(seed)")
        }
    }

    @Test("assumptions and constraints that come between searches")
    func incremental() {
        forEachSeed(600) { seed in
            var random = SplitMix64(seed: seed)
            let parts = (0..<3).map { RandomProblem(seed: seed &* 3 &+ UInt64($0), variables: 7...7) }
            var learner = ClauseLearner()
            learner.addVariables(7)
            var sofar = parts[0]
            (sofar.clauses, sofar.groups, sofar.sums) = ([], [], [])
            for part in parts {
                part.add(to: &learner)
                sofar.clauses += part.clauses
                sofar.groups += part.groups
                sofar.sums += part.sums
                let models = sofar.models()
                for _ in 0..<4 {
                    let assumptions = (0..<random.below(5)).map { _ in RandomProblem.literal(&random, 7) }
                    let fitting = models.filter { mask in assumptions.allSatisfy { RandomProblem.holds($0, mask) } }
                    let outcome = learner.solve(assumptions: assumptions)
                    #expect(outcome == (fitting.isEmpty ? .unsatisfiable : .satisfiable), "seed \(seed)")
                    if outcome == .satisfiable, let model = learner.model {
                        #expect(fitting.contains(sofar.mask(of: model)), "seed \(seed)")
                    } else {
                        let failed = learner.failedAssumptions
                        #expect(failed.allSatisfy(assumptions.contains))
                        #expect(Set(failed).count == failed.count)
                        #expect(
                            !models.contains { mask in failed.allSatisfy { RandomProblem.holds($0, mask) } },
                            "seed \(seed)")
                    }
                }
            }
        }
    }

    @Test("facts found at level 0 hold in every model")
    func factsAreConsequences() {
        forEachSeed(500) { seed in
            let problem = RandomProblem(seed: seed)
            let models = problem.models()
            var learner = problem.makeLearner()
            guard learner.propagateFacts() else {
                #expect(models.isEmpty, "seed \(seed)")
                return
            }
            for code in 0..<UInt32(problem.variableCount * 2) {
                let literal = Literal(code: code)
                if learner.isFact(literal) {
                    #expect(models.allSatisfy { RandomProblem.holds(literal, $0) }, "seed \(seed)")
                }
            }
        }
    }

    @Test("the same calls give the same models, cores and counts")
    func deterministic() {
        forEachSeed(200) { seed in
            let problem = RandomProblem(seed: seed, variables: 9...9)
            func run() -> (SearchOutcome, Model?, [Literal], SearchStatistics) {
                var learner = problem.makeLearner()
                _ = learner.solve(assumptions: [Literal(variable: 0), Literal(variable: 1)])
                let outcome = learner.solve(assumptions: [Literal(variable: 2), Literal(variable: 3, negated: true)])
                return (outcome, learner.model, learner.failedAssumptions, learner.statistics)
            }
            let (first, second) = (run(), run())
            #expect(first == second)
        }
    }

    /// n + 1 pigeons, n holes: hard for clause learning, so it exercises analysis, reduction and restarts.
    static func pigeonhole(_ holes: Int, native: Bool, options: ClauseLearner.Options = .init()) -> ClauseLearner {
        var learner = ClauseLearner(options: options)
        learner.addVariables((holes + 1) * holes)
        func sits(_ pigeon: Int, _ hole: Int) -> Literal { Literal(variable: pigeon * holes + hole) }
        for pigeon in 0...holes { learner.addClause((0..<holes).map { sits(pigeon, $0) }) }
        for hole in 0..<holes {
            if native {
                learner.addAtMostOne((0...holes).map { sits($0, hole) })
            } else {
                for first in 0...holes {
                    for second in 0..<first { learner.addConflict(sits(first, hole), sits(second, hole)) }
                }
            }
        }
        return learner
    }

    @Test("pigeonhole problems have no model", arguments: [2, 3, 4, 5, 6], [true, false])
    func pigeonholes(holes: Int, native: Bool) {
        var options = ClauseLearner.Options()
        options.reductionInterval = 20
        options.restartInterval = holes % 2 == 0 ? 10 : nil
        var learner = Self.pigeonhole(holes, native: native, options: options)
        #expect(learner.solve() == .unsatisfiable)
        #expect(learner.solve() == .unsatisfiable)
        if holes == 6 { #expect(learner.statistics.deletedClauses > 0) }
    }

    @Test("a budget ends a search, and the next one goes on")
    func budget() {
        var learner = Self.pigeonhole(6, native: true)
        #expect(learner.solve(budget: 500) == .budgetExhausted)
        #expect(learner.statistics.steps < 5_000)
        var rounds = 0
        while learner.solve(budget: 2_000) == .budgetExhausted { rounds += 1 }
        #expect(rounds > 0)
        #expect(learner.solve() == .unsatisfiable)
        #expect(learner.solve(budget: 0) == .unsatisfiable)
    }

    @Test("at most one of 250")
    func largeGroup() {
        var learner = ClauseLearner()
        let versions = (0..<250).map { _ in learner.addVariable() }
        learner.addAtMostOne(versions)
        learner.addClause(versions)
        for chosen in [0, 117, 249] {
            #expect(learner.solve(assumptions: [versions[chosen]]) == .satisfiable)
            #expect(versions.indices.filter { learner.model?[versions[$0]] ?? false } == [chosen])
        }
        #expect(learner.solve(assumptions: [versions[3], versions[200]]) == .unsatisfiable)
        #expect(learner.failedAssumptions == [versions[3], versions[200]])
        // The best still possible one is chosen.
        for version in versions[..<100] { learner.addFact(!version) }
        #expect(learner.solve(preferring: versions) == .satisfiable)
        #expect(learner.model?[versions[100]] == true)
        #expect(learner.statistics.conflicts == 0)
    }

    @Test("a policy is asked again after each propagation")
    func closurePolicy() {
        var learner = ClauseLearner()
        let chain = (0..<5).map { _ in learner.addVariable() }
        for (first, second) in zip(chain, chain.dropFirst()) { learner.addImplication(second, first) }
        var asked = 0
        var policy = ClosurePolicy { assignment in
            asked += 1
            return assignment.isOpen(chain[2]) ? chain[2] : nil
        }
        #expect(learner.solve(policy: &policy) == .satisfiable)
        #expect(chain.map { learner.model?[$0] ?? false } == [true, true, true, false, false])
        // For the decision, for the first of the two others (the second follows), and at the end.
        #expect(asked == 3)
    }
}
