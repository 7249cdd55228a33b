internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver

/// What the verbs have in common.
struct VerbContext {
    let invocation: Invocation
    let console: Console
    let session: RemoteSession

    init(_ invocation: Invocation, _ console: Console) {
        self.invocation = invocation
        self.console = console
        session = RemoteSession(invocation, console)
    }

    /// Whether answers and failures are wanted as JSON.
    var isJSON: Bool { invocation.wantsJSON }

    /// Reads the repositories that the invocation names.
    func loadCatalog() throws -> (catalog: Catalog, milliseconds: Double) {
        let start = ContinuousClock.now
        let catalog = try Catalog.load(repositoryOptions())
        let milliseconds = (ContinuousClock.now - start).milliseconds
        console.doAfterwards { catalog.keepCompiled() }
        return (catalog, milliseconds)
    }

    /// Reads index files that are named by their paths.
    func loadCatalog(files: [String]) throws -> Catalog { try Catalog.load(files: files, options: repositoryOptions()) }

    /// The repositories that the invocation names; Alpine's where nobody names any, which is said.
    ///
    /// - Parameter isNeeded: whether the verb can do nothing without; one that can takes nobody's then.
    func repositoryOptions(isNeeded: Bool = true) throws -> RepositoryOptions {
        if let file = invocation.repositoriesFile, file != "/dev/null", fileExists(file), !isRegularFile(file) {
            throw UsageError(
                .invalidValue, argument: "--repositories-file \(file)",
                detail: "a regular file; an empty one says that there are no repositories")
        }
        var options = RepositoryOptions()
        options.repositories = invocation.repositories
        options.repositoriesFile = invocation.repositoriesFile
        options.architecture = invocation.architecture
        options.keyDirectories = invocation.keyDirectories
        options.allowUntrusted = invocation.allowUntrusted
        options.root = invocation.root
        options.remote = try session.access()
        if let path = invocation[LockArguments.self].effectivePath, options.remote.isOffline, fileExists(path) {
            let architecture = options.architecture ?? RepositoryOptions.hostArchitecture
            for repository in try readLock(path)[architecture]?.repositories ?? [] {
                options.remote.pinnedIndexes[repository.location] = repository.sha256
            }
        }
        options.needsRepositories = isNeeded
        if isNeeded, !options.namesRepositories {
            options.repositories = RepositoryOptions.alpineLatestStable
            session.sayOnce {
                note(
                    "no repositories are named here (-X, --repositories-file, /etc/apk/repositories); taking Alpine's"
                        + " latest stable release, main and community, from dl-cdn.alpinelinux.org")
            }
        }
        if console.isLive {
            // A run inside of another program has not asked for one.
            options.compiledIndexDirectory = try session.cache()?.compiledDirectory
        }
        return options
    }

    /// The keys that files are trusted by, for verbs that need no repositories.
    func keyRing() throws -> KeyRing {
        var options = RepositoryOptions()
        options.keyDirectories = invocation.keyDirectories
        options.root = invocation.root
        var keys = KeyRing()
        for directory in options.effectiveKeyDirectories { try keys.add(directory: directory) }
        return keys
    }

    var resolveOptions: ResolveOptions { invocation[ResolutionArguments.self].options }

    /// Requests with `@FILE` replaced by the file's lines; `#` starts a comment.
    func expand(_ operands: [String]) throws -> [String] {
        var requests: [String] = []
        for operand in operands {
            guard operand.hasPrefix("@") else {
                requests.append(operand)
                continue
            }
            requests += try lines(of: String(operand.dropFirst()))
        }
        return requests
    }

    /// The lines of a file, or of standard input for `-`, without comments and empty ones.
    func lines(of path: String) throws -> [String] {
        return try bytes(of: path).split(separator: 0x0a).map { line in
            String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self).trimmed
        }.filter { !$0.isEmpty }
    }

    /// A file's content, or standard input for `-`.
    func bytes(of path: String) throws -> [UInt8] {
        if path == "-" {
            guard let bytes = readStandardInput() else {
                throw RepositoryError(.unreadable, location: "standard input", detail: "cannot be read")
            }
            return bytes
        }
        do throws(ArchiveError) {
            var source = try FileSource(path: path)
            return try source.readAll(limit: 1 << 28)
        } catch {
            throw RepositoryError(.unreadable, location: path, cause: error)
        }
    }
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1000 + Double(attoseconds) / 1e15
    }
}

extension String {
    /// The text without blanks at its ends.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        var text = self[...].drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(text)
    }
}
