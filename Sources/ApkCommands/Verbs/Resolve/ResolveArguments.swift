internal import ApkFormats

/// What only `resolve` takes.
struct ResolveArguments: VerbArguments {
    var closure = false
    var batch: String?
    /// How many other valid choices are shown.
    var alternatives = 0
    /// Whether the table shows what would go with each package.
    var sizes = false

    static let entries: [OptionEntry] = [
        OptionEntry(names: ["--closure"], help: "print only name-version, in install order") { invocation, _ in
            invocation[ResolveArguments.self].closure = true
        },
        .format(
            ["names", "table", "json", "apk", "tree"], "names, table, json, apk (apk's own words) or tree"),
        OptionEntry(names: ["--sizes"], help: "show what would go with each package, the most rewarding first") {
            invocation, _ in invocation[ResolveArguments.self].sizes = true
        },
        OptionEntry(
            names: ["--alternatives"], value: "N", expectation: OptionEntry.positiveNumber(most: 1000),
            help: "show up to N other valid choices, the cheapest first, with what each would cost"
        ) { $0[ResolveArguments.self].alternatives = Int($1) ?? 0 },
        OptionEntry(
            names: ["--batch"], value: "FILE",
            help: "answer each line of FILE (- is standard input) as one line of JSON"
        ) { $0[ResolveArguments.self].batch = $1 },
    ]
}
