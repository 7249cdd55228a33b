internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver

/// `lock`: writes down exactly which packages answer requests.
struct LockVerb {
    static let entry = VerbEntry(
        name: "lock",
        forms: [
            ("lock REQUEST…", "write \(LockArguments.usualPath): the answer, pinned byte for byte"),
            ("lock --update [NAME…]", "take newer packages into the lock: all, or only these"),
        ],
        details: """
            A lock has a section for each architecture; this verb writes that of `--arch` and keeps the others. Without
            requests it takes those of the section. Packages that are locked stay as they are unless requests, repositories
            or `--update` force a change. With `--locked` nothing is written: the exit status is 1 if the lock would change.
            """,
        examples: ["apkresolve lock nodejs", "apkresolve lock --update openssl"],
        options: [
            OptionEntry(
                names: ["--update"], collectsWords: true,
                help: "let packages change: those named after it, or all if none is"
            ) { invocation, name in
                invocation[LockVerbArguments.self].updates = true
                if !name.isEmpty { invocation[LockVerbArguments.self].updatedNames.insert(name) }
            },
            .format(["table", "json"], "what to print: table (for people) or json"),
        ] + LockArguments.entries + ResolutionArguments.entries,
        writesTextToOutput: false
    ) { try LockVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }
    private var arguments: LockVerbArguments { context.invocation[LockVerbArguments.self] }

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let lockArguments = context.invocation[LockArguments.self]
        let path = context.invocation.output ?? lockArguments.path ?? LockArguments.usualPath
        let isThere = path != "-" && fileExists(path)
        var lock = try isThere ? context.readLock(path) : Lock()
        var options = try context.repositoryOptions()
        options.startsEmpty = true
        let catalog = try Catalog.load(options)
        let previous = lock[catalog.architecture]
        var requests = try context.expand(context.invocation.operands)
        if requests.isEmpty { requests = previous?.requests ?? [] }
        guard !requests.isEmpty else {
            throw UsageError(.missingOperand, argument: "lock", detail: "name at least one request: `lock nodejs`")
        }
        if let previous {
            try checkUpdates(previous, path)
            RollbackText.lines(catalog.find(previous).rollbacks).forEach(context.note)
        }
        let words = context.invocation[ResolutionArguments.self].choosingWords
        let freedom: LockUpdate.Freedom =
            !arguments.updates
            ? .least : arguments.updatedNames.isEmpty ? .everything : .packages(arguments.updatedNames)
        let resolution = try LockUpdate(catalog: catalog, options: options)
            .resolve(requests, lock: previous, freedom: freedom, options: context.resolveOptions)
        let differences = PackageDifferences(
            from: previous?.packages.map(\.summary) ?? [], to: resolution.summaries)
        if lockArguments.isBinding {
            return try check(previous, requests, words, catalog, differences, path)
        }
        lock[catalog.architecture] = try LockMaker(catalog: catalog, supply: context.supply(), previous: previous)
            .section(for: resolution.packages, requests: requests, options: words)
        try write(lock, to: path)
        report(differences, resolution.packages.count, path, isNew: previous == nil)
        return 0
    }

    private func checkUpdates(_ previous: Lock.Section, _ path: String) throws {
        let unknown = arguments.updatedNames.subtracting(previous.packages.map(\.name)).sorted()
        guard let first = unknown.first else { return }
        throw UsageError(
            .missingOperand, argument: "lock --update",
            detail: "`\(first)` is not in \(path) (\(previous.architecture))")
    }

    /// Compares without writing.
    private func check(
        _ previous: Lock.Section?, _ requests: [String], _ words: [String], _ catalog: Catalog,
        _ differences: PackageDifferences, _ path: String
    ) throws -> Int32 {
        guard let previous else {
            throw RepositoryError(.noLockedArchitecture, location: path, detail: catalog.architecture)
        }
        let check = try LockCheck(
            previous, requests: requests, options: words, catalog: catalog, resolveOptions: context.resolveOptions)
        if case .stale(let staleness) = check {
            throw StaleLock(path: path, requests: requests, staleness: staleness, differences: differences)
        }
        if !context.invocation.quiet { console.line("\(path) answers the requests") }
        return 0
    }

    private func write(_ lock: Lock, to path: String) throws {
        let text = String(decoding: lock.text, as: UTF8.self)
        if path == "-" {
            console.write(exactly: text)
        } else if let code = writeWhole(text, to: path) {
            throw RepositoryError(.unwritable, location: path, detail: systemMessage(code))
        }
    }

    private func report(_ differences: PackageDifferences, _ count: Int, _ path: String, isNew: Bool) {
        guard path != "-" else { return }
        if context.isJSON {
            console.write(
                exactly: JSON.object(
                    [("schema", .integer(1)), ("lock", .string(path)), ("packages", .integer(count))]
                        + DifferencesDocument(differences).members
                ).pretty)
            return
        }
        if context.invocation.quiet { return }
        let text = DifferencesText(differences, console)
        if !isNew { text.lines.forEach { console.line($0) } }
        let changes = isNew ? "" : differences.isEmpty ? ", nothing changed" : ", \(text.totals)"
        console.line("\(path): \(count) package\(count == 1 ? "" : "s")\(changes)")
    }
}

/// What only `lock` takes.
struct LockVerbArguments: VerbArguments {
    var updates = false
    /// The packages that may change; empty for all.
    var updatedNames: Set<String> = []
}
