internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// `why`: the chains from a request to a package, or why it is not there.
struct WhyVerb {
    static let entry = VerbEntry(
        name: "why",
        forms: [("why NAME… --for REQUEST…", "the chain from a request to NAME, or why NAME is not in")],
        examples: ["apkresolve why zlib --for nodejs", "apkresolve why dash-binsh --for nodejs"],
        options: [
            OptionEntry(
                names: ["--for"], value: "REQUEST…", collectsWords: true, help: "the requests that the answer is for"
            ) { $0[WhyArguments.self].requests.append($1) },
            OptionEntry(names: ["--all"], help: "every chain, the shortest first, not only that one") { invocation, _ in
                invocation[WhyArguments.self].all = true
            },
            .format(["table", "json"], "table (for people) or json"),
        ] + ResolutionArguments.entries + LockArguments.entries
    ) { try WhyVerb($0, $1).run() }

    private let context: VerbContext
    private var arguments: WhyArguments { context.invocation[WhyArguments.self] }
    private var console: Console { context.console }
    /// The most chains that `--all` shows; a graph can have more than anybody reads.
    private static let mostChains = 200

    init(_ invocation: Invocation, _ console: Console) {
        context = VerbContext(invocation, console)
    }

    func run() throws -> Int32 {
        let names = context.invocation.operands
        guard !names.isEmpty else {
            throw UsageError(.missingOperand, argument: "why", detail: "name a package: `why zlib --for nodejs`")
        }
        let hasLock = context.invocation[LockArguments.self].effectivePath != nil
        guard !arguments.requests.isEmpty || context.invocation.root != nil || hasLock else {
            throw UsageError(
                .missingOperand, argument: "why", detail: "say for which requests: `why \(names[0]) --for nodejs`")
        }
        let answer = try context.answer(arguments.requests)
        let resolution = answer.resolution
        let requests = resolution.requests
        let resolver = Resolver(universe: answer.catalog.universe, world: answer.catalog.world)
        let text = ChainText(resolution, console)
        var answers: [JSON] = []
        var isEverythingThere = true
        for (index, name) in names.enumerated() {
            if index > 0, !context.isJSON { console.line("") }
            let packages = resolution.packages(named: name)
            var members: [(String, JSON)] = [("name", .string(name)), ("installed", .bool(!packages.isEmpty))]
            if packages.isEmpty {
                isEverythingThere = false
                let absence = try resolver.absence(of: name, in: resolution, options: context.resolveOptions)
                members += show(absence, resolution)
            } else {
                members += show(packages, resolution, text)
            }
            answers.append(.object(members))
        }
        if context.isJSON {
            console.write(
                exactly: JSON.object([
                    ("schema", .integer(1)), ("requests", .array(requests.map { .string($0) })),
                    ("why", .array(answers)),
                ]).pretty)
        }
        return isEverythingThere ? 0 : 1
    }

    /// Shows the chains to packages.
    ///
    /// - Returns: the members of their JSON object.
    private func show(_ packages: [PackageID], _ resolution: Resolution, _ text: ChainText) -> [(String, JSON)] {
        let lists = packages.map { package in
            arguments.all
                ? resolution.chains(to: package, limit: Self.mostChains)
                : ChainList(chains: resolution.shortestChain(to: package).map { [$0] } ?? [], isComplete: true)
        }
        let chains = lists.flatMap(\.chains)
        let isComplete = lists.allSatisfy(\.isComplete)
        if context.isJSON {
            var members: [(String, JSON)] = [("chains", .array(chains.map { text.json($0) }))]
            if arguments.all { members.append(("complete", .bool(isComplete))) }
            return members
        }
        for (index, chain) in chains.enumerated() {
            if index > 0 { console.line("") }
            text.lines(chain).forEach { console.line($0) }
        }
        if chains.isEmpty, let package = packages.first {
            let conditions = resolution.universe.field("i", of: package)
            let reason = conditions.isEmpty ? "is installed" : "comes in by its install_if \(conditions)"
            console.line("\(resolution.universe.label(of: package)) \(reason), and nothing in the set asks for it")
        }
        if !isComplete { context.note("only the \(Self.mostChains) shortest chains are shown; there are more") }
        return []
    }

    /// Shows why a name is not there.
    ///
    /// - Returns: the members of its JSON object.
    private func show(_ absence: Absence, _ resolution: Resolution) -> [(String, JSON)] {
        let text = AbsenceText(absence, resolution.universe)
        if context.isJSON {
            return [
                ("chains", .array([])), ("absence", .array(text.lines.map { .string($0) })), ("reasons", text.json),
                ("cost", text.costJSON),
            ]
        }
        console.line("\(absence.name) is not in the set")
        text.lines.forEach { console.line("  \($0)") }
        return []
    }
}

/// What only `why` takes.
struct WhyArguments: VerbArguments {
    /// The requests that the answer is for.
    var requests: [String] = []
    var all = false
}
