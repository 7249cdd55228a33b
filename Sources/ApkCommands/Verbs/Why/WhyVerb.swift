internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// `why`: the chains from a request to a package, or why it is not there.
struct WhyVerb {
    static let entry = VerbEntry(
        name: "why",
        forms: [("why NAME… --for REQUEST…", "the chain from a request to NAME, or why NAME is not in")],
        examples: ["apkresolve why zlib --for nodejs"],
        options: [
            OptionEntry(
                names: ["--for"], value: "REQUEST…", collectsWords: true, help: "the requests that the answer is for"
            ) { $0[WhyArguments.self].requests.append($1) },
            OptionEntry(names: ["--all"], help: "every chain, not only the shortest") { invocation, _ in
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
        var answers: [JSON] = []
        var isEverythingThere = true
        for name in names {
            let packages = resolution.packages(named: name)
            isEverythingThere = isEverythingThere && !packages.isEmpty
            let chains = packages.flatMap { package in
                arguments.all
                    ? resolution.chains(to: package, limit: Self.mostChains)
                    : resolution.shortestChain(to: package).map { [$0] } ?? []
            }
            let absence = packages.isEmpty ? absence(of: name, requests, resolver, resolution) : []
            if context.isJSON {
                answers.append(json(name, chains, absence, resolution))
            } else {
                show(name, packages, chains, absence, resolution)
            }
        }
        if context.isJSON {
            console.write(
                JSON.object([
                    ("schema", .integer(1)), ("requests", .array(requests.map { .string($0) })),
                    ("why", .array(answers)),
                ]).pretty)
        }
        return isEverythingThere ? 0 : 1
    }

    private func show(
        _ name: String, _ packages: [PackageID], _ chains: [[Edge]], _ absence: [String], _ resolution: Resolution
    ) {
        let universe = resolution.universe
        if !absence.isEmpty {
            console.line("\(name) is not in the set")
            absence.forEach { console.line("  " + $0) }
        }
        for (index, chain) in chains.enumerated() {
            if index > 0 { console.line("") }
            for (depth, edge) in chain.enumerated() {
                let indent = String(repeating: "  ", count: depth)
                let owner = edge.owner.map { universe.name(of: $0) } ?? "request"
                let verb = edge.owner == nil ? "asks for" : edge.isCondition ? "completes install_if" : "depends on"
                console.line(
                    "\(indent)\(console.bold(universe.label(of: edge.provider)))  \(owner) \(verb) \(edge.requirement)")
            }
        }
        if chains.isEmpty, let package = packages.first {
            console.line("\(universe.label(of: package)) is installed, and nothing in the set asks for it")
        }
    }

    /// Why a name is not there: nobody has it, nobody asks for it, or it cannot come in.
    private func absence(
        of name: String, _ requests: [String], _ resolver: Resolver, _ resolution: Resolution
    ) -> [String] {
        var lines: [String] = []
        do throws(ResolutionError) {
            let with = try resolver.resolve(requests + [name], options: context.resolveOptions)
            let before = Set(resolution.packages)
            let added = with.packages.filter { !before.contains($0) }.map { with.universe.label(of: $0) }
            lines.append(
                "nothing in the set asks for it; asked for, it would bring \(added.count): \(added.joined(separator: ", "))"
            )
        } catch {
            guard let universe = error.universe else { return [ResolutionErrorText(error).summary] }
            let text = ExplanationText(universe)
            lines.append("and cannot be:")
            lines += (error.explanation?.facts ?? []).map { "- " + text.sentence($0) }
            lines += error.suggestions.map { "try: " + text.sentence($0) }
        }
        return lines
    }

    private func json(_ name: String, _ chains: [[Edge]], _ absence: [String], _ resolution: Resolution) -> JSON {
        let universe = resolution.universe
        let chainValues = chains.map { chain in
            JSON.array(
                chain.map { edge in
                    .object([
                        ("from", edge.owner.map { .string(universe.label(of: $0)) } ?? .null),
                        (
                            "kind",
                            .string(edge.owner == nil ? "request" : edge.isCondition ? "installIf" : "dependency")
                        ),
                        ("requirement", .string(edge.requirement.description)),
                        ("to", .string(universe.label(of: edge.provider))),
                    ])
                })
        }
        var members: [(String, JSON)] = [
            ("name", .string(name)), ("installed", .bool(absence.isEmpty)), ("chains", .array(chainValues)),
        ]
        if !absence.isEmpty { members.append(("absence", .array(absence.map { .string($0) }))) }
        return .object(members)
    }
}

/// What only `why` takes.
struct WhyArguments: VerbArguments {
    /// The requests that the answer is for.
    var requests: [String] = []
    var all = false
}
