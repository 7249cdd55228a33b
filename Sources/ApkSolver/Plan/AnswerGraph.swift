public import ApkFormats

/// Why a package is in an answer.
public struct InstallReason: Sendable, Hashable {
    /// The strongest of the reasons.
    public enum Kind: String, Sendable {
        /// The world names it.
        case request
        /// Another package depends on it.
        case dependency
        /// Its `install_if` came true.
        case installIf
    }

    public var kind: Kind
    /// The requests, the packages that depend on it, or the packages that meet its conditions; in order of names.
    public var by: [String]
}

/// An edge of an answer: a dependency, and the package that stands for it.
public struct Edge: Sendable, Hashable {
    /// The package that asks; nil for the world.
    public var owner: PackageID?
    /// What it asks for, as its record or the world says.
    public var requirement: Dependency
    public var provider: PackageID
    /// Whether it is a condition of the provider's `install_if` that the owner meets.
    public var isCondition: Bool
}

/// The edges of an answer, from which reasons and chains are read.
package struct AnswerGraph: Sendable {
    package let problem: Problem
    /// The packages in the order of installation.
    package let packages: [PackageID]
    /// All edges: the world's, each package's dependencies, then conditions of `install_if`.
    package let edges: [Edge]

    package init(_ problem: Problem, _ selection: Selection, packages: [PackageID]) {
        self.problem = problem
        self.packages = packages
        let universe = problem.universe
        let present = Set(packages)
        /// apk may give a virtual name to a package that it then leaves out because another one that comes anyway
        /// provides the name, too.
        func provider(_ requirement: Requirement, _ owner: PackageID?) -> PackageID? {
            if let choice = selection.choice(requirement.name)?.package, present.contains(choice) { return choice }
            return universe.providerRange(requirement.name).map { universe.providers[$0] }.first { provider in
                present.contains(provider.package)
                    && problem.vocabulary.satisfies(requirement, provider, owner: owner)
            }?.package
        }
        var edges: [Edge] = []
        // A record may list a dependency twice.
        var seen: Set<Edge> = []
        func add(_ edge: Edge) { if seen.insert(edge).inserted { edges.append(edge) } }
        for entry in problem.world where !entry.requirement.isConflict && !entry.requirement.isBroken {
            guard let provider = provider(entry.requirement, nil) else { continue }
            add(Edge(owner: nil, requirement: entry.dependency, provider: provider, isCondition: false))
        }
        for package in packages {
            for place in universe.dependencyRange(package) {
                let requirement = universe.dependencies[place]
                guard !requirement.isConflict, let provider = provider(requirement, package) else { continue }
                add(
                    Edge(
                        owner: package, requirement: problem.dependency(requirement), provider: provider,
                        isCondition: false))
            }
        }
        let installIf = InstallIf(problem)
        for package in packages where installIf.holds(package, for: present) {
            for place in universe.installIfRange(package) {
                let condition = universe.installIf[place]
                guard !condition.isConflict, let owner = provider(condition, package) else { continue }
                add(
                    Edge(owner: owner, requirement: problem.dependency(condition), provider: package, isCondition: true)
                )
            }
        }
        self.edges = edges
    }

    /// The reason for each package of the answer.
    package func reasons() -> [PackageID: InstallReason] {
        var reasons: [PackageID: InstallReason] = [:]
        for edge in edges {
            let kind: InstallReason.Kind = edge.owner == nil ? .request : edge.isCondition ? .installIf : .dependency
            let by = edge.owner.map { problem.universe.name(of: $0) } ?? edge.requirement.description
            if edge.owner == edge.provider { continue }
            if let known = reasons[edge.provider] {
                guard known.kind == kind, !known.by.contains(by) else { continue }
                reasons[edge.provider]?.by.append(by)
            } else {
                reasons[edge.provider] = InstallReason(kind: kind, by: [by])
            }
        }
        // What waits for nothing to be there comes in without an edge.
        let installIf = InstallIf(problem)
        for package in packages where reasons[package] == nil && installIf.isByAbsence(package) {
            reasons[package] = InstallReason(kind: .installIf, by: [])
        }
        return reasons.mapValues { InstallReason(kind: $0.kind, by: $0.by.sorted()) }
    }

    /// The shortest chain of edges from the world to a package; nil if none leads there.
    package func shortestChain(to target: PackageID) -> [Edge]? {
        var arrived: [PackageID: Edge] = [:]
        var pending: [PackageID] = []
        for edge in edges where edge.owner == nil && arrived[edge.provider] == nil {
            arrived[edge.provider] = edge
            pending.append(edge.provider)
        }
        let byOwner = Dictionary(grouping: edges.filter { $0.owner != nil }) { $0.owner }
        var next = 0
        while next < pending.count, arrived[target] == nil {
            for edge in byOwner[pending[next]] ?? [] where arrived[edge.provider] == nil {
                arrived[edge.provider] = edge
                pending.append(edge.provider)
            }
            next += 1
        }
        guard var edge = arrived[target] else { return nil }
        var chain = [edge]
        while let owner = edge.owner, let previous = arrived[owner] {
            chain.append(previous)
            edge = previous
        }
        return chain.reversed()
    }
}
