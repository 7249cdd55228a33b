public import ApkFormats
public import ApkSolver

/// Answers requests over one universe of packages; one resolver can answer any number, from any thread.
///
/// ```swift
/// let resolver = Resolver(universe: catalog.universe)
/// let resolution = try resolver.resolve(["nodejs", "!busybox-extras"])
/// for package in resolution.packages { print(resolution.universe.label(of: package)) }
/// ```
public struct Resolver: Sendable {
    /// The packages that there are.
    public let universe: Universe
    /// What an installed root already asks for; the requests come on top.
    public let world: [Dependency]

    public init(universe: Universe, world: [Dependency] = []) {
        self.universe = universe
        self.world = world
    }

    /// Finds the install set for requests in the syntax of a world, such as `nodejs`, `python3~3.11`, `!busybox`.
    ///
    /// - Throws: ``ResolutionError``.
    public func resolve(
        _ requests: [String], options: ResolveOptions = ResolveOptions()
    ) throws(ResolutionError) -> Resolution {
        let dependencies: [Dependency]
        do throws(SolverError) { dependencies = try self.dependencies(requests) } catch {
            throw ResolutionError(error, requests: requests)
        }
        return try resolve(dependencies, requests: requests, options: options)
    }

    /// Reads requests.
    ///
    /// - Throws: ``SolverError`` with the code `invalid-request` and the first that is none.
    func dependencies(_ requests: [String]) throws(SolverError) -> [Dependency] {
        var dependencies: [Dependency] = []
        for request in requests {
            do { dependencies.append(try Dependency(parsing: request)) } catch {
                throw SolverError(.invalidRequest, detail: request)
            }
        }
        return dependencies
    }

    private func resolve(
        _ dependencies: [Dependency], requests: [String], options: ResolveOptions
    ) throws(ResolutionError) -> Resolution {
        let problem: Problem
        let outcome: Solver.Outcome
        do throws(SolverError) {
            problem = try makeProblem(dependencies, options)
            outcome = try Solver.solve(problem, policy: options.policy)
        } catch {
            throw ResolutionError(error, requests: requests)
        }
        let unknownTags = problem.entriesWithUnknownTag
        if let first = unknownTags.first {
            throw ResolutionError(.unknownTag, requests: requests, detail: first.description)
        }
        guard outcome.isSolved else { throw failure(problem, outcome, dependencies, requests, options) }
        guard let objective = options.minimize else {
            return Resolution(requests: requests, problem: problem, outcome: outcome)
        }
        return minimize(objective, problem, outcome, requests, budget: options.minimumBudget)
    }

    private func minimize(
        _ objective: Objective, _ problem: Problem, _ usual: Solver.Outcome, _ requests: [String], budget: Int
    ) -> Resolution {
        var search = MinimumSearch(problem, from: usual)
        var found = search.minimize(objective, budget: budget)
        var outcome = usual
        outcome.decisions += found.decisions
        outcome.conflicts += found.conflicts
        if let selection = found.selection {
            let changes = Solver.changes(problem, selection)
            if Set(changes.packages) == Set(found.packages) {
                outcome.selection = selection
                outcome.changes = changes
            } else {
                // apk's walk would install others, so the usual answer stays, with no more proved of it than a bound.
                found.value = objective.cost(of: usual.changes.packages, in: problem.universe)
            }
        }
        let minimum = Minimum(objective, found, from: usual, to: outcome, problem)
        return Resolution(requests: requests, problem: problem, outcome: outcome, minimum: minimum)
    }

    /// The problem of adding requests to the world.
    package func makeProblem(_ requests: [Dependency], _ options: ResolveOptions) throws(SolverError) -> Problem {
        let flags: SolverFlags = options.latest ? [.latest] : []
        guard
            var problem = try Transaction.make(.add(requests, flags: flags), universe: universe, world: world)?.problem
        else { throw SolverError(.invalidRequest, detail: "") }
        if options.upgrade || options.available {
            problem.globalFlags.insert(.upgrade)
            if options.available { problem.globalFlags.insert(.available) }
            if options.latest { problem.globalFlags.insert(.latest) }
        }
        problem.ignoresInstallIf = options.ignoresInstallIf
        problem.stepBudget = options.stepBudget
        return problem
    }

    func failure(
        _ problem: Problem, _ outcome: Solver.Outcome, _ dependencies: [Dependency], _ requests: [String],
        _ options: ResolveOptions
    ) -> ResolutionError {
        var error = ResolutionError(.unsatisfiable, requests: requests, detail: "")
        error.universe = universe
        error.report = FailureReport(problem, outcome.changes)
        error.errorCount = outcome.changes.errorCount
        guard options.explains else { return error }
        do throws(SolverError) {
            error.explanation = try Explanation.explain(problem)
            error.suggestions = try SuggestionFinder(self, dependencies, options).find(for: error.explanation)
        } catch {
            // Out of budget: what was found so far still stands, and the failure itself is certain.
        }
        return error
    }
}
