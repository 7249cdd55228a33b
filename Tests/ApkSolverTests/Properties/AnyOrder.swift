import ApkSolver
import Testing

/// Answers that were found without apk's order of decisions are those that it leads to.
@Suite struct AnyOrder {
    @Test func theShortWayLeadsToTheSameSteps() throws {
        for seed in SolverProperties.seeds {
            let random = RandomUniverse(seed: seed)
            let universe = try random.universe()
            let short = try Solver.propagate(random.problem(universe)).changes
            let long = try Solver.propagate(random.problem(universe), keepsOrder: true).changes
            #expect(short.steps == long.steps && short.errorCount == long.errorCount, "seed \(seed)")
        }
    }
}
