internal import ApkFormats
public import ApkSolver

/// Another valid answer that differs from a given one by one choice and what follows from it.
public struct Alternative: Sendable, Hashable {
    /// The choice that is made differently.
    public let exchange: Exchange
    /// What the answer loses and gains, in the order of installation.
    public let removed: [PackageID]
    public let added: [PackageID]
    /// All its packages in the order of installation.
    public let packages: [PackageID]
    /// How much more it has than the given answer; negative for less. Sizes in bytes.
    public let packageDifference: Int
    public let installedDifference: Int
    public let downloadDifference: Int
}

extension Resolution {
    /// Other valid answers: another package in the place of one, at what cost. Each is found by solving.
    ///
    /// Every package that meets a dependency or a request of this answer is tried in the place of the one that does, by
    /// name; other versions of the same name count as one. What the rest becomes is what changes least, or for an answer
    /// with a ``minimum`` what has least of that.
    ///
    /// - Parameters:
    ///   - limit: the most alternatives; the cheapest come first.
    ///   - budget: the most steps of the search for each.
    public func alternatives(limit: Int, budget: Int = 2_000_000) -> [Alternative] {
        let search = MinimumSearch(problem, from: outcome)
        var found: [Alternative] = []
        var seen: Set<[PackageID]> = [packages.sorted()]
        for candidate in AlternativeCandidate.all(in: graph).prefix(Self.mostCandidates) {
            guard
                let answer = search.alternative(
                    with: candidate.packages, without: [candidate.replaced], minimizing: minimum?.objective,
                    budget: budget),
                let selection = answer.selection
            else { continue }
            var other = outcome
            other.selection = selection
            other.changes = Solver.changes(problem, selection)
            guard other.changes.errorCount == 0, seen.insert(other.changes.packages.sorted()).inserted,
                let replacement = candidate.packages.first(where: { other.changes.packages.contains($0) })
            else { continue }
            let exchange = Exchange(name: candidate.name, from: candidate.replaced, to: replacement)
            found.append(Alternative(exchange, from: outcome, to: other, problem))
        }
        let ranked = found.enumerated().sorted { left, right in
            let (a, b) = (left.element.rank(by: minimum?.objective), right.element.rank(by: minimum?.objective))
            return a != b ? a < b : left.offset < right.offset
        }
        return ranked.prefix(limit).map(\.element)
    }

    /// Candidates that are tried at most: a set of hundreds of packages with hundreds of versions each has more than
    /// anybody waits for.
    private static var mostCandidates: Int { 200 }
}

extension Alternative {
    init(_ exchange: Exchange, from before: Solver.Outcome, to after: Solver.Outcome, _ problem: Problem) {
        self.exchange = exchange
        (_, removed, added) = Exchange.differences(from: before, to: after, problem)
        packages = after.changes.packages
        func difference(_ objective: Objective) -> Int {
            Int(
                clamping: objective.cost(of: after.changes.packages, in: problem.universe)
                    - objective.cost(of: before.changes.packages, in: problem.universe))
        }
        packageDifference = difference(.packages)
        installedDifference = difference(.size)
        downloadDifference = difference(.download)
    }

    fileprivate func rank(by objective: Objective?) -> Int {
        switch objective {
        case .packages: packageDifference
        case .download: downloadDifference
        case .size, nil: installedDifference
        }
    }
}

/// A package of an answer, and those of one other name that could stand in its place.
private struct AlternativeCandidate {
    var name: String
    var replaced: PackageID
    /// The best first.
    var packages: [PackageID]

    /// The candidates in the order in which the answer asks for things.
    static func all(in graph: AnswerGraph) -> [AlternativeCandidate] {
        let problem = graph.problem
        let universe = problem.universe
        var candidates: [AlternativeCandidate] = []
        var places: [Key: Int] = [:]
        for edge in graph.edges where !edge.isCondition {
            guard let name = universe.name(edge.requirement.name) else { continue }
            var vocabulary = problem.vocabulary
            let requirement = vocabulary.requirement(edge.requirement)
            for place in universe.providerRange(name) {
                let provider = universe.providers[place]
                guard provider.package != edge.provider,
                    vocabulary.satisfies(requirement, provider, owner: edge.owner)
                else { continue }
                let other = universe.packages[provider.package.index].name
                let isVersion = other == universe.packages[edge.provider.index].name
                let key = Key(replaced: edge.provider, other: other)
                if let known = places[key] {
                    if !candidates[known].packages.contains(provider.package) {
                        candidates[known].packages.append(provider.package)
                    }
                } else {
                    places[key] = candidates.count
                    candidates.append(
                        AlternativeCandidate(
                            name: isVersion ? universe.text(other) : edge.requirement.name, replaced: edge.provider,
                            packages: [provider.package]))
                }
            }
        }
        return candidates
    }

    private struct Key: Hashable {
        var replaced: PackageID
        var other: NameID
    }
}
