internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// `fetch`: brings the packages of an answer here, verified.
struct FetchVerb {
    static let entry = VerbEntry(
        name: "fetch",
        forms: [
            ("fetch REQUEST…", "download and verify the packages into the cache"),
            ("fetch REQUEST… --to DIR", "the same into DIR, a repository that apk can use"),
        ],
        details: """
            With `--to` the packages stand in DIR as apk expects them, with the repository's own signed index; of several
            repositories each has a directory of its own in DIR. The index names more packages than are there. For an index
            of exactly these, sign one with a key of yours: `apk index -o APKINDEX.tar.gz --rewrite-arch ARCH *.apk`, then
            `abuild-sign -k KEY.rsa APKINDEX.tar.gz` in the directory of the architecture.
            With `--lock` the packages must be the locked files, byte for byte.
            """,
        examples: ["apkresolve fetch nodejs --to mirror", "apkresolve fetch --locked"],
        options: [
            OptionEntry(names: ["--to"], value: "DIR", help: "write a repository into DIR") {
                $0[FetchArguments.self].directory = $1
            },
            .format(["table", "json"], "what to print: table (for people) or json"),
        ] + LockArguments.entries + ResolutionArguments.entries
    ) { try FetchVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let answer = try context.answer(context.invocation.operands)
        let universe = answer.catalog.universe
        var wanted: [(package: PackageID, request: PackageRequest)] = []
        // A package without content has no file that anybody needs (apk never asks for one), and an installed one may have
        // left its repository.
        for package in answer.resolution.packages
        where universe.installedSize(of: package) > 0 && universe.repository(of: package) != nil {
            wanted.append((package, try answer.request(for: package)))
        }
        let supply = try context.supply()
        let isFetched = try supply.fetch(wanted.map(\.request))
        var written: [RepositoryExport.Written] = []
        if let directory = context.invocation[FetchArguments.self].directory {
            written = try RepositoryExport(answer.catalog, supply: supply).write(wanted, to: directory)
        }
        if context.isJSON {
            console.write(exactly: json(answer, wanted, isFetched, written).pretty)
        } else {
            show(wanted, isFetched, written)
        }
        return 0
    }

    private func show(
        _ wanted: [(package: PackageID, request: PackageRequest)], _ isFetched: [Bool],
        _ written: [RepositoryExport.Written]
    ) {
        let sizes = wanted.map { $0.request.expectation.downloadSize ?? 0 }
        let fetched = zip(sizes, isFetched).filter(\.1).map(\.0)
        let count = wanted.count == 1 ? "1 package" : "\(wanted.count) packages"
        console.line(
            "\(count), \(humanSize(sizes.reduce(0, +))); \(fetched.count) of them fetched now,"
                + " \(humanSize(fetched.reduce(0, +)))")
        for part in written {
            console.line("\(part.directory): \(part.packages) of \(part.source), \(humanSize(part.bytes))")
        }
    }

    private func json(
        _ answer: Answer, _ wanted: [(package: PackageID, request: PackageRequest)], _ isFetched: [Bool],
        _ written: [RepositoryExport.Written]
    ) -> JSON {
        let packages = zip(wanted, isFetched).map { item, isFetched in
            JSON.object([
                ("package", .string(item.request.label)),
                ("checksum", .string(item.request.expectation.identity.description)),
                ("downloadSize", .integer(item.request.expectation.downloadSize ?? 0)), ("fetched", .bool(isFetched)),
            ])
        }
        let repositories = written.map { part in
            JSON.object([
                ("directory", .string(part.directory)), ("source", .string(part.source)),
                ("packages", .integer(part.packages)), ("bytes", .integer(part.bytes)),
            ])
        }
        return .object([
            ("schema", .integer(1)), ("requests", .array(answer.resolution.requests.map { .string($0) })),
            ("packages", .array(packages)), ("written", .array(repositories)),
        ])
    }
}

/// What only `fetch` takes.
struct FetchArguments: VerbArguments {
    var directory: String?
}
