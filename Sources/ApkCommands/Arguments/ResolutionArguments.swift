internal import ApkResolver
internal import ApkSolver

/// How a verb that resolves requests is to choose packages.
struct ResolutionArguments: VerbArguments {
    var options = ResolveOptions()

    /// The options that choose other packages than without them, as a lock records them.
    var choosingWords: [String] {
        var words: [String] = []
        if options.policy != .complete { words.append("--policy=\(options.policy.rawValue)") }
        if options.ignoresInstallIf { words.append("--no-install-if") }
        if options.latest { words.append("--latest") }
        if let objective = options.minimize { words.append("--minimize=\(objective.rawValue)") }
        return words
    }

    /// The options of all verbs that resolve requests.
    static let entries: [OptionEntry] = [
        OptionEntry(
            names: ["--policy"], value: "POLICY", choices: ["complete", "apk"],
            help: "complete: go further where apk gives up (default); apk: exactly apk's answer"
        ) { $0[ResolutionArguments.self].options.policy = SolverPolicy(rawValue: $1) ?? .complete },
        OptionEntry(names: ["--no-install-if"], help: "leave out packages that only install_if brings in") {
            invocation, _ in invocation[ResolutionArguments.self].options.ignoresInstallIf = true
        },
        OptionEntry(names: ["--upgrade", "-u"], help: "with --root: upgrade what is installed") { invocation, _ in
            invocation[ResolutionArguments.self].options.upgrade = true
        },
        OptionEntry(names: ["--available", "-a"], help: "with --root: prefer what repositories have, even if older") {
            invocation, _ in invocation[ResolutionArguments.self].options.available = true
        },
        OptionEntry(names: ["--latest", "-l"], help: "prefer the newest version of any repository") { invocation, _ in
            invocation[ResolutionArguments.self].options.latest = true
        },
        OptionEntry(
            names: ["--minimize"], value: "WHAT", choices: Objective.allCases.map(\.rawValue),
            help: "the answer with the least packages, size (installed) or download; --root: of what is new"
        ) { $0[ResolutionArguments.self].options.minimize = Objective(rawValue: $1) },
        OptionEntry(
            names: ["--step-budget"], value: "N", expectation: OptionEntry.positiveNumber(),
            help: "give up after N solver steps; with --minimize, take the best found until then"
        ) { invocation, value in
            invocation[ResolutionArguments.self].options.stepBudget = Int(value) ?? 0
            invocation[ResolutionArguments.self].options.minimumBudget = Int(value) ?? 0
        },
    ]
}
