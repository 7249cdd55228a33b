internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkRoot
internal import ApkSolver

/// `install`: resolves, verifies, extracts and records packages.
struct InstallVerb {
    static let entry = VerbEntry(
        name: "install",
        forms: [
            ("install REQUEST… --root DIR", "put packages and what they need into a root"),
            ("install REQUEST… --format tar -o FILE", "the same root as a tar archive"),
            ("install --root DIR --format tar -o FILE", "a root that is there already as a tar archive"),
        ],
        details: """
            The root is a directory that apk itself can go on with. Nothing in it changes before every package is verified
            to its last byte; a run that is killed is undone or completed by the next. Scripts of packages are never run:
            what they do is done in their stead where that is possible, and the others are named.
            Owners, devices, capabilities and set-id bits that the user may not give are written to
            lib/apk/db/apkresolve.mtree instead, and --format tar puts them into the archive as they shall be. With --root
            the archive has that root in it, after the requests were done; without, a root that is never on the disk.
            """,
        examples: [
            "apkresolve install alpine-base --root rootfs -X /srv/mirror/v3.19/main",
            "apkresolve install nodejs --format tar -o rootfs.tar",
            "apkresolve install --root rootfs --format tar | docker import - rootfs",
        ],
        options: [
            .format(["table", "json", "tar"], "what to print: table or json; tar writes the root to --output")
        ] + RootArguments.entries + ResolutionArguments.entries + LockArguments.entries,
        writesTextToOutput: false
    ) { try InstallVerb($0, $1).run() }

    private let context: VerbContext

    init(_ invocation: Invocation, _ console: Console) {
        var invocation = invocation
        // What would be done can be said of a root that is not there yet.
        if invocation[RootArguments.self].simulates, let root = invocation.root, !fileExists(root) {
            invocation.root = nil
        }
        context = VerbContext(invocation, console)
    }

    func run() throws -> Int32 {
        let run = try RootRun(context)
        let operands = context.invocation.operands
        guard context.invocation.format == "tar" else {
            return try run.change(creates: true) { _ in
                let answer = try context.answer(operands)
                for line in DetourText.lines(answer.resolution) { context.note(line) }
                return answer
            }
        }
        let output = context.invocation.output ?? "-"
        guard context.invocation.root != nil else {
            context.console.interruption?.watch()
            return try run.export(context.answer(operands), to: output)
        }
        return try run.withRoot(creates: !operands.isEmpty) { root in
            if !operands.isEmpty { _ = try run.apply(context.answer(operands), to: root) }
            return try RootExport(context).run(root, to: output)
        }
    }
}

/// Runs one of apk's commands on an existing root.
private func perform(
    _ context: VerbContext, needsRepositories: Bool = true,
    _ operation: (_ resolver: Resolver, _ wasResumed: Bool) -> Operation,
    then body: (Resolution) -> Void = { _ in }
) throws -> Int32 {
    let run = try RootRun(context, needsRepositories: needsRepositories)
    _ = try run.rootPath()
    var resolution: Resolution?
    let status = try run.change(creates: false) { wasResumed in
        let catalog = try Catalog.load(run.repositoryOptions())
        let resolver = Resolver(universe: catalog.universe, world: catalog.world)
        let found = try resolver.perform(operation(resolver, wasResumed), options: context.resolveOptions)
        resolution = found
        return Answer(catalog: catalog, resolution: found, loadTime: 0, solveTime: 0)
    }
    if let resolution { body(resolution) }
    return status
}

/// `remove`: takes packages out of the world, and with them what nothing needs any more.
struct RemoveVerb {
    static let entry = VerbEntry(
        name: "remove",
        forms: [("remove NAME… --root DIR", "take packages and what only they needed out of a root")],
        details: """
            A package that another one in the world needs stays, and that is said. Changed files below etc stay unless
            --purge removes them. No repository is needed.
            """,
        examples: ["apkresolve remove nodejs --root rootfs"],
        options: [
            .format(["table", "json"], "what to print: table (for people) or json"),
            OptionEntry(names: ["--rdepends"], help: "remove what depends on them too") { invocation, _ in
                invocation[RemoveArguments.self].isRecursive = true
            },
            RootArguments.purge,
        ] + RootArguments.entries
    ) { try RemoveVerb($0, $1).run() }

    private let context: VerbContext

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let names = try context.expand(context.invocation.operands)
        guard !names.isEmpty else {
            throw UsageError(.missingOperand, argument: "remove", detail: "name at least one package")
        }
        let isRecursive = context.invocation[RemoveArguments.self].isRecursive
        return try perform(context, needsRepositories: false) { resolver, wasResumed in
            // What the interrupted run has just removed, nothing else may know.
            .remove(wasResumed ? names.filter { resolver.knows($0) } : names, recursive: isRecursive)
        } then: {
            for name in names { noteObstacle(to: name, $0) }
        }
    }

    /// Says of a name why nothing was removed for it: it was not there, or something needs it.
    private func noteObstacle(to name: String, _ resolution: Resolution) {
        let universe = resolution.universe
        guard universe.installedPackages.contains(where: { universe.name(of: $0) == name }) else {
            context.note("no installed package is called `\(name)`")
            return
        }
        guard let package = resolution.packages.first(where: { universe.name(of: $0) == name }),
            let edge = resolution.shortestChain(to: package)?.last
        else { return }
        let owner = edge.owner.map { universe.label(of: $0) } ?? "the world"
        context.note("\(name) stays: \(owner) needs \(edge.requirement)")
    }
}

/// What only `remove` takes.
struct RemoveArguments: VerbArguments {
    var isRecursive = false
}

/// `upgrade`: newer packages for all that is installed, or for what is named.
struct UpgradeVerb {
    static let entry = VerbEntry(
        name: "upgrade",
        forms: [("upgrade [NAME…] --root DIR", "newer packages for a root: for all of it, or for those named")],
        examples: ["apkresolve upgrade --root rootfs", "apkresolve upgrade openssl --root rootfs"],
        options: [
            .format(["table", "json"], "what to print: table (for people) or json"),
            OptionEntry(names: ["--ignore"], value: "NAME", help: "keep the installed version of NAME; again for more")
            {
                $0[UpgradeArguments.self].ignored.append($1)
            },
            OptionEntry(names: ["--prune"], help: "drop from the world what no repository has") { invocation, _ in
                invocation[UpgradeArguments.self].prunes = true
            },
            OptionEntry(names: ["--available", "-a"], help: "prefer what repositories have, even if older") {
                invocation, _ in invocation[ResolutionArguments.self].options.available = true
            },
            OptionEntry(names: ["--latest", "-l"], help: "prefer the newest version of any repository") {
                invocation, _ in invocation[ResolutionArguments.self].options.latest = true
            },
        ] + RootArguments.entries
    ) { try UpgradeVerb($0, $1).run() }

    private let context: VerbContext

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        var options = Operation.Upgrade()
        options.packages = try context.expand(context.invocation.operands)
        options.ignored = context.invocation[UpgradeArguments.self].ignored
        options.prunes = context.invocation[UpgradeArguments.self].prunes
        options.available = context.resolveOptions.available
        options.latest = context.resolveOptions.latest
        return try perform(context) { _, _ in .upgrade(options) }
    }
}

/// What only `upgrade` takes.
struct UpgradeArguments: VerbArguments {
    var ignored: [String] = []
    var prunes = false
}

/// `fix`: installs again what is broken, or what is named.
struct FixVerb {
    static let entry = VerbEntry(
        name: "fix",
        forms: [("fix [NAME…] --root DIR", "install broken packages of a root again, or those named")],
        examples: ["apkresolve fix --root rootfs", "apkresolve fix busybox --root rootfs"],
        options: [
            .format(["table", "json"], "what to print: table (for people) or json"),
            OptionEntry(names: ["--depends", "-d"], help: "what they depend on too") { invocation, _ in
                invocation[FixArguments.self].includesDependencies = true
            },
            OptionEntry(names: ["--upgrade", "-u"], help: "take newer versions where there are any") { invocation, _ in
                invocation[FixArguments.self].upgrades = true
            },
        ] + RootArguments.entries
    ) { try FixVerb($0, $1).run() }

    private let context: VerbContext

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let names = try context.expand(context.invocation.operands)
        let arguments = context.invocation[FixArguments.self]
        return try perform(context, needsRepositories: false) { _, _ in
            .fix(names, upgrades: arguments.upgrades, includesDependencies: arguments.includesDependencies)
        }
    }
}

/// What only `fix` takes.
struct FixArguments: VerbArguments {
    var includesDependencies = false
    var upgrades = false
}
