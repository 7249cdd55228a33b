/// The options of the command line: one table for the parser and for the help.
struct OptionEntry: Sendable {
    /// The names, the long one first.
    var names: [String]
    /// What the value is called in the help; nil for a switch.
    var value: String?
    /// The allowed values; empty for any.
    var choices: [String] = []
    /// The verbs that take it; empty for all.
    var verbs: Set<Verb> = []
    var help: String
    var apply: @Sendable (inout Invocation, String) -> Void
}

/// What the command does.
package enum Verb: String, CaseIterable, Sendable {
    case resolve, why, index

    /// Verbs that belong to the tool's plan and to a later version.
    static let later: Set<String> = [
        "graph", "diff", "lock", "fetch", "verify", "extract", "install", "remove", "upgrade", "fix", "image", "cache",
    ]
}

enum OptionTable {
    static let entries: [OptionEntry] = [
        OptionEntry(
            names: ["--repository", "-X"], value: "DIR",
            help: "repository to use, again for more; '@tag DIR' for a tagged one; DIR holds ARCH/APKINDEX.tar.gz"
        ) { $0.repositories.append($1) },
        OptionEntry(
            names: ["--repositories-file"], value: "FILE",
            help: "read repositories from FILE, not /etc/apk/repositories"
        ) { $0.repositoriesFile = $1 },
        OptionEntry(names: ["--arch"], value: "ARCH", help: "architecture (default: this machine's)") {
            $0.architecture = $1
        },
        OptionEntry(names: ["--keys-dir"], value: "DIR", help: "public keys to trust (default: /etc/apk/keys)") {
            $0.keyDirectories.append($1)
        },
        OptionEntry(names: ["--allow-untrusted"], help: "take indexes without a trusted signature") { options, _ in
            options.allowUntrusted = true
        },
        OptionEntry(names: ["--root"], value: "DIR", help: "start from the packages and the world of this root") {
            $0.root = $1
        },
        OptionEntry(names: ["--closure"], verbs: [.resolve], help: "print only name-version, in install order") {
            options, _ in options.closure = true
        },
        OptionEntry(
            names: ["--format"], value: "FORMAT", choices: ["names", "table", "json", "apk", "tree"],
            help: "names, table, json, apk (apk's own words) or tree"
        ) { $0.format = $1 },
        OptionEntry(
            names: ["--policy"], value: "POLICY", choices: ["complete", "apk"],
            help: "complete: go further where apk gives up (default); apk: exactly apk's answer"
        ) { $0.policy = $1 },
        OptionEntry(names: ["--no-install-if"], help: "leave out packages that only install_if brings in") {
            options, _ in options.ignoresInstallIf = true
        },
        OptionEntry(names: ["--upgrade", "-u"], help: "with --root: upgrade what is installed") { options, _ in
            options.upgrade = true
        },
        OptionEntry(names: ["--available", "-a"], help: "with --root: prefer what repositories have, even if older") {
            options, _ in options.available = true
        },
        OptionEntry(names: ["--latest", "-l"], help: "prefer the newest version of any repository") { options, _ in
            options.latest = true
        },
        OptionEntry(
            names: ["--batch"], value: "FILE", verbs: [.resolve],
            help: "answer each line of FILE (- is standard input) as one line of JSON"
        ) { $0.batch = $1 },
        OptionEntry(names: ["--step-budget"], value: "N", help: "give up after N solver steps") {
            $0.stepBudget = Int($1)
        },
        OptionEntry(names: ["--for"], value: "REQUEST…", verbs: [.why], help: "the requests that the answer is for") {
            $0.forRequests.append($1)
        },
        OptionEntry(names: ["--all"], verbs: [.why], help: "every chain, not only the shortest") { options, _ in
            options.all = true
        },
        OptionEntry(names: ["--output", "-o"], value: "FILE", help: "write to FILE (- is standard output)") {
            $0.output = $1
        },
        OptionEntry(
            names: ["--color"], value: "WHEN", choices: ["auto", "always", "never"],
            help: "colour: auto, always or never; NO_COLOR counts"
        ) { $0.color = $1 },
        OptionEntry(
            names: ["--progress"], value: "HOW", choices: ["auto", "none", "json"],
            help: "accepted; reading directories needs no progress"
        ) { _, _ in },
        OptionEntry(names: ["--offline"], help: "accepted; nothing here opens a connection") { _, _ in },
        OptionEntry(names: ["--cache-dir"], value: "DIR", help: "accepted; directories are read as they are") { _, _ in
        },
        OptionEntry(names: ["--no-cache"], help: "accepted; directories are read as they are") { _, _ in },
        OptionEntry(names: ["--stats"], help: "times and counts of loading and solving") { options, _ in
            options.stats = true
        },
        OptionEntry(names: ["--quiet", "-q"], help: "no notes, only the answer and errors") { options, _ in
            options.quiet = true
        },
        OptionEntry(names: ["--verbose", "-v"], help: "say more") { options, _ in options.verbose = true },
        OptionEntry(names: ["--version"], help: "print the version") { options, _ in options.showsVersion = true },
        OptionEntry(names: ["--help", "-h"], help: "print this help") { options, _ in options.showsHelp = true },
    ]

    static func entry(_ name: String) -> OptionEntry? { entries.first { $0.names.contains(name) } }
}
