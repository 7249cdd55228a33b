internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkRoot

/// `extract`: the files of packages, without resolving and without a database.
struct ExtractVerb {
    static let entry = VerbEntry(
        name: "extract",
        forms: [
            ("extract FILE… --root DIR", "put the files of packages into a directory"),
            ("extract FILE… --format tar -o FILE", "the same as a tar archive"),
        ],
        details: """
            Each package must be signed by a trusted key, unless --allow-untrusted takes it all the same. All of them are
            verified to their last byte, and looked at for conflicts, before the first file gets its name. No database is
            written and nothing is done for scripts.
            """,
        examples: ["apkresolve extract musl-1.2.4-r4.apk --root out --keys-dir keys"],
        options: [
            .format(["table", "json", "tar"], "what to print: table or json; tar writes the files to --output"),
            OptionEntry(
                names: ["--force-overwrite"], help: "let packages overwrite files of others though nothing allows it"
            ) { invocation, _ in invocation[RootArguments.self].run.merge.forcesOverwrite = true },
        ],
        writesTextToOutput: false
    ) { try ExtractVerb($0, $1).run() }

    private let context: VerbContext

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let files = context.invocation.operands
        guard !files.isEmpty else {
            throw UsageError(.missingOperand, argument: "extract", detail: "name at least one package file")
        }
        let run = try RootRun(context)
        var options = run.options
        options.emulatesScripts = false
        if context.invocation.format == "tar" {
            // The archive has the packages' files alone; `install --root` is what adds to a root and writes it.
            guard context.invocation.root == nil else {
                throw UsageError(.unexpectedOption, argument: "--root", detail: "--format tar")
            }
            return try TreeExport(context).run(to: context.invocation.output ?? "-") { stage in
                let steps = try stagePackages(files, stage).map { RootChanges.Step.install($0, tag: nil) }
                return try RootPlanner.plan(RootChanges(steps), stage: stage, options: options)
            }
        }
        let (labels, plan) = try run.withRoot(creates: true) { root in
            let decided = try decide(files, root, options)
            try context.console.completing { try root.commit(decided.plan) }
            return decided
        }
        report(labels, plan)
        return 0
    }

    /// The names of the packages and what is to be done. Nothing else of them is kept in memory for longer.
    private func decide(
        _ files: [String], _ root: StagingRoot, _ options: RunOptions
    ) throws -> (labels: [String], plan: RootPlan) {
        let packages = try stagePackages(files, root.stage)
        let changes = RootChanges(packages.map { .install($0, tag: nil) })
        return (packages.map(\.label), try root.plan(changes, extractingOnly: true, options: options))
    }

    private func stagePackages(_ files: [String], _ stage: Stage) throws -> [StagedPackage] {
        let policy = TrustPolicy(allowUntrusted: context.invocation.allowUntrusted)
        let verifier = try PackageVerifier(
            keys: context.keyRing(), policy: policy, architectures: context.invocation.architecture.map { [$0] } ?? [])
        let sizes = try files.map { try OpenFile(path: $0).size() }
        let meter = ProgressMeter(context, what: "extract", sizes: sizes)
        defer { meter.finish() }
        return try PackageStaging(stage: stage).run(sizes: sizes) { index in
            try verifier.verify(path: files[index])
        } progress: { progress in
            meter.advance(progress)
        }
    }

    private func report(_ labels: [String], _ plan: RootPlan) {
        let files = plan.tree.fileCount
        if context.isJSON {
            context.console.write(
                exactly: JSON.object([
                    ("schema", .integer(1)), ("packages", .array(labels.map { .string($0) })),
                    ("files", .integer(files)),
                    ("notices", .array(plan.notices.map { NoticeDocument($0).json })),
                ]).pretty)
        } else if !context.invocation.quiet {
            for notice in plan.notices { context.note(NoticeDocument(notice).sentence) }
            let noun = labels.count == 1 ? "package" : "packages"
            context.console.line("\(files) files of \(labels.count) \(noun) in \(context.invocation.root ?? "")")
        }
    }
}
