/// How what is not on this machine is reached: the network, the cache, and how long what is in the cache counts as new.
public struct RemoteAccess: Sendable {
    /// Fetches files; nil for a program that only uses what the cache has.
    public var transport: (any Transport)?
    /// Whether nothing may be fetched. The transport is then not touched.
    public var isOffline = false
    /// Where fetched files are kept; nil to keep them only while they are needed.
    public var cache: Cache?
    /// The seconds for which an index is used before its server is asked whether there is a newer one; apk takes 4 hours.
    public var maximumIndexAge = 4.0 * 3600
    /// Other places of the same repositories, in the order in which they are tried.
    public var mirrors: [Mirror] = []
    /// How patiently files are fetched.
    public var policy = FetchPolicy()
    /// Who is told how it goes.
    public var observer: (any FetchObserver)?

    /// The SHA-256 of the indexes that a lock names, by the repositories' locations. Offline, exactly these are used where
    /// the cache has them, and the keys that signed them are trusted for them: the lock says what they are.
    public var pinnedIndexes: [String: String] = [:]

    public init() {}

    /// The keys by which the pinned indexes were verified when they came.
    func pinnedKeys() -> [(name: String, pem: [UInt8])] {
        guard isOffline, let cache else { return [] }
        return Set(pinnedIndexes.values).sorted().compactMap { cache.signer(ofIndex: $0) }
    }

    /// What fetches files.
    ///
    /// - Throws: ``RepositoryError/Code/offline`` or ``RepositoryError/Code/networkUnavailable`` where nothing may.
    func fetcher(for location: String) throws(RepositoryError) -> Fetcher {
        guard !isOffline else { throw RepositoryError(.offline, location: location) }
        guard let transport else { throw RepositoryError(.networkUnavailable, location: location) }
        return Fetcher(transport: transport, policy: policy, mirrors: mirrors, observer: observer)
    }
}
