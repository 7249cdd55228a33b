import Testing

@testable import ApkSolver

@Suite("Search: optima")
struct SearchOptimumTests {
    /// Weights for some literals: mostly positive ones, some with both polarities, some twice.
    static func objective(seed: UInt64, variableCount: Int, maximumWeight: Int) -> [WeightedLiteral] {
        var random = SplitMix64(seed: seed ^ 0x5EED)
        return (0..<random.below(variableCount * 2)).map { _ in
            let negated = random.chance(1, of: 5)
            return WeightedLiteral(
                literal: Literal(variable: random.below(variableCount), negated: negated),
                weight: Int64(random.below(maximumWeight + 1)))
        }
    }

    /// The lexicographically best mask for literals, then false first.
    static func preferred(_ masks: [Int], _ literals: [Literal], _ variableCount: Int) -> Int? {
        let rest = Set(0..<variableCount).subtracting(literals.map(\.variable)).sorted()
        let order = literals + rest.map { Literal(variable: $0, negated: true) }
        return masks.max { first, second in
            order.first { RandomProblem.holds($0, first) != RandomProblem.holds($0, second) }
                .map { RandomProblem.holds($0, second) } ?? false
        }
    }

    @Test("equal exhaustive search, ties broken by preference", arguments: [1, 3, 1_000])
    func agreesWithExhaustiveSearch(maximumWeight: Int) {
        forEachSeed(1_000, from: UInt64(maximumWeight)) { seed in
            let problem = RandomProblem(seed: seed, variables: 4...9)
            var random = SplitMix64(seed: seed &+ 7)
            let objective = Self.objective(
                seed: seed, variableCount: problem.variableCount, maximumWeight: maximumWeight)
            let assumptions = (0..<random.below(3)).map { _ in
                RandomProblem.literal(&random, problem.variableCount)
            }
            var variables = Array(0..<problem.variableCount)
            variables.shuffle(using: &random)
            let preferred = variables.prefix(random.below(variables.count)).map {
                Literal(variable: $0, negated: random.chance(1, of: 3))
            }
            let models = problem.models().filter { mask in
                assumptions.allSatisfy { RandomProblem.holds($0, mask) }
            }
            let outcome = Optimum.find(
                in: problem.makeLearner(), minimizing: objective, assumptions: assumptions, preferring: preferred)
            let costs = models.map { RandomProblem.weight(objective, $0) }
            guard let least = costs.min() else {
                guard case .unsatisfiable = outcome else {
                    Issue.record("seed \(seed): a model where there is none")
                    return
                }
                return
            }
            guard case .found(let best) = outcome else {
                Issue.record("seed \(seed): no model where there is one")
                return
            }
            #expect(best.value == least && best.lowerBound == least && best.isProved, "seed \(seed)")
            let cheapest = zip(models, costs).filter { $1 == least }.map(\.0)
            #expect(best.isPreferred)
            #expect(
                problem.mask(of: best.model) == Self.preferred(cheapest, preferred, problem.variableCount),
                "seed \(seed)")
        }
    }

    @Test("groups with many costs per member")
    func groups() {
        forEachSeed(500) { seed in
            var random = SplitMix64(seed: seed)
            // Three names with four versions each, random requirements between them.
            var problem = RandomProblem(seed: seed, variables: 12...12, withGroups: false, withSums: false)
            problem.clauses = []
            problem.groups = (0..<3).map { name in (0..<4).map { Literal(variable: name * 4 + $0) } }
            for _ in 0..<6 + random.below(6) {
                let target = random.below(3) * 4
                let fitting = (0..<4).filter { _ in random.chance(1, of: 2) }.map { Literal(variable: target + $0) }
                let owner = Literal(variable: random.below(12), negated: true)
                problem.clauses.append(
                    random.chance(1, of: 4) ? fitting + [Literal(variable: random.below(12))] : [owner] + fitting)
            }
            let objective = (0..<12).map {
                WeightedLiteral(literal: Literal(variable: $0), weight: Int64(1 + random.below(50)))
            }
            let models = problem.models()
            let outcome = Optimum.find(in: problem.makeLearner(), minimizing: objective)
            if case .found(let best) = outcome {
                #expect(best.isProved)
                #expect(best.value == models.map { RandomProblem.weight(objective, $0) }.min(), "seed \(seed)")
            } else {
                #expect(models.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test("any budget leaves honest bounds", arguments: [0, 10, 100, 300, 1_000, 3_000, 30_000])
    func budgets(budget: Int) {
        var options = Optimum.Options()
        options.budget = budget
        for seed in 1...6 as ClosedRange<UInt64> {
            let instance = PackageInstance(seed: seed, names: 60, maximumVersions: 8, requests: 4)
            let objective = instance.installedSize
            var full = instance.newestFirst
            var partial = instance.newestFirst
            let whole = Optimum.find(
                in: instance.learner, minimizing: objective, assumptions: instance.requests, policy: &full)
            let part = Optimum.find(
                in: instance.learner, minimizing: objective, assumptions: instance.requests, options: options,
                policy: &partial)
            switch (whole, part) {
            case (.found(let best), .found(let found)):
                #expect(best.isProved)
                #expect(found.lowerBound <= best.value && best.value <= found.value, "seed \(seed)")
                #expect(
                    found.value
                        == CostFunction(objective, variableCount: found.model.variableCount).value(of: found.model))
            case (.found, .budgetExhausted): #expect(budget <= 1_000)
            case (.unsatisfiable, .unsatisfiable), (.unsatisfiable, .budgetExhausted): break
            default: Issue.record("seed \(seed): \(whole) and \(part)")
            }
        }
    }

    @Test("the same input gives the same model and counts")
    func deterministic() {
        for seed in 1...5 as ClosedRange<UInt64> {
            func run() -> String {
                let instance = PackageInstance(seed: seed, names: 80, maximumVersions: 10, requests: 5)
                var policy = instance.newestFirst
                let outcome = Optimum.find(
                    in: instance.learner, minimizing: instance.installedSize, assumptions: instance.requests,
                    policy: &policy)
                guard case .found(let best) = outcome else { return "\(outcome)" }
                return "\(best.value) \(best.statistics) \(instance.versions.joined().filter { best.model[$0] })"
            }
            #expect(run() == run())
        }
    }

    @Test("assumptions that contradict each other have no optimum")
    func unsatisfiable() {
        var learner = ClauseLearner()
        let first = learner.addVariable()
        guard case .unsatisfiable = Optimum.find(in: learner, minimizing: [], assumptions: [first, !first]) else {
            Issue.record("an optimum of nothing")
            return
        }
    }

    @Test("weights near the limit of 64 bits")
    func largeWeights() {
        var learner = ClauseLearner()
        let all = (0..<3).map { _ in learner.addVariable() }
        learner.addClause(all)
        let weights: [Int64] = [.max / 2, .max / 2 - 5, 4]
        let objective = zip(all, weights).map { WeightedLiteral(literal: $0, weight: $1) }
        for excluded in 0..<3 {
            var copy = learner
            copy.addFact(!all[excluded])
            guard case .found(let best) = Optimum.find(in: copy, minimizing: objective) else {
                Issue.record("no optimum")
                continue
            }
            #expect(best.isProved)
            #expect(best.value == (excluded == 2 ? .max / 2 - 5 : 4))
        }
        let single = [WeightedLiteral(literal: all[0], weight: .max)]
        guard case .found(let best) = Optimum.find(in: learner, minimizing: single, assumptions: [all[0]]) else {
            Issue.record("no optimum")
            return
        }
        #expect(best.value == .max && best.isProved)
    }
}
