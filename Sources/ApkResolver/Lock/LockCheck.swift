public import ApkRepositories
internal import ApkSolver

/// Whether a lock still answers requests.
public enum LockCheck: Sendable {
    /// The locked packages are the answer.
    case fits(Resolution)
    /// They are not, and why.
    case stale(LockStaleness)

    /// Compares a lock with requests and with what repositories have.
    ///
    /// - Parameters:
    ///   - options: the words of the options that change the choice of packages, as the lock holds them.
    /// - Throws: ``ResolutionError`` for requests that are none.
    public init(
        _ section: Lock.Section, requests: [String], options: [String], catalog: Catalog,
        resolveOptions: ResolveOptions = ResolveOptions()
    ) throws(ResolutionError) {
        let search = catalog.find(section)
        var staleness = LockStaleness(section: section, requests: requests, options: options)
        staleness.vanished = search.vanished
        guard staleness.isEmpty else {
            self = .stale(staleness)
            return
        }
        let resolver = Resolver(universe: catalog.universe, world: catalog.world)
        guard
            let resolution = try resolver.resolve(requests, choosing: search.packages, options: resolveOptions)
        else {
            staleness.isIncomplete = true
            self = .stale(staleness)
            return
        }
        self = .fits(resolution)
    }
}

/// Why a lock no longer answers requests.
public struct LockStaleness: Hashable, Sendable {
    /// Requests that the lock does not know, and those that are no longer made.
    public var addedRequests: [String]
    public var removedRequests: [String]
    /// Options that choose packages, likewise.
    public var addedOptions: [String]
    public var removedOptions: [String]
    /// Locked packages that no repository has any more.
    public var vanished: [LockSearch.Vanished] = []
    /// Whether the locked packages do not meet the requests, exclude each other, or hold one that nothing asks for: the
    /// lock was edited.
    public var isIncomplete = false

    init(section: Lock.Section, requests: [String], options: [String]) {
        let asked = Set(requests)
        addedRequests = asked.subtracting(section.requests).sorted()
        removedRequests = Set(section.requests).subtracting(asked).sorted()
        addedOptions = Set(options).subtracting(section.options).sorted()
        removedOptions = Set(section.options).subtracting(options).sorted()
    }

    var isEmpty: Bool {
        addedRequests.isEmpty && removedRequests.isEmpty && addedOptions.isEmpty && removedOptions.isEmpty
            && vanished.isEmpty && !isIncomplete
    }
}
