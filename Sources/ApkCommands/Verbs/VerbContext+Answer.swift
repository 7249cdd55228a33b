internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// The answer to a verb's requests.
struct Answer {
    let catalog: Catalog
    let resolution: Resolution
    /// How long reading the repositories and solving took, in milliseconds.
    let loadTime: Double
    let solveTime: Double
    /// The SHA-256 of package files as the lock knows them, by identity; empty without a lock that fits.
    var lockedDigests: [Checksum.Identity: String] = [:]

    /// What to ask a supply for, to get a package's file.
    func request(for package: PackageID) throws(RepositoryError) -> PackageRequest {
        var request = try catalog.request(for: package)
        request.sha256 = lockedDigests[request.expectation.identity.identity]
        return request
    }
}

extension VerbContext {
    /// Resolves a verb's requests, by the lock where one is named.
    ///
    /// - Parameter operands: the requests; with a lock and without any, the lock's own.
    /// - Throws: ``StaleLock`` for a binding lock that no longer fits, and the errors of the modules.
    func answer(_ operands: [String], options: ResolveOptions? = nil) throws -> Answer {
        var requests = try expand(operands)
        let options = options ?? resolveOptions
        let section = try lockSection()
        if requests.isEmpty, let section { requests = section.requests }
        guard !requests.isEmpty || invocation.root != nil else {
            throw UsageError(.missingOperand, argument: invocation.verb, detail: "name at least one request")
        }
        let (catalog, loadTime) = try loadCatalog()
        let start = ContinuousClock.now
        let resolution = try resolve(requests, catalog, section, options)
        var answer = Answer(
            catalog: catalog, resolution: resolution, loadTime: loadTime,
            solveTime: (ContinuousClock.now - start).milliseconds)
        for package in section?.packages ?? [] { answer.lockedDigests[package.checksum.identity] = package.sha256 }
        return answer
    }

    private func resolve(
        _ requests: [String], _ catalog: Catalog, _ section: Lock.Section?, _ options: ResolveOptions
    ) throws -> Resolution {
        guard let section else {
            return try Resolver(universe: catalog.universe, world: catalog.world).resolve(requests, options: options)
        }
        let words = invocation[ResolutionArguments.self].choosingWords
        for line in RollbackText.lines(catalog.find(section).rollbacks) { note(line) }
        switch try LockCheck(
            section, requests: requests, options: words, catalog: catalog, resolveOptions: options)
        {
        case .fits(let resolution): return resolution
        case .stale(let staleness):
            let fresh = try LockUpdate(catalog: catalog, options: repositoryOptions())
                .resolve(requests, lock: section, freedom: .least, options: options)
            let stale = StaleLock(
                path: invocation[LockArguments.self].effectivePath ?? "", requests: requests, staleness: staleness,
                differences: PackageDifferences(from: section.packages.map(\.summary), to: fresh.summaries))
            if invocation[LockArguments.self].isBinding { throw stale }
            note("\(stale.summary); `--locked` would fail, `apkresolve lock` writes it anew")
            return fresh
        }
    }

    /// The section of the lock for the architecture in question; nil without a lock.
    private func lockSection() throws -> Lock.Section? {
        guard let path = invocation[LockArguments.self].effectivePath else { return nil }
        let lock = try readLock(path)
        let architecture = invocation.architecture ?? RepositoryOptions.hostArchitecture
        guard let section = lock[architecture] else {
            throw RepositoryError(
                .noLockedArchitecture, location: path,
                detail: ([architecture] + lock.sections.map(\.architecture)).joined(separator: " "))
        }
        return section
    }

    /// Reads a lock file.
    func readLock(_ path: String) throws -> Lock {
        let text = try bytes(of: path)
        do throws(FormatError) {
            return try Lock(parsing: text)
        } catch {
            throw RepositoryError(.malformedLock, location: path, format: error)
        }
    }

    /// Says something that is not the answer, unless the user wants it quiet.
    func note(_ text: DisplayText) {
        if !invocation.quiet { console.error("note: \(text)") }
    }
}
