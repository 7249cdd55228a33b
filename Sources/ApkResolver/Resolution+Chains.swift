public import ApkSolver

/// Chains of edges from the requests to a package.
public struct ChainList: Sendable {
    /// The chains, the shortest first.
    public let chains: [[Edge]]
    /// Whether there are no others; false where the limit cut them off.
    public let isComplete: Bool

    public init(chains: [[Edge]], isComplete: Bool) {
        self.chains = chains
        self.isComplete = isComplete
    }
}

extension Resolution {
    /// The packages of the answer that are called so or provide the name.
    public func packages(named name: String) -> [PackageID] {
        let called = packages.filter { universe.name(of: $0) == name }
        guard called.isEmpty, let id = universe.name(name) else { return called }
        let providers = Set(universe.providerRange(id).map { universe.providers[$0].package })
        return packages.filter { providers.contains($0) }
    }

    /// The shortest chain of edges from a request to a package; nil if none leads there.
    public func shortestChain(to package: PackageID) -> [Edge]? { graph.shortestChain(to: package) }

    /// The chains from the requests to a package, the shortest first, none of which comes by a package twice.
    ///
    /// - Parameter limit: the most chains; there can be exponentially many.
    public func chains(to package: PackageID, limit: Int) -> ChainList {
        let (chains, isComplete) = graph.chains(to: package, limit: limit)
        return ChainList(chains: chains, isComplete: isComplete)
    }
}
