internal import ApkFormats
public import ApkSolver

/// An answer: the packages that meet the requests, in the order in which they are to be installed.
public struct Resolution: Sendable {
    /// The requests as they were given.
    public let requests: [String]
    /// The packages, dependencies first, in apk's order; those of an installed root that stay included.
    public let packages: [PackageID]
    /// The steps from what is installed to the packages.
    public let changes: [Change]
    /// How the answer goes further than apk, which finds none; empty for apk's own answer.
    public let detours: [Detour]
    /// Whether the answer comes from the complete search because apk finds none.
    public let goesFurther: Bool
    /// What is proved about an answer that was to have the least of something; nil where nothing was asked.
    public let minimum: Minimum?
    /// Decisions and conflicts of the searches; zero where none was needed.
    public let decisions: Int
    public let conflicts: Int
    private let madeGraph = Lazy<AnswerGraph>()
    package let problem: Problem
    let outcome: Solver.Outcome

    /// A choice that apk would not make.
    public enum Detour: Sendable, Hashable {
        /// A version older than the newest one.
        case olderVersion(PackageID, newest: PackageID)
        /// A package for a virtual name that it provides without a version and without a priority.
        case virtualProvider(PackageID, name: String)
    }

    init(requests: [String], problem: Problem, outcome: Solver.Outcome, minimum: Minimum? = nil) {
        self.requests = requests
        self.problem = problem
        self.minimum = minimum
        packages = outcome.changes.packages
        changes = outcome.changes.changes
        goesFurther = outcome.goesFurther
        decisions = outcome.decisions
        conflicts = outcome.conflicts
        self.outcome = outcome
        detours = outcome.goesFurther ? Resolution.detours(problem, Resolution.graph(problem, outcome)) : []
    }

    /// The edges between the packages. Who only wants the packages does not pay for them.
    package var graph: AnswerGraph { madeGraph.value { Resolution.graph(problem, outcome) } }

    private static func graph(_ problem: Problem, _ outcome: Solver.Outcome) -> AnswerGraph {
        AnswerGraph(problem, outcome.selection, packages: outcome.changes.packages)
    }

    /// The packages that the facts speak of.
    public var universe: Universe { problem.universe }

    /// The dependencies of the packages, each with the package that stands for it.
    public var edges: [Edge] { graph.edges }

    /// Why each package is in the answer.
    public func reasons() -> [PackageID: InstallReason] { graph.reasons() }

    private static func detours(_ problem: Problem, _ graph: AnswerGraph) -> [Detour] {
        let universe = problem.universe
        var detours: [Detour] = []
        for package in graph.packages {
            let row = universe.packages[package.index]
            let newer = universe.providerRange(row.name).map { universe.providers[$0].package }.filter { other in
                universe.packages[other.index].name == row.name
                    && problem.vocabulary.order(universe.packages[other.index].version, row.version) == .greater
            }
            let newest = newer.max {
                problem.vocabulary.order(universe.packages[$0.index].version, universe.packages[$1.index].version)
                    == .less
            }
            if let newest { detours.append(.olderVersion(package, newest: newest)) }
        }
        let requested = Set(graph.edges.filter { !$0.isCondition }.map(\.requirement.name))
        for edge in graph.edges where !edge.isCondition {
            let row = universe.packages[edge.provider.index]
            guard row.providerPriority == 0, !requested.contains(universe.text(row.name)) else { continue }
            let isVirtual = universe.providedRange(edge.provider).contains { place in
                let provided = universe.providedNames[place]
                return !provided.version.isVersioned && universe.text(provided.name) == edge.requirement.name
            }
            let detour = Detour.virtualProvider(edge.provider, name: edge.requirement.name)
            if isVirtual, !detours.contains(detour) { detours.append(detour) }
        }
        return detours
    }
}
