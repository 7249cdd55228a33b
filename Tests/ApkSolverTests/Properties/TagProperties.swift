import ApkFormats
import Testing

@testable import ApkSolver

/// Requests with tags against all sets of packages. `APKRESOLVE_SEEDS` sets how many universes.
@Suite struct TagProperties {
    @Test func anAnswerIsFoundExactlyWhereThereIsOne() throws {
        var further = 0
        for seed in SolverProperties.seeds {
            let random = RandomUniverse(seed: seed).withTags(seed: seed)
            var problem = random.problem(try random.universe())
            problem.stepBudget = 200_000
            let oracle = BruteForce(random)
            let outcome = try Solver.solve(problem, policy: .complete)
            let set = outcome.changes.packages.reduce(0) { $0 | 1 << $1.index }
            guard outcome.isSolved else {
                #expect(!(0..<1 << random.packages.count).contains { oracle.isTaggedAnswer($0) }, "seed \(seed)")
                continue
            }
            // apk itself hands tags on from choices that it takes back, which the search does not.
            #expect(outcome.goesFurther ? oracle.isTaggedAnswer(set) : oracle.isAnswer(set), "seed \(seed)")
            if outcome.goesFurther { further += 1 }
        }
        #expect(further > SolverProperties.seeds.count / 100)
    }

    @Test(arguments: Objective.allCases)
    func theLeastAnswerComesFromAllowedRepositories(_ objective: Objective) throws {
        for seed in SolverProperties.seeds.prefix(1000) {
            let random = RandomUniverse(seed: seed).withSizes(seed: seed).withTags(seed: seed)
            let problem = random.problem(try random.universe())
            let answer = try Solver.solve(problem, policy: .complete)
            guard answer.isSolved else { continue }
            var search = MinimumSearch(problem, from: answer)
            let found = search.minimize(objective, budget: 200_000)
            #expect(found.isProved, "seed \(seed)")
            guard found.selection != nil else { continue }
            let set = found.packages.reduce(0) { $0 | 1 << $1.index }
            #expect(BruteForce(random).isAnswer(set), "seed \(seed)")
        }
    }

    /// A tag comes by a package that is needed only as long as it stands for the name `v`.
    @Test func aTagDecidesWhoStandsForAName() throws {
        let records = [
            ("a", "", "v", false), ("x", "p", "v", false), ("q", "p", "", false), ("p", "", "", true),
        ]
        var random = RandomUniverse(seed: 0)
        random.packages = records.map { name, dependency, provided, isTagged in
            var package = RandomUniverse.Package(name: name, version: 1)
            if !dependency.isEmpty { package.dependencies = [Dependency(name: dependency)] }
            if !provided.isEmpty { package.provides = [(provided, nil)] }
            package.isTagged = isTagged
            package.installedSize = name == "a" ? 1 : 2
            return package
        }
        random.requests = [Dependency(name: "v", tag: "t"), Dependency(name: "q")]
        let outcome = try Solver.solve(random.problem(try random.universe()), policy: .complete)
        #expect(outcome.isSolved)
        #expect(Set(outcome.changes.packages.map(\.index)) == [1, 2, 3])
    }

    /// Once this request was answered with the same refused model for ever.
    @Test func aRefusedModelDoesNotComeBack() throws {
        var random = RandomUniverse(seed: 0)
        func package(_ name: String, _ version: Int, _ dependency: Dependency? = nil, provides: String? = nil)
            -> RandomUniverse.Package
        {
            var package = RandomUniverse.Package(name: name, version: version)
            package.dependencies = [dependency].compactMap { $0 }
            package.provides = [provides].compactMap { $0 }.map { ($0, nil) }
            package.isTagged = true
            return package
        }
        var first = package("c", 1, Dependency(name: "virt1"))
        first.provides = [("virt2", 1)]
        random.packages = [
            first, package("p0", 1), package("p1", 2, Dependency(name: "virt2")), package("p2", 1),
            package("p2", 2, Dependency(name: "p1", relation: .less, version: "2")),
            package("p5", 2, Dependency(name: "p2", relation: [.greater, .equal], version: "1"), provides: "virt1"),
        ]
        random.requests = [Dependency(name: "p2"), Dependency(name: "p0", tag: "t", relation: .less, version: "2")]
        var problem = random.problem(try random.universe())
        problem.stepBudget = 1000
        #expect(try !Solver.solve(problem, policy: .complete).isSolved)
        #expect(try Explanation.explain(problem) != nil)
    }
}
