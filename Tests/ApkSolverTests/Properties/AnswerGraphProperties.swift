import Testing

@testable import ApkSolver

/// Reasons, chains and what would go with a package, over random universes.
@Suite struct AnswerGraphProperties {
    private func forEachAnswer(_ body: (UInt64, AnswerGraph) -> Void) throws {
        for seed in SolverProperties.seeds {
            let random = RandomUniverse(seed: seed)
            let problem = random.problem(try random.universe())
            let outcome = try Solver.solve(problem, policy: .complete)
            guard outcome.isSolved, !outcome.changes.packages.isEmpty else { continue }
            body(seed, AnswerGraph(problem, outcome.selection, packages: outcome.changes.packages))
        }
    }

    /// Packages that are still asked for when one is taken away: by its definition, step by step.
    private func rest(_ graph: AnswerGraph, without gone: PackageID?) -> Set<PackageID> {
        var reached: Set<PackageID> = []
        var grows = true
        while grows {
            grows = false
            for package in graph.packages where package != gone && !reached.contains(package) {
                let incoming = graph.edges.filter { $0.provider == package && $0.owner != package }
                let isAsked = incoming.contains { edge in
                    !edge.isCondition && (edge.owner.map { reached.contains($0) } ?? true)
                }
                // Nothing is there to go with what waits for absences.
                if incoming.isEmpty {
                    reached.insert(package)
                    grows = true
                    continue
                }
                let conditions = incoming.filter(\.isCondition)
                let comesIn =
                    !conditions.isEmpty && conditions.allSatisfy { $0.owner.map { reached.contains($0) } ?? false }
                if isAsked || comesIn {
                    reached.insert(package)
                    grows = true
                }
            }
        }
        return reached
    }

    @Test func everyPackageHasAReasonAndEveryEdgeEndsInTheAnswer() throws {
        try forEachAnswer { seed, graph in
            let present = Set(graph.packages)
            #expect(graph.edges.allSatisfy { present.contains($0.provider) }, "seed \(seed)")
            #expect(graph.edges.allSatisfy { $0.owner.map { present.contains($0) } ?? true }, "seed \(seed)")
            let reasons = graph.reasons()
            for package in graph.packages {
                let reason = reasons[package]
                #expect(reason != nil, "seed \(seed) \(package)")
                // What waits for absences begins chains of its own.
                let hasChain = graph.shortestChain(to: package) != nil
                let isByAbsence = reasons.contains { $0.value.by.isEmpty }
                #expect(hasChain || isByAbsence, "seed \(seed) \(package)")
            }
        }
    }

    @Test func dominatorsAreWhatAPackageGoesWith() throws {
        var shared = 0
        try forEachAnswer { seed, graph in
            let dominators = graph.dominators()
            #expect(rest(graph, without: nil) == Set(graph.packages), "seed \(seed)")
            for (place, package) in graph.packages.enumerated() {
                let rest = rest(graph, without: package)
                let gone = Set(graph.packages).subtracting(rest)
                let dominated = Set(
                    graph.packages.indices.filter { dominators[$0].contains(place) }.map { graph.packages[$0] })
                #expect(gone == dominated, "seed \(seed) without \(package)")
                if gone.count > 1 { shared += 1 }
            }
        }
        #expect(shared > SolverProperties.seeds.count / 40)
    }

    @Test func chainsAreAllSimplePathsTheShortestFirst() throws {
        var many = 0
        try forEachAnswer { seed, graph in
            for target in graph.packages {
                let (chains, isComplete) = graph.chains(to: target, limit: 10_000)
                #expect(isComplete)
                #expect(Set(chains) == Set(simplePaths(graph, to: target)), "seed \(seed) \(target)")
                #expect(Set(chains).count == chains.count)
                #expect(chains.map(\.count) == chains.map(\.count).sorted())
                #expect(chains.first?.count == graph.shortestChain(to: target)?.count)
                if chains.count > 1 {
                    many += 1
                    let (first, isWhole) = graph.chains(to: target, limit: 1)
                    #expect(first == [chains[0]] && !isWhole)
                }
            }
        }
        #expect(many > SolverProperties.seeds.count / 60)
    }

    private func simplePaths(_ graph: AnswerGraph, to target: PackageID) -> [[Edge]] {
        var result: [[Edge]] = []
        func walk(_ path: [Edge]) {
            guard let last = path.last else { return }
            if last.provider == target { return result.append(path) }
            for edge in graph.edges
            where edge.owner == last.provider && !path.contains(where: { $0.provider == edge.provider }) {
                walk(path + [edge])
            }
        }
        for edge in graph.edges where edge.owner == nil { walk([edge]) }
        return result
    }
}
