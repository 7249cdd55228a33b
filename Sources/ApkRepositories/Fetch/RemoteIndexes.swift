internal import ApkArchive
internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Brings the indexes of remote repositories into the cache, and says where they are there.
struct RemoteIndexes: Sendable {
    private let access: RemoteAccess
    private let archive: IndexArchive
    /// Keeps the files as long as this value lives.
    let cache: Cache
    private let start = Int(time(nil))

    /// Indexes that nobody signed are kept for this run only.
    init(_ access: RemoteAccess, _ archive: IndexArchive) throws(RepositoryError) {
        self.access = access
        self.archive = archive
        if let cache = access.cache, !archive.policy.allowUntrusted {
            self.cache = cache
        } else {
            cache = try Cache.temporary()
        }
    }

    /// The paths of the index files of remote repositories by their URLs, several fetched at once.
    ///
    /// - Parameter areNeeded: false to take what the cache has, and do without the rest.
    /// - Throws: the error of the first repository that has one.
    func paths(
        _ sources: [RepositoryList.Source], areNeeded: Bool
    ) throws(RepositoryError) -> [String: String] {
        guard areNeeded else {
            var paths: [String: String] = [:]
            for source in sources {
                if let index = known(source.indexURL) { paths[source.indexURL] = cache.objectPath(index.sha256) }
            }
            return paths
        }
        access.observer?.observe(.planned(.index, files: sources.count, bytes: 0))
        // What can be had is fetched in any case: the next run finds it in the cache.
        let results = Workers.map(count: sources.count, threads: access.policy.connections) { number in
            Result { () throws(RepositoryError) in try path(sources[number]) }
        }
        var paths: [String: String] = [:]
        for (number, source) in sources.enumerated() { paths[source.indexURL] = try results[number].get() }
        return paths
    }

    private func path(_ source: RepositoryList.Source) throws(RepositoryError) -> String {
        let url = source.indexURL
        if access.isOffline, let pinned = access.pinnedIndexes[source.description], let file = cache.object(pinned) {
            let size = (try? file.size()) ?? 0
            access.observer?.observe(.finished(.index, file: source.description, bytes: size, fromCache: true))
            return cache.objectPath(pinned)
        }
        let known = known(url)
        if let known, access.isOffline || isFresh(known) { return use(known, source) }
        let fetcher = try access.fetcher(for: source.description)
        let transfer = try CacheTransfer(CacheTransfer.key(url), in: cache)
        // Another process may have asked while this one waited.
        let cached = self.known(url)
        if let cached, cached != known || isFresh(cached) { return use(cached, source) }
        let wanted = Fetcher.Wanted(
            kind: .index, label: source.description, urls: [url], sizeLimit: archive.limits.index,
            entityTag: cached?.entityTag, lastModified: cached?.lastModified)
        let path = transfer.path
        let fetched = try fetcher.fetch(wanted, transfer) { (download, place) throws(RepositoryError) in
            let verified: VerifiedIndex
            do throws(ArchiveError) { verified = try archive.read(path: path) } catch {
                throw RepositoryError(error, location: redactingCredentials(in: place))
            }
            try cache.adopt(path, sha256: download.sha256)
            if let name = verified.signer?.keyName, let pem = archive.keys.pem(named: name) {
                try cache.setSigner(ofIndex: download.sha256, name: name, pem: pem)
            }
            let index = CachedIndex(
                location: redactingCredentials(in: url), sha256: download.sha256, size: download.size,
                entityTag: download.entityTag, lastModified: download.lastModified, checked: Int(time(nil)))
            try cache.setIndex(url, index)
            return index
        }
        transfer.discard()
        if let fetched {
            finished(source, fetched, fromCache: false)
            return cache.objectPath(fetched.sha256)
        }
        guard var cached else { throw RepositoryError(.fetchFailed, location: source.description) }
        cached.checked = Int(time(nil))
        try cache.setIndex(url, cached)
        return use(cached, source)
    }

    /// What the cache has for a URL, if its file is intact.
    private func known(_ url: String) -> CachedIndex? {
        guard let index = cache.index(url) else { return nil }
        guard cache.object(index.sha256) != nil else {
            cache.dropIndex(url)
            return nil
        }
        return index
    }

    /// A time in the future is a clock that was set back, and no promise.
    private func isFresh(_ index: CachedIndex) -> Bool {
        index.checked <= start && Double(start - index.checked) < access.maximumIndexAge
    }

    private func use(_ index: CachedIndex, _ source: RepositoryList.Source) -> String {
        finished(source, index, fromCache: true)
        return cache.objectPath(index.sha256)
    }

    private func finished(_ source: RepositoryList.Source, _ index: CachedIndex, fromCache: Bool) {
        access.observer?.observe(
            .finished(.index, file: source.description, bytes: index.size, fromCache: fromCache))
    }
}
