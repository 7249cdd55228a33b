internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// `resolve`: the install set of requests, in one of several forms.
struct ResolveVerb {
    static let entry = VerbEntry(
        name: "resolve",
        forms: [("[resolve] REQUEST… [options]", "the install set")],
        examples: [
            "apkresolve nodejs --closure -X /srv/mirror/v3.19/main -X /srv/mirror/v3.19/community",
            "apkresolve 'python3~3.11' '!py3-pip' --format json",
        ],
        options: ResolveArguments.entries + ResolutionArguments.entries + LockArguments.entries
    ) { try ResolveVerb($0, $1).run() }

    private let context: VerbContext
    private var arguments: ResolveArguments { invocation[ResolveArguments.self] }
    private var invocation: Invocation { context.invocation }
    private var console: Console { context.console }

    init(_ invocation: Invocation, _ console: Console) {
        context = VerbContext(invocation, console)
    }

    func run() throws -> Int32 {
        if let batch = arguments.batch { return try runBatch(batch) }
        let format = invocation.format ?? (arguments.closure ? "names" : "table")
        var options = context.resolveOptions
        options.explains = format != "apk"
        do {
            let answer = try context.answer(invocation.operands, options: options)
            show(answer.resolution, answer.catalog, format, RunStatistics(answer))
            return 0
        } catch let error as ResolutionError {
            return show(error, format)
        }
    }

    private func show(_ resolution: Resolution, _ catalog: Catalog, _ format: String, _ stats: RunStatistics) {
        let universe = resolution.universe
        let alternatives =
            arguments.alternatives > 0
            ? AlternativesText(resolution.alternatives(limit: arguments.alternatives), universe) : nil
        let minimum = MinimumText(resolution)?.lines ?? []
        switch format {
        case "names": for package in resolution.packages { console.line("\(universe.label(of: package))") }
        case "json":
            var document = ResolutionDocument(resolution, catalog)
            document.alternatives = alternatives
            if arguments.sizes { document.sizes = SizesTable(resolution).members }
            console.write(exactly: document.json(stats: invocation.stats ? stats : nil).pretty)
        case "apk":
            var transcript = Transcript(universe)
            transcript.changes(resolution.changes)
            transcript.success(resolution.packages)
            console.write(transcript.text)
        case "tree": console.write(TreeText(resolution, console).text)
        default:
            console.write(
                arguments.sizes ? SizesTable(resolution).text(console) : ResolutionTable(resolution, console).text)
            for line in minimum { console.line("\(line)") }
        }
        if let alternatives, format != "json" { console.write("\n" + alternatives.text(console)) }
        if !invocation.quiet, format != "json" {
            if format != "table" { for line in minimum { console.error("note: \(line)") } }
            for line in DetourText.lines(resolution) { console.error("note: \(line)") }
        }
        if invocation.stats, format != "json" { console.error("\(stats.line)") }
    }

    private func show(_ error: ResolutionError, _ format: String) -> Int32 {
        let text = ResolutionErrorText(error)
        if format == "apk" {
            if let report = error.report, let universe = error.universe {
                var transcript = Transcript(universe)
                transcript.failure(report)
                console.flush()
                console.error(transcript.text.withoutLastLineBreak)
            } else {
                console.error(text.apkMessage)
            }
            return text.status
        }
        return console.report(text, asJSON: format == "json")
    }

    /// Answers each line of a file with one line of JSON, all against one load of the indexes.
    private func runBatch(_ path: String) throws -> Int32 {
        let lines = try context.lines(of: path)
        let (catalog, _) = try context.loadCatalog()
        let answers = BatchAnswers(catalog, options: context.resolveOptions, showsStatistics: invocation.stats)
        // A window at a time, so that a long file neither fills the memory nor shows nothing until its end.
        for start in stride(from: 0, to: lines.count, by: 256) {
            let window = Array(lines[start..<min(start + 256, lines.count)])
            for answer in answers.answers(window, threads: Workers.processorCount) { console.line(exactly: answer) }
        }
        return 0
    }
}
