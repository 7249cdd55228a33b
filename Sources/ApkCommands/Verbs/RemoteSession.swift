internal import ApkRepositories

/// The cache, the helper program and the progress of one run, which loading indexes and fetching packages share.
final class RemoteSession {
    private let invocation: Invocation
    private let console: Console
    private var made: RemoteAccess?
    private var hasSaid = false

    init(_ invocation: Invocation, _ console: Console) {
        self.invocation = invocation
        self.console = console
    }

    /// Nothing is opened, made or started before it is used.
    func access() throws(RepositoryError) -> RemoteAccess {
        if let made { return made }
        let arguments = invocation[RemoteArguments.self]
        var access = RemoteAccess()
        access.isOffline = arguments.isOffline
        if !arguments.isOffline { access.transport = HelperTransport(program: Self.helperProgram) }
        access.cache = try cache()
        if let minutes = arguments.maximumIndexAge { access.maximumIndexAge = Double(minutes) * 60 }
        access.mirrors = arguments.mirrors
        access.observer = FetchProgress.make(invocation.progress, isQuiet: invocation.quiet, console)
        made = access
        return access
    }

    /// Says what is worth saying once in a run.
    func sayOnce(_ say: () -> Void) {
        if !hasSaid { say() }
        hasSaid = true
    }

    /// The cache that the options name; nil for none.
    func cache() throws(RepositoryError) -> Cache? {
        let arguments = invocation[RemoteArguments.self]
        guard !arguments.keepsNothing else { return nil }
        return (arguments.cacheDirectory ?? Cache.defaultDirectory).map { Cache(directory: $0) }
    }

    /// Beside this program, or where packagers of the command put it.
    private static var helperProgram: String {
        environmentValue("APKRESOLVE_TRANSPORT") ?? HelperTransport.expectedProgram
    }
}
