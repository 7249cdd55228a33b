internal import ApkFormats
internal import ApkRepositories

/// `cache`: where fetched files are kept, whether they are intact, and how many there are to be.
struct CacheVerb {
    static let entry = VerbEntry(
        name: "cache",
        forms: [
            ("cache path", "print the directory where fetched files are kept"),
            ("cache verify", "compare every file with its digest, and drop those that were damaged"),
            ("cache gc [--max-size SIZE]", "drop what was used least lately"),
        ],
        details: """
            The cache may be used by any number of runs at once, also while it is cleaned, and may be deleted at any time.
            `gc` keeps at most SIZE (default: 2G) of the files that were used last; `--max-size 0` drops everything.
            """,
        examples: ["apkresolve cache gc --max-size 500M"],
        options: [
            OptionEntry(
                names: ["--max-size"], value: "SIZE",
                expectation: { CacheArguments.bytes($0) == nil ? "a number of bytes, or one with K, M, G or T" : nil },
                help: "the most bytes to keep: a number, or one with K, M, G or T (of 1024)"
            ) { $0[CacheArguments.self].maximumSize = CacheArguments.bytes($1) ?? 0 },
            .format(["table", "json"], "what to print: table (for people) or json"),
        ]
    ) { try CacheVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        let operands = context.invocation.operands
        guard operands.count == 1, let action = operands.first, ["path", "verify", "gc"].contains(action) else {
            throw UsageError(
                .missingOperand, argument: "cache", detail: "say what: `cache path`, `cache verify` or `cache gc`")
        }
        guard let cache = try context.session.cache() else {
            throw UsageError(
                .missingOperand, argument: "cache",
                detail: "there is none: neither --cache-dir nor XDG_CACHE_HOME nor HOME names a directory")
        }
        switch action {
        case "path":
            // A path for other programs, in either form.
            let path =
                context.isJSON
                ? JSON.object([("schema", .integer(1)), ("path", .string(cache.directory))]).line : cache.directory
            console.write(exactly: path + "\n")
            return 0
        case "verify":
            let report = cache.verify()
            show(report, cache, dropped: "damaged and dropped")
            return report.dropped.isEmpty ? 0 : 3
        default:
            show(
                cache.collect(keeping: context.invocation[CacheArguments.self].maximumSize), cache, dropped: "dropped")
            return 0
        }
    }

    private func show(_ report: CacheReport, _ cache: Cache, dropped: String) {
        if context.isJSON {
            console.write(
                exactly: JSON.object([
                    ("schema", .integer(1)), ("path", .string(cache.directory)), ("files", .integer(report.files)),
                    ("bytes", .integer(report.bytes)), ("dropped", .array(report.dropped.map { .string($0) })),
                    ("droppedBytes", .integer(report.droppedBytes)),
                ]).pretty)
            return
        }
        for name in report.dropped { console.line("\(name) \(dropped)") }
        let files = report.files == 1 ? "1 file" : "\(report.files) files"
        console.line(
            "\(cache.directory): \(files), \(humanSize(report.bytes)); \(humanSize(report.droppedBytes)) \(dropped)")
    }
}

/// What only `cache` takes.
struct CacheArguments: VerbArguments {
    /// In bytes.
    var maximumSize = 2 << 30

    /// A number of bytes, as people write it; nil for a text that is none.
    static func bytes(_ text: String) -> Int? {
        var digits = text[...]
        var factor = 1
        if let unit = ["K", "M", "G", "T"].firstIndex(of: digits.last.map { $0.uppercased() } ?? "") {
            digits.removeLast()
            factor = 1 << (10 * (unit + 1))
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(digits) else {
            return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }
}
