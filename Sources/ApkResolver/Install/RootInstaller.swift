internal import ApkArchive
public import ApkFormats
public import ApkRepositories
public import ApkRoot
public import ApkSolver

/// Brings what a resolution decides into a root: files of packages are had from the repositories, proved to their last
/// byte, merged, written and recorded.
///
/// ```swift
/// let root = try StagingRoot(path: "/srv/root", creates: true)
/// defer { try? root.close() }
/// let catalog = try Catalog.load(options)
/// let resolution = try Resolver(universe: catalog.universe, world: catalog.world).resolve(["nodejs"])
/// let plan = try RootInstaller(catalog, options).install(resolution, into: root)
/// ```
///
/// Where a program wants to look before anything is done, ``changes(_:of:stage:progress:)`` gives what
/// `StagingRoot.plan(_:options:)` takes.
public struct RootInstaller: Sendable {
    /// How conflicts, scripts and times are treated.
    public var run = RunOptions()
    /// The SHA-256 of package files as a lock pins them, by the packages' identities: 64 lower-case hexadecimal digits. A
    /// package that is not among them may be any file that the signed index names.
    public var lockedDigests: [Checksum.Identity: String] = [:]

    private let catalog: Catalog
    private let supply: any PackageSupply
    private let allowsUntrusted: Bool
    private let repositories: [UInt8]
    private let keys: [RootChanges.Key]

    /// - Parameters:
    ///   - catalog: where the resolution's packages are.
    ///   - options: those that the catalog was loaded with.
    ///   - supply: gives the packages' files; nil for what `options` reach: directories, the cache, the network.
    /// - Throws: ``RepositoryError`` where there is no place for what is fetched.
    public init(
        _ catalog: Catalog, _ options: RepositoryOptions, supply: (any PackageSupply)? = nil
    ) throws(RepositoryError) {
        self.catalog = catalog
        if let supply {
            self.supply = supply
        } else {
            let isLocal = options.remote.transport == nil && options.remote.cache == nil
            self.supply = isLocal ? LocalSupply() : try RemoteSupply(options.remote)
        }
        allowsUntrusted = options.allowUntrusted
        repositories = options.repositoriesOfRoot
        keys = catalog.signingKeys(options: options).map { RootChanges.Key(name: $0.name, content: $0.content) }
    }

    /// Does all of a resolution's changes.
    ///
    /// - Parameter progress: told of each package that was inflated and verified, from any thread but one at a time.
    /// - Returns: what was done, with an account of the scripts that were not run.
    /// - Throws: ``RepositoryError``, ``ArchiveError`` or ``RootError``. Unless the latter's `isResumable` says otherwise,
    ///   the root is as it was.
    @discardableResult
    public func install(
        _ resolution: Resolution, into root: StagingRoot,
        progress: (@Sendable (PackageStaging.Progress) -> Void)? = nil
    ) throws -> RootPlan {
        let changes = try changes(
            possibleChanges(of: resolution), of: resolution, stage: root.stage, progress: progress)
        let plan = try root.plan(changes, options: run)
        try root.commit(plan)
        return plan
    }

    /// A resolution's changes without those that cannot be done: a package is to be installed again that no repository has
    /// any more. It stays as it is.
    public func possibleChanges(of resolution: Resolution) -> [Change] {
        let universe = catalog.universe
        return resolution.changes.filter { change in
            guard change.kind == .reinstall, let new = change.new else { return true }
            return universe.repository(of: new) != nil || universe.installedSize(of: new) == 0
        }
    }

    /// The packages whose files changes need, in their order. apk neither fetches nor unpacks a package of size 0, such as
    /// one made by `add -t`.
    public func packages(of changes: [Change]) -> [PackageID] {
        changes.filter { $0.kind != .updatePinning }.compactMap(\.new)
            .filter { catalog.universe.installedSize(of: $0) != 0 }
    }

    /// Brings the packages that come into a stage, and says what is to be done with them.
    ///
    /// - Parameters:
    ///   - changes: all of the resolution's or a part of them.
    ///   - progress: as for ``install(_:into:progress:)``.
    public func changes(
        _ changes: [Change], of resolution: Resolution, stage: Stage,
        progress: (@Sendable (PackageStaging.Progress) -> Void)? = nil
    ) throws -> RootChanges {
        let universe = catalog.universe
        let packages = try stagePackages(packages(of: changes), stage, progress)
        let steps = changes.compactMap { change -> RootChanges.Step? in
            let tag = change.tag.isEmpty ? nil : change.tag
            switch (change.kind, change.old, change.new) {
            case (.updatePinning, _, let new?): return .setTag(name: universe.name(of: new), tag)
            case (.purge, let old?, _): return .remove(name: universe.name(of: old))
            case (_, _, let new?):
                return .install(packages[new] ?? StagedPackage(record: universe.record(of: new)), tag: tag)
            default: return nil
            }
        }
        var result = RootChanges(steps, world: World(resolution.world))
        result.architectures = universe.architectures
        result.repositories = repositories
        result.keys = keys
        return result
    }

    private func stagePackages(
        _ packages: [PackageID], _ stage: Stage, _ progress: (@Sendable (PackageStaging.Progress) -> Void)?
    ) throws -> [PackageID: StagedPackage] {
        let universe = catalog.universe
        let requests = try packages.map { package in
            var request = try catalog.request(for: package)
            request.sha256 = lockedDigests[request.expectation.identity.identity]
            return request
        }
        let verifier = PackageVerifier(
            keys: KeyRing(), policy: TrustPolicy(allowUntrusted: allowsUntrusted), architectures: universe.architectures
        )
        try supply.prepare(requests)
        let supply = supply
        let staged = try PackageStaging(stage: stage).run(
            sizes: packages.map { Int(clamping: universe.downloadSize(of: $0)) }
        ) { index in
            let file = try supply.open(requests[index])
            try requests[index].check(file)
            return try verifier.verify(file, expecting: requests[index].expectation)
        } progress: { state in
            progress?(state)
        }
        var byPackage: [PackageID: StagedPackage] = [:]
        for (package, var stagedPackage) in zip(packages, staged) {
            // The signed index is what is recorded, as apk does it.
            stagedPackage.record = universe.record(of: package)
            byPackage[package] = stagedPackage
        }
        return byPackage
    }
}

extension World {
    /// A world that asks for these.
    package init(_ dependencies: [Dependency]) {
        self.init()
        for dependency in dependencies { add(dependency) }
    }
}
