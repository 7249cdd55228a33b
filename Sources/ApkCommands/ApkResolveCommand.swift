internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// The command, from its arguments to its exit status.
package enum ApkResolveCommand {
    /// Runs the command.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Returns: 0 fine, 1 no solution, 2 wrong usage, 3 not trusted or not intact, 4 input or output, 5 malformed.
    package static func run(_ arguments: [String], console: Console) -> Int32 {
        let invocation: Invocation
        do throws(UsageError) { invocation = try Invocation.parse(arguments) } catch {
            return fail(error, console)
        }
        console.setColor(invocation.color)
        if invocation.showsHelp || arguments.isEmpty {
            console.write(Help.text)
            return console.flush() ? (invocation.showsHelp ? 0 : 2) : 4
        }
        if invocation.showsVersion {
            console.line(Help.version)
            return console.flush() ? 0 : 4
        }
        if let path = invocation.output, !console.open(path) {
            console.error("error: \(path): cannot be written")
            return 4
        }
        do {
            let status =
                switch invocation.verb {
                case .resolve: try ResolveVerb(invocation, console).run()
                case .why: try WhyVerb(invocation, console).run()
                case .index: try IndexVerb(invocation, console).run()
                }
            guard console.flush() else {
                console.error("error: the output cannot be written; is the disk full or the pipe closed?")
                return 4
            }
            return status
        } catch let error as UsageError {
            return fail(error, console)
        } catch let error as RepositoryError {
            console.flush()
            let text = RepositoryErrorText(error)
            if invocation.format == "json" || invocation.batch != nil {
                console.write(JSON.object([("schema", .integer(1)), ("error", text.json)]).pretty)
                console.flush()
            } else {
                console.error(console.red("error:") + " " + text.message)
            }
            return text.status
        } catch {
            console.error("error: \(error)")
            return 4
        }
    }

    private static func fail(_ error: UsageError, _ console: Console) -> Int32 {
        console.error("\(console.red("error:")) \(error.message)\nSee `apkresolve --help`.")
        return 2
    }
}

/// What the verbs have in common.
struct VerbContext {
    let invocation: Invocation
    let console: Console

    /// Reads the repositories that the invocation names.
    func loadCatalog() throws -> (catalog: Catalog, milliseconds: Double) {
        let start = ContinuousClock.now
        let catalog = try Catalog.load(repositoryOptions)
        return (catalog, (ContinuousClock.now - start).milliseconds)
    }

    /// Reads index files that are named by their paths.
    func loadCatalog(files: [String]) throws -> Catalog { try Catalog.load(files: files, options: repositoryOptions) }

    private var repositoryOptions: RepositoryOptions {
        var options = RepositoryOptions()
        options.repositories = invocation.repositories
        options.repositoriesFile = invocation.repositoriesFile
        options.architecture = invocation.architecture
        options.keyDirectories = invocation.keyDirectories
        options.allowUntrusted = invocation.allowUntrusted
        options.root = invocation.root
        return options
    }

    var resolveOptions: ResolveOptions {
        var options = ResolveOptions()
        options.policy = SolverPolicy(rawValue: invocation.policy) ?? .complete
        options.upgrade = invocation.upgrade
        options.available = invocation.available
        options.latest = invocation.latest
        options.ignoresInstallIf = invocation.ignoresInstallIf
        if let budget = invocation.stepBudget { options.stepBudget = budget }
        return options
    }

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

    private func bytes(of path: String) throws -> [UInt8] {
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
