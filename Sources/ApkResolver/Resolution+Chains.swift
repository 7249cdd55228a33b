public import ApkSolver

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

    /// The chains from the requests to a package, the shortest first.
    ///
    /// - Parameter limit: the most chains; there can be exponentially many.
    public func chains(to package: PackageID, limit: Int) -> [[Edge]] { graph.chains(to: package, limit: limit) }
}
