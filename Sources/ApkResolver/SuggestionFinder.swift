internal import ApkFormats
internal import ApkSolver

/// Looks for small edits of the requests that have an answer, and proves each by solving.
struct SuggestionFinder {
    private let resolver: Resolver
    private let requests: [Dependency]
    private var options: ResolveOptions
    /// The most suggestions that are given.
    private static let most = 3

    init(_ resolver: Resolver, _ requests: [Dependency], _ options: ResolveOptions) {
        self.resolver = resolver
        self.requests = requests
        self.options = options
        self.options.policy = .complete
    }

    /// The edits, the smallest first.
    ///
    /// - Parameter explanation: nil where the requests have an answer that apk's policy does not find.
    func find(for explanation: Explanation?) throws(SolverError) -> [Suggestion] {
        guard let explanation else {
            return try prove(.completePolicy, requests).map { [$0] } ?? []
        }
        var suggestions: [Suggestion] = []
        let involved = explanation.facts.compactMap { fact -> (Dependency, Explanation.Offer)? in
            if case .request(let dependency, let offer) = fact { (dependency, offer) } else { nil }
        }
        for (request, offer) in involved where offer == .nothing {
            for name in NearestNames.find(request.name, in: resolver.universe, most: 2) {
                var renamed = request
                renamed.name = name
                let edit = Suggestion.Edit.rename(from: request.description, to: renamed.description)
                if let proved = try prove(edit, replacing(request, by: renamed)) { suggestions.append(proved) }
            }
        }
        for (request, _) in involved where !request.relation.isAny && !request.isConflict {
            let relaxed = Dependency(name: request.name, tag: request.tag)
            let edit = Suggestion.Edit.relax(from: request.description, to: relaxed.description)
            if let proved = try prove(edit, replacing(request, by: relaxed)) { suggestions.append(proved) }
        }
        for (request, _) in involved where requests.contains(request) {
            let rest = requests.filter { $0 != request }
            // To ask for nothing always works, and helps nobody who has a better choice.
            if rest.isEmpty, !suggestions.isEmpty { continue }
            if let proved = try prove(.drop([request.description]), rest) { suggestions.append(proved) }
        }
        if suggestions.isEmpty { suggestions += try dropUntilSolvable(involved.map(\.0)) }
        return Array(suggestions.prefix(Self.most))
    }

    /// Drops the requests of one contradiction after another until the rest has an answer.
    private func dropUntilSolvable(_ involved: [Dependency]) throws(SolverError) -> [Suggestion] {
        var dropped: [Dependency] = []
        var next = involved
        while !next.isEmpty {
            dropped += next
            let rest = requests.filter { !dropped.contains($0) }
            if let proved = try prove(.drop(dropped.map(\.description)), rest) { return [proved] }
            let explanation = try Explanation.explain(try resolver.makeProblem(rest, options))
            next = (explanation?.facts ?? []).compactMap { fact in
                if case .request(let dependency, _) = fact, rest.contains(dependency) { dependency } else { nil }
            }
        }
        return []
    }

    private func replacing(_ request: Dependency, by other: Dependency) -> [Dependency] {
        requests.map { $0 == request ? other : $0 }
    }

    private func prove(_ edit: Suggestion.Edit, _ edited: [Dependency]) throws(SolverError) -> Suggestion? {
        let problem = try resolver.makeProblem(edited, options)
        let outcome = try Solver.solve(problem, policy: .complete)
        guard outcome.isSolved, problem.entriesWithUnknownTag.isEmpty else { return nil }
        return Suggestion(
            edit: edit, requests: edited.map(\.description), packageCount: outcome.changes.packages.count)
    }
}
