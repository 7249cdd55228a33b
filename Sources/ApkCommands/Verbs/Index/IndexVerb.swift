internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// `index`: what repositories have, and what in them cannot be installed.
struct IndexVerb {
    static let entry = VerbEntry(
        name: "index",
        forms: [
            ("index [list|check] [FILE…]", "what repositories, or index files, have; what in them is broken"),
            ("index search TEXT…", "packages whose name or description holds TEXT"),
        ],
        examples: ["apkresolve index check"],
        options: [.format(["table", "names", "json"], "table, names or json")]
    ) { try IndexVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }

    init(_ invocation: Invocation, _ console: Console) {
        context = VerbContext(invocation, console)
    }

    func run() throws -> Int32 {
        let words = context.invocation.operands
        let subcommand = words.first ?? "list"
        let files = subcommand == "search" ? [] : Array(words.dropFirst())
        let catalog = try files.isEmpty ? context.loadCatalog().catalog : context.loadCatalog(files: files)
        switch subcommand {
        case "list": list(catalog, catalog.universe.allPackages)
        case "search":
            guard words.count > 1 else {
                throw UsageError(.missingOperand, argument: "index search", detail: "name a text to look for")
            }
            let found = search(words.dropFirst().map { $0.lowercased() }, catalog.universe)
            list(catalog, found)
            return found.isEmpty ? 1 : 0
        case "check": return try check(catalog)
        default:
            throw UsageError(
                .missingOperand, argument: "index \(subcommand)", detail: "the subcommands are list, search and check")
        }
        return 0
    }

    /// Packages whose name, description or provided names hold all words.
    private func search(_ words: [String], _ universe: Universe) -> [PackageID] {
        universe.allPackages.filter { package in
            let text = ["P", "T", "p"].map { universe.field($0, of: package) }.joined(separator: " ").lowercased()
            return words.allSatisfy { text.contains($0) }
        }
    }

    private func list(_ catalog: Catalog, _ packages: [PackageID]) {
        let universe = catalog.universe
        switch context.invocation.format {
        case "json":
            let values = packages.map { package in
                JSON.object([
                    ("name", .string(universe.name(of: package))), ("version", .string(universe.version(of: package))),
                    ("repository", universe.repository(of: package).map { .integer($0) } ?? .null),
                    ("downloadSize", .integer(Int(clamping: universe.downloadSize(of: package)))),
                    ("installedSize", .integer(Int(clamping: universe.installedSize(of: package)))),
                    ("description", .string(universe.field("T", of: package))),
                ])
            }
            console.write(exactly: JSON.object([("schema", .integer(1)), ("packages", .array(values))]).pretty)
        case "names": packages.forEach { console.line("\(universe.label(of: $0))") }
        default:
            let rows = packages.map { package in
                [
                    universe.name(of: package), universe.version(of: package),
                    humanSize(Int(clamping: universe.installedSize(of: package))), universe.field("T", of: package),
                ]
            }
            console.write(
                Table(header: ["PACKAGE", "VERSION", "INSTALLED", "DESCRIPTION"], rows: rows, rightAligned: [2])
                    .text(console))
        }
    }

    /// Names every package that no root can hold, with the reason, and every flaw of a record.
    private func check(_ catalog: Catalog) throws -> Int32 {
        let universe = catalog.universe
        let text = ExplanationText(universe)
        var values: [JSON] = []
        let isJSON = context.invocation.format == "json"
        for problem in universe.problems {
            let package = problem.package.map { universe.label(of: $0) } ?? "?"
            let location = problem.repository.map { universe.repositories[$0].location } ?? "installed database"
            let line = problem.error.line.map { ":\($0)" } ?? ""
            let field = problem.error.field.map { "field \($0): " } ?? ""
            let sentence =
                "\(location)\(line): \(package): \(field)\(problem.error.code.rawValue)"
                + " in `\(problem.error.text)`; expected \(problem.error.expected)"
            values.append(.object([("package", .string(package)), ("problem", .string(sentence))]))
            if !isJSON { console.line("\(problem.isFatal ? "error" : "warning"): \(sentence)") }
        }
        let broken = try Installability.uninstallable(in: universe)
        for package in broken {
            let facts = (try? universe.whyUninstallable(package))?.facts ?? []
            let sentences = facts.dropFirst().map { text.sentence($0) }
            values.append(
                .object([
                    ("package", .string(universe.label(of: package))),
                    ("facts", .array(sentences.map { .string($0) })),
                ]))
            if !isJSON {
                console.line("\(console.bold("\(universe.label(of: package))")) cannot be installed")
                sentences.forEach { console.line("  - \($0)") }
            }
        }
        if isJSON {
            console.write(
                exactly: JSON.object([
                    ("schema", .integer(1)), ("packages", .integer(universe.packageCount)),
                    ("uninstallable", .integer(broken.count)), ("findings", .array(values)),
                ]).pretty)
        } else {
            console.line("\(universe.packageCount) packages checked, \(broken.count) cannot be installed")
        }
        return values.isEmpty ? 0 : 1
    }
}
