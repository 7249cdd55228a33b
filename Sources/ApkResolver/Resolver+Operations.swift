public import ApkFormats
public import ApkSolver

extension Resolver {
    /// Finds what one of apk's commands does to an installed root: what is added, removed, upgraded or put right.
    ///
    /// ```swift
    /// let resolution = try resolver.perform(.remove(["git"]))
    /// for change in resolution.changes { print(change.kind) }
    /// let newWorld = resolution.world
    /// ```
    ///
    /// A name that no installed package has only leaves the world.
    ///
    /// - Throws: ``ResolutionError``; `not-installed` where a package is named that nothing knows, or is to be put right
    ///   and is not there.
    public func perform(
        _ operation: Operation, options: ResolveOptions = ResolveOptions()
    ) throws(ResolutionError) -> Resolution {
        let words = operation.words
        if case .remove(let names, _) = operation {
            if let unknown = names.first(where: { !knows($0) }) {
                throw ResolutionError(.notInstalled, requests: words, detail: unknown)
            }
        }
        let problem: Problem
        let outcome: Solver.Outcome
        do throws(SolverError) {
            let made = try Transaction.make(operation, universe: universe, world: world)
            // Without one there is nothing newer to begin with, and everything stays.
            var transaction = made?.problem ?? Problem(universe, world: world)
            transaction.ignoresInstallIf = options.ignoresInstallIf
            transaction.stepBudget = options.stepBudget
            problem = transaction
            outcome = try Solver.solve(problem, policy: options.policy)
        } catch {
            throw ResolutionError(error, requests: words)
        }
        if let first = problem.entriesWithUnknownTag.first {
            throw ResolutionError(.unknownTag, requests: words, detail: first.description)
        }
        guard outcome.isSolved else { throw failure(problem, outcome, [], words, options) }
        return Resolution(requests: words, problem: problem, outcome: outcome)
    }

    /// Whether a name occurs anywhere: in the world, or as what a package is called, provides or asks for.
    package func knows(_ name: String) -> Bool { universe.name(name) != nil || world.contains { $0.name == name } }
}

extension Resolution {
    /// What the root is asked to hold afterwards, in the order of `etc/apk/world`.
    public var world: [Dependency] { problem.world.map(\.dependency) }
}

extension Operation {
    /// What was named, as it was written.
    fileprivate var words: [String] {
        switch self {
        case .add(let requests, _): requests.map(\.description)
        case .addVirtual(let name, _, _): [name]
        case .remove(let names, _): names
        case .upgrade(let options): options.packages
        case .fix(let names, _, _): names
        }
    }
}
