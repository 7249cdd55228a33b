public import ApkArchive
internal import ApkFormats

/// Gives packages from directories, from the cache, and from the network, whichever has them; what comes from the network
/// is verified and kept in the cache first.
public struct RemoteSupply: PackageSupply {
    private let access: RemoteAccess
    private let cache: Cache
    private let local = LocalSupply()

    /// - Throws: ``RepositoryError/Code/unwritable`` where there is neither a cache nor a temporary directory.
    public init(_ access: RemoteAccess) throws(RepositoryError) {
        self.access = access
        cache = if let cache = access.cache { cache } else { try Cache.temporary() }
    }

    public func open(_ request: PackageRequest) throws(RepositoryError) -> any RandomAccessFile {
        try file(request).file
    }

    public func prepare(_ requests: [PackageRequest]) throws(RepositoryError) {
        let remote = requests.filter { !$0.isHere }
        if !remote.isEmpty { try fetch(remote) }
    }

    /// Fetches packages, several at once.
    ///
    /// - Returns: whether each came from the network, in the order of the requests.
    /// - Throws: the error of the first request that has one.
    @discardableResult
    public func fetch(_ requests: [PackageRequest]) throws(RepositoryError) -> [Bool] {
        let bytes = requests.saturatingSum { $0.expectation.downloadSize ?? 0 }
        access.observer?.observe(.planned(.package, files: requests.count, bytes: bytes))
        // What can be had is fetched in any case: the next run finds it in the cache.
        let results = Workers.map(count: requests.count, threads: access.policy.connections) { number in
            Result { () throws(RepositoryError) in try file(requests[number]).isFetched }
        }
        return try results.map { result throws(RepositoryError) in try result.get() }
    }

    private func file(
        _ request: PackageRequest
    ) throws(RepositoryError) -> (file: any RandomAccessFile, isFetched: Bool) {
        if request.isHere || !request.locations.contains(where: { Repository.localPath(of: $0) == nil }) {
            let file = try local.open(request)
            finished(request, fromCache: true)
            return (file, false)
        }
        if let file = cached(request) { return (file, false) }
        let label = request.locations.first.map { redactingCredentials(in: $0) } ?? request.label
        let fetcher: Fetcher
        do throws(RepositoryError) { fetcher = try access.fetcher(for: label) } catch {
            throw error.code == .offline ? RepositoryError(.offline, location: label, detail: request.label) : error
        }
        let transfer = try CacheTransfer(
            CacheTransfer.key(Cache.referenceName(request.expectation.identity.identity)), in: cache)
        if let file = cached(request) { return (file, false) }
        let wanted = Fetcher.Wanted(
            kind: .package, label: request.label, urls: request.locations,
            sizeLimit: request.expectation.downloadSize ?? Self.largestPackage,
            expectedSize: request.expectation.downloadSize, expectedSHA256: request.sha256)
        let path = transfer.path
        let file = try fetcher.fetch(wanted, transfer) { (download, url) throws(RepositoryError) in
            let file = try verified(path, request, url)
            try cache.adopt(path, sha256: download.sha256)
            try cache.setPackage(request.expectation.identity.identity, sha256: download.sha256)
            return file
        }
        transfer.discard()
        guard let file else { throw RepositoryError(.fetchFailed, location: label) }
        finished(request, fromCache: false)
        return (file, true)
    }

    /// More than any package has, for indexes that do not tell sizes.
    private static let largestPackage = 16 << 30

    private func cached(_ request: PackageRequest) -> OpenFile? {
        guard let file = cache.package(request.expectation.identity.identity) else { return nil }
        // Two files may have one identity, when a data segment was packed anew; a lock wants its own.
        if let sha256 = request.sha256, (try? Cache.digest(of: file)) != sha256 { return nil }
        finished(request, fromCache: true)
        return file
    }

    private func finished(_ request: PackageRequest, fromCache: Bool) {
        access.observer?.observe(
            .finished(
                .package, file: request.label, bytes: request.expectation.downloadSize ?? 0, fromCache: fromCache))
    }

    /// Proves that a file is the package that the index names: its control part by the identity, its contents by the
    /// digest in the control part.
    private func verified(
        _ path: String, _ request: PackageRequest, _ url: String
    ) throws(RepositoryError) -> OpenFile {
        do throws(ArchiveError) {
            let file = try OpenFile(path: path)
            let package = try PackageVerifier(keys: KeyRing()).verify(file, expecting: request.expectation)
            guard let data = package.rawData, let expected = package.dataHash else {
                _ = try package.verifyContents()
                return file
            }
            // The digest covers the bytes as they are; they are inflated when they are used.
            let found = try Cache.digest(of: data)
            guard found == Hexadecimal.string(expected) else {
                throw ArchiveError(
                    .dataMismatch, path: path, expected: Hexadecimal.string(expected), found: found)
            }
            return file
        } catch {
            throw RepositoryError(.notIntact, location: redactingCredentials(in: url), cause: error)
        }
    }
}

extension PackageRequest {
    /// Whether a directory on this machine has the file.
    fileprivate var isHere: Bool {
        locations.contains { Repository.localPath(of: $0).map { RootSettings.exists($0) } ?? false }
    }
}
