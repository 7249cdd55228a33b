internal import ApkFormats
internal import ApkRepositories

/// `diff`: how two sets of packages differ.
struct DiffVerb {
    static let entry = VerbEntry(
        name: "diff",
        forms: [("diff A B", "how two closures, locks or roots differ: packages and bytes")],
        details: """
            A and B are each a root directory, a lock file, what `--format json` printed, or a file with one
            NAME-VERSION a line such as `--closure` prints; `-` is standard input. A lock's section is that of `--arch`.
            The exit status is 1 when they differ.
            """,
        examples: ["apkresolve diff /srv/root apk.lock.json"],
        options: [.format(["table", "json"], "table (for people) or json")]
    ) { try DiffVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let operands = context.invocation.operands
        guard operands.count == 2 else {
            throw UsageError(.missingOperand, argument: "diff", detail: "name two closures, locks or roots: `diff A B`")
        }
        let reader = PackageSetReader(context)
        let differences = PackageDifferences(from: try reader.read(operands[0]), to: try reader.read(operands[1]))
        if context.isJSON {
            console.write(
                exactly: JSON.object([("schema", .integer(1))] + DifferencesDocument(differences).members).pretty)
        } else if !differences.isEmpty {
            let text = DifferencesText(differences, console)
            text.lines.forEach { console.line($0) }
            console.line("\(text.totals)")
        } else if !context.invocation.quiet {
            console.line("no differences")
        }
        return differences.isEmpty ? 0 : 1
    }
}
