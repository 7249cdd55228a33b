import ApkFormats
import Testing

@testable import ApkSolver

/// The proved minimum against all sets of packages, for each objective. `APKRESOLVE_SEEDS` sets how many universes.
@Suite struct MinimumProperties {
    @Test(arguments: Objective.allCases, [false, true])
    func isTheLeastOfAllValidSets(_ objective: Objective, ignoringInstallIf: Bool) throws {
        var smaller = 0
        for seed in SolverProperties.seeds {
            let random = RandomUniverse(seed: seed, count: 14).withSizes(seed: seed)
            let universe = try random.universe()
            var problem = random.problem(universe)
            problem.ignoresInstallIf = ignoringInstallIf
            let answer = try Solver.solve(problem, policy: .complete)
            guard answer.isSolved else { continue }
            var search = MinimumSearch(problem, from: answer)
            let found = search.minimize(objective, budget: .max)
            let oracle = MinimumOracle(random, ignoresInstallIf: ignoringInstallIf, given: answer.changes.packages)
            #expect(found.isProved, "seed \(seed)")
            #expect(found.value == objective.cost(of: found.packages, in: universe))
            #expect(found.value == oracle.least { objective.cost(of: PackageID($0), in: universe) }, "seed \(seed)")
            let set = found.packages.reduce(0) { $0 | 1 << $1.index }
            #expect(oracle.isValid(set) || set == oracle.given, "seed \(seed)")
            if let selection = found.selection {
                smaller += 1
                let changes = ChangeSetBuilder.build(problem, selection)
                #expect(changes.errorCount == 0 && Set(changes.packages) == Set(found.packages), "seed \(seed)")
            }
        }
        #expect(smaller > SolverProperties.seeds.count / 200)
    }
}

/// The valid answers of a small universe, written from their definition and not from the search.
struct MinimumOracle {
    let given: Int
    private let brute: BruteForce
    private let ignoresInstallIf: Bool
    /// All sets that meet the requests and all dependencies.
    private let answers: [Int]
    /// The packages whose `install_if` need not be obeyed.
    private let exempt: Set<Int>

    init(_ random: RandomUniverse, ignoresInstallIf: Bool, given packages: [PackageID]) {
        let brute = BruteForce(random)
        let given = packages.reduce(0) { $0 | 1 << $1.index }
        let answers = (0..<1 << random.packages.count).filter { brute.isAnswer($0) }
        let possible = answers.reduce(0) { $0 | $1 }
        exempt = Set(
            random.packages.indices.filter { package in
                possible & 1 << package == 0 || (given & 1 << package == 0 && brute.isTriggered(package, by: given))
            })
        (self.brute, self.given, self.answers, self.ignoresInstallIf) = (brute, given, answers, ignoresInstallIf)
    }

    func least(_ cost: (Int) -> Int64) -> Int64? {
        let all = brute.universe.packages.indices
        return (answers.filter(isValid) + [given]).map { set in
            all.reduce(0) { set & 1 << $1 != 0 ? $0 + cost($1) : $0 }
        }.min()
    }

    func isValid(_ set: Int) -> Bool {
        guard brute.isAnswer(set) else { return false }
        if !ignoresInstallIf {
            for package in brute.universe.packages.indices
            where set & 1 << package == 0 && !exempt.contains(package) && brute.isTriggered(package, by: set) {
                return false
            }
        }
        return brute.isGrounded(set, ignoringInstallIf: ignoresInstallIf)
    }
}
