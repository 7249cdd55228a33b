internal import ApkFormats
public import ApkSolver

/// What is proved about an answer that was to have the least of something.
public struct Minimum: Sendable, Hashable {
    /// What was to be least.
    public let objective: Objective
    /// What the answer has of it: packages, or bytes.
    public let value: Int
    /// No valid answer has less. Equal to `value` if that is proved to be the least.
    public let lowerBound: Int
    /// What the answer without this objective has of it: apk's own, where apk finds one.
    public let usual: Int
    /// The choices that make the difference to that answer, in the order of its packages.
    public let exchanges: [Exchange]
    /// What only that answer has, and what only this one has, both in the order of installation.
    public let removed: [PackageID]
    public let added: [PackageID]

    /// Whether no valid answer has less.
    public var isProved: Bool { lowerBound >= value }

    init(
        _ objective: Objective, _ found: MinimumSearch.Found, from usual: Solver.Outcome, to outcome: Solver.Outcome,
        _ problem: Problem
    ) {
        self.objective = objective
        value = Int(found.value)
        lowerBound = Int(found.lowerBound)
        self.usual = Int(objective.cost(of: usual.changes.packages, in: problem.universe))
        (exchanges, removed, added) = Exchange.differences(from: usual, to: outcome, problem)
    }
}

/// One choice that two answers make differently.
public struct Exchange: Sendable, Hashable {
    /// The name that is asked for, such as `/bin/sh` or `so:libssl.so.3`; the packages' own if only the version differs.
    public let name: String
    /// What stands for it in the one answer and in the other.
    public let from: PackageID
    public let to: PackageID

    private struct Asked: Hashable {
        var owner: PackageID?
        var requirement: Dependency
    }

    /// The differences between two answers to a problem.
    static func differences(
        from before: Solver.Outcome, to after: Solver.Outcome, _ problem: Problem
    ) -> (exchanges: [Exchange], removed: [PackageID], added: [PackageID]) {
        let universe = problem.universe
        let (old, new) = (Set(before.changes.packages), Set(after.changes.packages))
        var exchanges: [Exchange] = []
        var seen: Set<Exchange> = []
        let after = AnswerGraph(problem, after.selection, packages: after.changes.packages)
        let providers = Dictionary(
            after.edges.map { (Asked(owner: $0.owner, requirement: $0.requirement), $0.provider) },
            uniquingKeysWith: { first, _ in first })
        for edge in AnswerGraph(problem, before.selection, packages: before.changes.packages).edges {
            let asked = Asked(owner: edge.owner, requirement: edge.requirement)
            guard !edge.isCondition, !new.contains(edge.provider), let other = providers[asked] else { continue }
            let isVersion = universe.name(of: other) == universe.name(of: edge.provider)
            let exchange = Exchange(
                name: isVersion ? universe.name(of: other) : edge.requirement.name, from: edge.provider, to: other)
            if seen.insert(exchange).inserted { exchanges.append(exchange) }
        }
        return (
            exchanges, before.changes.packages.filter { !new.contains($0) },
            after.packages.filter { !old.contains($0) }
        )
    }
}
