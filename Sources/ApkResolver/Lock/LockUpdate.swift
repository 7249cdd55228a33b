public import ApkRepositories
internal import ApkSolver

/// Resolves requests so that as little as possible changes against a lock.
public struct LockUpdate: Sendable {
    /// What of the lock may change.
    public enum Freedom: Hashable, Sendable {
        /// Only what requests and repositories force.
        case least
        /// These packages, and what they force.
        case packages(Set<String>)
        /// Everything: the answer is as if there were no lock.
        case everything
    }

    private let options: RepositoryOptions
    private let catalog: Catalog

    /// - Parameters:
    ///   - catalog: what repositories have, without installed packages.
    ///   - options: what the catalog was read with.
    public init(catalog: Catalog, options: RepositoryOptions) {
        self.catalog = catalog
        self.options = options
    }

    /// The packages that answer requests, in the order of installation.
    ///
    /// Locked packages count as installed, so that the solver leaves them alone as apk does with what a root has.
    /// - Throws: ``ResolutionError``, or ``RepositoryError`` where the repositories cannot be read again.
    public func resolve(
        _ requests: [String], lock section: Lock.Section?, freedom: Freedom, options resolveOptions: ResolveOptions
    ) throws -> Resolution {
        let resolver = Resolver(universe: catalog.universe)
        let kept = section.map { packagesToKeep($0, freedom) } ?? []
        guard !kept.isEmpty else { return try resolver.resolve(requests, options: resolveOptions) }
        var options = options
        options.installedRecords = catalog.databaseText(keeping: kept)
        let locked = try Catalog.load(options)
        let answer = try Resolver(universe: locked.universe).resolve(requests, options: resolveOptions)
        // The same packages in the catalog without installed ones, where they are an answer by themselves.
        let found = answer.packages.compactMap { catalog.package(like: $0, of: locked.universe) }
        guard let resolution = try resolver.resolve(requests, choosing: found, options: resolveOptions) else {
            return try resolver.resolve(requests, options: resolveOptions)
        }
        return resolution
    }

    private func packagesToKeep(_ section: Lock.Section, _ freedom: Freedom) -> [PackageID] {
        let packages = catalog.find(section).packages
        switch freedom {
        case .least: return packages
        case .packages(let names): return packages.filter { !names.contains(catalog.universe.name(of: $0)) }
        case .everything: return []
        }
    }
}
