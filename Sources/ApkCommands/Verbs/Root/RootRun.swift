internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkRoot
internal import ApkSolver

/// One run on a root: from what the solver decided to what is on the disk.
struct RootRun {
    let context: VerbContext
    private var invocation: Invocation { context.invocation }
    private var arguments: RootArguments { invocation[RootArguments.self] }

    init(_ context: VerbContext) { self.context = context }

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

    /// Opens the root that `--root` names.
    private func open(creates: Bool) throws -> StagingRoot {
        guard let path = invocation.root else {
            throw UsageError(
                .missingOperand, argument: invocation.verb, detail: "name the root's directory: `--root DIR`")
        }
        let context = context
        context.console.interruption?.watch()
        let root = try StagingRoot(path: path, creates: creates) {
            context.note("another run works on \(path); waiting for it")
        }
        if root.wasResumed { context.note("\(path): completed a run that was interrupted") }
        return root
    }

    /// Does what a resolution says to a root.
    func apply(_ resolution: Resolution, _ answer: Answer, to root: StagingRoot) throws -> Int32 {
        let changes = installable(resolution.changes, resolution.universe)
        let world = World(resolution.world)
        let isAsWanted = changes.isEmpty && root.state.world?.text == world.text
        if arguments.simulates || isAsWanted {
            return report(RootReport(resolution, changes: changes, plan: nil))
        }
        var steps = RootChanges(try stage(changes, answer, root.stage), world: world)
        steps.architectures = resolution.universe.architectures
        steps.repositories = repositoriesText
        steps.keys = try answer.catalog.signingKeys(options: context.repositoryOptions()).map {
            RootChanges.Key(name: $0.name, content: $0.content)
        }
        let plan = try root.plan(steps, options: options)
        try check(plan)
        try context.console.completing { try root.commit(plan) }
        return report(RootReport(resolution, changes: changes, plan: plan))
    }

    /// The tree of an empty root with a resolution's packages in it, as a tar archive.
    func export(_ resolution: Resolution, _ answer: Answer, to path: String) throws -> Int32 {
        try TreeExport(context).run(to: path) { stage in
            var steps = RootChanges(
                try self.stage(resolution.changes, answer, stage), world: World(resolution.world))
            steps.architectures = resolution.universe.architectures
            steps.repositories = repositoriesText
            steps.keys = try answer.catalog.signingKeys(options: context.repositoryOptions()).map {
                RootChanges.Key(name: $0.name, content: $0.content)
            }
            let plan = try RootPlanner.plan(steps, stage: stage, options: options)
            try check(plan)
            return plan
        }
    }

    /// Fails for scripts that need a person, where the user wants none that do.
    func check(_ plan: RootPlan) throws {
        guard arguments.isStrict, let script = plan.scripts.first(where: { $0.outcome == .needsYou }) else { return }
        throw RootError(.scriptNeedsYou, package: script.package, detail: "\(script.kind.rawValue): \(script.detail)")
    }

    /// The changes without those that cannot be done: a package to be installed again that nobody has any more.
    private func installable(_ changes: [Change], _ universe: Universe) -> [Change] {
        changes.filter { change in
            guard change.kind == .reinstall, let new = change.new, !universe.isObtainable(new) else { return true }
            context.note("\(universe.label(of: new)) is in no repository any more and stays as it is")
            return false
        }
    }

    /// Brings the packages that come into the stage, and makes steps of all changes.
    private func stage(_ changes: [Change], _ answer: Answer, _ stage: Stage) throws -> [RootChanges.Step] {
        let universe = answer.catalog.universe
        // apk neither fetches nor unpacks a package of size 0, such as one made by `add -t`.
        let coming = changes.filter { $0.kind != .updatePinning }.compactMap(\.new)
            .filter { universe.installedSize(of: $0) != 0 }
        let requests = try coming.map { try answer.request(for: $0) }
        let verifier = PackageVerifier(
            keys: KeyRing(), policy: TrustPolicy(allowUntrusted: invocation.allowUntrusted),
            architectures: universe.architectures)
        let supply = try context.supply()
        let sizes = coming.map { Int(clamping: universe.downloadSize(of: $0)) }
        try supply.prepare(requests)
        let meter = ProgressMeter(context, what: "install", sizes: sizes)
        defer { meter.finish() }
        let staged = try PackageStaging(stage: stage).run(sizes: sizes) { index in
            try verifier.verify(supply.open(requests[index]), expecting: requests[index].expectation)
        } progress: { progress in
            meter.advance(progress)
        }
        var packages: [PackageID: StagedPackage] = [:]
        for (package, var stagedPackage) in zip(coming, staged) {
            // The signed index is what is recorded, as apk does it.
            stagedPackage.record = universe.record(of: package)
            packages[package] = stagedPackage
        }
        return changes.compactMap { change in
            let tag = change.tag.isEmpty ? nil : change.tag
            switch (change.kind, change.old, change.new) {
            case (.updatePinning, _, let new?): return .setTag(name: universe.name(of: new), tag)
            case (.purge, let old?, _): return .remove(name: universe.name(of: old))
            case (_, _, let new?):
                return .install(packages[new] ?? StagedPackage(record: universe.record(of: new)), tag: tag)
            default: return nil
            }
        }
    }

    /// The lines of the repositories that are on the network. Directories of this machine mean nothing in a root.
    var repositoriesText: [UInt8] {
        let remote = invocation.repositories.filter { line in
            guard let url = line.split(separator: " ").last else { return false }
            return Repository.localPath(of: String(url)) == nil
        }
        return remote.flatMap { Array(redactingCredentials(in: $0).utf8) + [0x0a] }
    }

    private func report(_ report: RootReport) -> Int32 {
        if context.isJSON {
            context.console.write(report.json.pretty)
        } else if !invocation.quiet {
            context.console.write(report.text(context.console, simulated: arguments.simulates))
        }
        return 0
    }
}

extension World {
    /// A world that asks for these.
    fileprivate init(_ dependencies: [Dependency]) {
        self.init()
        for dependency in dependencies { add(dependency) }
    }
}

extension Universe {
    /// Whether a package's file can be had, or none is needed.
    fileprivate func isObtainable(_ package: PackageID) -> Bool {
        repository(of: package) != nil || installedSize(of: package) == 0
    }
}
