internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver

/// What the verbs have in common.
struct VerbContext {
    let invocation: Invocation
    let console: Console

    init(_ invocation: Invocation, _ console: Console) {
        self.invocation = invocation
        self.console = console
    }

    /// Whether answers and failures are wanted as JSON.
    var isJSON: Bool { invocation.wantsJSON }

    /// Reads the repositories that the invocation names.
    func loadCatalog() throws -> (catalog: Catalog, milliseconds: Double) {
        let start = ContinuousClock.now
        let catalog = try Catalog.load(repositoryOptions)
        return (catalog, (ContinuousClock.now - start).milliseconds)
    }

    /// Reads index files that are named by their paths.
    func loadCatalog(files: [String]) throws -> Catalog { try Catalog.load(files: files, options: repositoryOptions) }

    var repositoryOptions: RepositoryOptions {
        var options = RepositoryOptions()
        options.repositories = invocation.repositories
        options.repositoriesFile = invocation.repositoriesFile
        options.architecture = invocation.architecture
        options.keyDirectories = invocation.keyDirectories
        options.allowUntrusted = invocation.allowUntrusted
        options.root = invocation.root
        return options
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
