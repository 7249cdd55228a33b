import ApkFormats
import ApkSolver
import Foundation
import Testing

/// What must hold for every universe, over seeded random ones. `APKRESOLVE_SEEDS` sets how many.
@Suite struct SolverProperties {
    static let seeds = 0..<UInt64(ProcessInfo.processInfo.environment["APKRESOLVE_SEEDS"].flatMap { Int($0) } ?? 1500)

    @Test func anAnswerIsFoundExactlyWhereThereIsOne() throws {
        for seed in Self.seeds {
            let random = RandomUniverse(seed: seed)
            let problem = random.problem(try random.universe())
            let outcome = try Solver.solve(problem, policy: .complete)
            #expect(outcome.isSolved == BruteForce(random).hasAnswer, "seed \(seed)")
        }
    }

    @Test(arguments: SolverPolicy.allCases)
    func anAnswerMeetsEveryDependencyAndFiresInstallIf(_ policy: SolverPolicy) throws {
        for seed in Self.seeds {
            let random = RandomUniverse(seed: seed)
            let oracle = BruteForce(random)
            let outcome = try Solver.solve(random.problem(try random.universe()), policy: policy)
            guard outcome.isSolved else { continue }
            let set = outcome.changes.packages.reduce(0) { $0 | 1 << $1.index }
            #expect(oracle.isAnswer(set), "seed \(seed)")
            // apk drops an `install_if` package silently where it is in the way of an earlier choice; ours may drop it
            // only where no answer holds it beside the rest.
            for package in random.packages.indices where set & 1 << package == 0 && oracle.isTriggered(package, by: set)
            {
                guard policy == .complete, outcome.goesFurther else { continue }
                #expect(!oracle.canGrow(set, by: package), "seed \(seed): \(random.packages[package].name)")
            }
        }
    }

    @Test func repeatingChangesNothing() throws {
        for seed in Self.seeds.prefix(300) {
            let random = RandomUniverse(seed: seed)
            let universe = try random.universe()
            let first = try Solver.solve(random.problem(universe), policy: .complete)
            let second = try Solver.solve(random.problem(try random.universe()), policy: .complete)
            #expect(first.changes.steps == second.changes.steps, "seed \(seed)")
        }
    }

    @Test func theOrderOfRecordsMattersOnlyInTies() throws {
        for seed in Self.seeds.prefix(600) {
            let random = RandomUniverse(seed: seed)
            // Two packages that offer a name alike are a tie, which apk decides by the order of records.
            let keys = random.packages.flatMap { package in
                ([(package.name, package.version as Int?)] + package.provides).map {
                    "\($0.0)=\($0.1.map(String.init) ?? "")"
                }
            }
            guard Set(keys).count == keys.count else { continue }
            var generator = SplitMix(seed: seed ^ 0xabcd)
            let order = random.packages.indices.shuffled(using: &generator)
            func answer(_ universe: Universe) throws -> Set<String>? {
                let outcome = try Solver.solve(random.problem(universe), policy: .complete)
                return outcome.isSolved ? Set(outcome.changes.packages.map { universe.label(of: $0) }) : nil
            }
            #expect(try answer(try random.universe()) == answer(try random.universe(order: order)), "seed \(seed)")
        }
    }

    @Test func whatPlaysNoPartCanBeTakenAway() throws {
        for seed in Self.seeds.prefix(600) {
            let random = RandomUniverse(seed: seed)
            let universe = try random.universe()
            let before = try Solver.solve(random.problem(universe), policy: .complete)
            // Everything that the requests' names lead to, forwards and backwards.
            var names = Set(random.requests.map(\.name))
            var grows = true
            func mentioned(_ package: RandomUniverse.Package) -> Set<String> {
                Set(
                    [package.name] + package.provides.map(\.name)
                        + (package.dependencies + package.installIf).map(\.name))
            }
            while grows {
                grows = false
                for package in random.packages where !mentioned(package).isDisjoint(with: names) {
                    if !mentioned(package).isSubset(of: names) { grows = true }
                    names.formUnion(mentioned(package))
                }
            }
            let kept = random.packages.indices.filter { !mentioned(random.packages[$0]).isDisjoint(with: names) }
            let smaller = try random.universe(order: kept)
            let after = try Solver.solve(random.problem(smaller), policy: .complete)
            #expect(
                before.changes.packages.map { universe.label(of: $0) }
                    == after.changes.packages.map { smaller.label(of: $0) },
                "seed \(seed)")
        }
    }
}

/// The facts of a failure contradict each other, and no fact can be left out.
@Suite struct ExplanationProperties {
    @Test func theFactsOfAFailureAreMinimal() throws {
        var failures = 0
        for seed in SolverProperties.seeds {
            let random = RandomUniverse(seed: seed, count: 9)
            let universe = try random.universe()
            guard let explanation = try Explanation.explain(random.problem(universe)) else { continue }
            failures += 1
            #expect(explanation.isMinimal)
            let oracle = FactOracle(random, universe)
            #expect(!oracle.canHold(explanation.facts), "seed \(seed): \(explanation.facts)")
            for index in explanation.facts.indices {
                var rest = explanation.facts
                rest.remove(at: index)
                #expect(oracle.canHold(rest), "seed \(seed) without \(explanation.facts[index])")
            }
        }
        #expect(failures > 50)
    }
}

/// Tries all sets of packages against facts alone.
struct FactOracle {
    private let random: RandomUniverse
    private let universe: Universe
    private let oracle: BruteForce

    init(_ random: RandomUniverse, _ universe: Universe) {
        self.random = random
        self.universe = universe
        oracle = BruteForce(random)
    }

    /// Whether some set of packages agrees with all facts.
    func canHold(_ facts: [Explanation.Fact]) -> Bool {
        (0..<1 << random.packages.count).contains { set in facts.allSatisfy { holds($0, in: set) } }
    }

    private func holds(_ fact: Explanation.Fact, in set: Int) -> Bool {
        switch fact {
        case .request(let dependency, _): return oracle.meets(set, dependency)
        case .dependency(let package, let dependency, _):
            return set & 1 << package.index == 0 || oracle.meets(set, dependency, owner: package.index)
        case .selfConflict(let package), .excluded(let package, _): return set & 1 << package.index == 0
        case .exclusive(let name, _):
            var versioned: Set<Int> = []
            var virtual: Set<Int> = []
            for (index, package) in random.packages.enumerated() where set & 1 << index != 0 {
                for offer in [(name: package.name, version: package.version as Int?)] + package.provides
                where offer.name == name {
                    if offer.version == nil { virtual.insert(index) } else { versioned.insert(index) }
                }
            }
            return versioned.isEmpty || versioned.union(virtual).count == 1
        }
    }
}
