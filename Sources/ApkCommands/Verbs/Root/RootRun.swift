internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkRoot
internal import ApkSolver

/// One run on a root: what the user wants of it, and what is said about it. The work is done by `RootInstaller`.
struct RootRun {
    let context: VerbContext
    /// Whether the verb can do nothing without repositories.
    private let needsRepositories: Bool
    private var invocation: Invocation { context.invocation }
    private var arguments: RootArguments { invocation[RootArguments.self] }

    /// - Throws: ``UsageError`` for options that contradict each other.
    init(_ context: VerbContext, needsRepositories: Bool = true) throws(UsageError) {
        let arguments = context.invocation[RootArguments.self]
        // Neither looks into scripts, so that both would pass whatever the packages do.
        let others = [("--simulate", arguments.simulates), ("--no-scripts", !arguments.run.emulatesScripts)]
        if arguments.isStrict, let other = others.first(where: \.1) {
            throw UsageError(.unexpectedOption, argument: "--strict-scripts", detail: other.0)
        }
        self.context = context
        self.needsRepositories = needsRepositories
    }

    /// What packages come from.
    func repositoryOptions() throws -> RepositoryOptions {
        try context.repositoryOptions(isNeeded: needsRepositories)
    }

    /// The options for this run; `SOURCE_DATE_EPOCH` counts.
    var options: RunOptions {
        var options = arguments.run
        options.time = environmentValue("SOURCE_DATE_EPOCH").flatMap { Int($0) }
        return options
    }

    /// Opens the root, does something with it, and clears up whatever became of it.
    func withRoot<Result>(creates: Bool, _ body: (StagingRoot) throws -> Result) throws -> Result {
        let root = try open(creates: creates)
        return try context.console.clearing(root.abandoning) {
            do {
                let result = try body(root)
                try root.close()
                return result
            } catch {
                try? root.close()
                throw error
            }
        }
    }

    /// The directory that `--root` names.
    func rootPath() throws(UsageError) -> String {
        guard let path = invocation.root else {
            throw UsageError(
                .missingOperand, argument: invocation.verb, detail: "name the root's directory: `--root DIR`")
        }
        return path
    }

    private func open(creates: Bool) throws -> StagingRoot {
        let path = try rootPath()
        let context = context
        context.console.interruption?.watch()
        let root = try StagingRoot(path: path, creates: creates) {
            context.note("another run works on \(path); waiting for it")
        }
        if root.wasResumed { context.note("\(path): completed a run that was interrupted") }
        return root
    }

    /// Decides about the root and does it, or with `--simulate` only says what would be done: then the root is neither
    /// locked nor written to, and there need not be one.
    ///
    /// - Parameter decide: resolves, on a root that nobody else changes meanwhile; is told whether an interrupted run was
    ///   completed on it before.
    func change(creates: Bool, _ decide: (_ wasResumed: Bool) throws -> Answer) throws -> Int32 {
        guard !arguments.simulates else {
            let answer = try decide(false)
            return try report(RootReport(answer.resolution, changes: possibleChanges(of: answer), plan: nil))
        }
        return try withRoot(creates: creates) { root in try apply(decide(root.wasResumed), to: root) }
    }

    /// Does what an answer says to a root, and reports it.
    func apply(_ answer: Answer, to root: StagingRoot) throws -> Int32 {
        let changes = try possibleChanges(of: answer)
        guard !isDone(answer, changes, root.state) else {
            return report(RootReport(answer.resolution, changes: changes, plan: nil))
        }
        let plan = try root.plan(stage(changes, answer, root.stage), options: options)
        try check(plan)
        try context.console.completing { try root.commit(plan) }
        return report(RootReport(answer.resolution, changes: changes, plan: plan))
    }

    /// The tree of an empty root with an answer's packages in it, as a tar archive.
    func export(_ answer: Answer, to path: String) throws -> Int32 {
        try TreeExport(context).run(to: path) { stage in
            let plan = try RootPlanner.plan(
                self.stage(answer.resolution.changes, answer, stage), stage: stage, options: options)
            try check(plan)
            return plan
        }
    }

    /// Fails for scripts that need a person, where the user wants none that do.
    func check(_ plan: RootPlan) throws {
        guard arguments.isStrict, let script = plan.scripts.first(where: { $0.outcome == .needsYou }) else { return }
        throw RootError(.scriptNeedsYou, package: script.package, detail: "\(script.kind.rawValue): \(script.detail)")
    }

    private func installer(_ answer: Answer) throws -> RootInstaller {
        var installer = try RootInstaller(
            answer.catalog, repositoryOptions(), supply: context.supply())
        installer.lockedDigests = answer.lockedDigests
        return installer
    }

    /// The changes that can be done; the others are named.
    private func possibleChanges(of answer: Answer) throws -> [Change] {
        let possible = try installer(answer).possibleChanges(of: answer.resolution)
        for change in Set(answer.resolution.changes).subtracting(possible) {
            guard let package = change.new else { continue }
            context.note(
                "\(answer.catalog.universe.label(of: package)) is in no repository any more and stays as it is")
        }
        return possible
    }

    /// Whether a root is as it shall be.
    private func isDone(_ answer: Answer, _ changes: [Change], _ state: RootState) -> Bool {
        changes.isEmpty && state.world?.text == World(answer.resolution.world).text
    }

    /// Brings the packages that come into the stage, with progress.
    private func stage(_ changes: [Change], _ answer: Answer, _ stage: Stage) throws -> RootChanges {
        let installer = try installer(answer)
        let meter = ProgressMeter(
            context, what: "install",
            sizes: installer.packages(of: changes).map { Int(clamping: answer.catalog.universe.downloadSize(of: $0)) })
        defer { meter.finish() }
        return try installer.changes(changes, of: answer.resolution, stage: stage) { meter.advance($0) }
    }

    private func report(_ report: RootReport) -> Int32 {
        if context.isJSON {
            context.console.write(exactly: report.json.pretty)
        } else if !invocation.quiet, invocation.format != "tar" {
            context.console.write(report.text(context.console, simulated: arguments.simulates))
        }
        return 0
    }
}
