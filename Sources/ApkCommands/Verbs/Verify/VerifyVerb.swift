internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkRoot
internal import ApkSolver

/// `verify`: each link of the chain of trust of package and index files, said in one line.
struct VerifyVerb {
    static let entry = VerbEntry(
        name: "verify",
        forms: [("verify FILE…", "check .apk and index files: each link of the chain of trust, one by one")],
        details: """
            Packages must be signed by a trusted key. With -X they may instead be named by that repository's signed index,
            as those are that carry no signature of their own. Everything is read to its last byte: signature or identity,
            name, version and architecture, datahash, the digest of each file, and that each has a path that a package may
            have and links to a file of its own.
            """,
        examples: [
            "apkresolve verify musl-1.2.4-r4.apk --keys-dir keys",
            "apkresolve verify x86_64/*.apk x86_64/APKINDEX.tar.gz -X .",
        ],
        options: [.format(["table", "json"], "table (for people) or json")]
    ) { try VerifyVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let files = context.invocation.operands
        guard !files.isEmpty else {
            throw UsageError(.missingOperand, argument: "verify", detail: "name at least one package or index file")
        }
        let verifier = try verifier()
        let catalog = try catalog()
        var values: [JSON] = []
        var statuses: [Int32] = []
        for file in files {
            let found = catalog.flatMap { expectation(of: file, in: $0) }
            let report = verifier.rootReport(path: file, expecting: found?.expectation)
            if let failure = report.failure { statuses.append(ArchiveErrorText(failure).status) }
            let text = VerificationText(report, index: found?.index, console)
            if context.isJSON {
                values.append(text.json)
            } else if report.failure != nil || !context.invocation.quiet {
                text.lines.forEach { console.line($0) }
            }
        }
        if context.isJSON {
            console.write(exactly: JSON.object([("schema", .integer(1)), ("files", .array(values))]).pretty)
        } else if files.count > 1, !context.invocation.quiet {
            let failed: DisplayText = statuses.isEmpty ? "all of them good" : console.red("\(statuses.count) refused")
            console.line("\(files.count) files checked, \(failed)")
        }
        // What is not trusted matters more than what is malformed or missing.
        return statuses.contains(3) ? 3 : statuses.first ?? 0
    }

    private func verifier() throws -> PackageVerifier {
        return try PackageVerifier(
            keys: context.keyRing(), policy: TrustPolicy(allowUntrusted: context.invocation.allowUntrusted),
            architectures: context.invocation.architecture.map { [$0] } ?? [])
    }

    /// The repositories that were named; nil where files must prove themselves.
    private func catalog() throws -> Catalog? {
        let invocation = context.invocation
        guard !invocation.repositories.isEmpty || invocation.repositoriesFile != nil else { return nil }
        return try context.loadCatalog().catalog
    }

    /// What the indexes say of a package file, and which of them: by what the file calls itself, since the name of a file
    /// proves nothing.
    private func expectation(
        of path: String, in catalog: Catalog
    ) -> (expectation: PackageExpectation, index: LoadedRepository?)? {
        let reader = PackageVerifier(keys: KeyRing(), policy: TrustPolicy(allowUntrusted: true))
        guard let package = try? reader.verify(path: path) else { return nil }
        let universe = catalog.universe
        let named = universe.allPackages.filter {
            universe.name(of: $0) == package.name && universe.version(of: $0) == package.version
        }
        let identity = package.identity.identity
        guard let best = named.first(where: { universe.record(of: $0).checksum.identity == identity }) ?? named.first
        else { return nil }
        let location = universe.repository(of: best).map { universe.repositories[$0].location }
        let index = catalog.repositories.first { $0.location == location }
        return (PackageExpectation(universe.record(of: best)), index)
    }
}
