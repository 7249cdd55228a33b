/// The options that every verb takes.
enum CommonOptions {
    static let entries: [OptionEntry] = repositories + running

    private static let repositories: [OptionEntry] =
        [
            OptionEntry(
                names: ["--repository", "-X"], value: "URL|DIR",
                help: "repository to use, again for more; '@tag URL' for a tagged one; holds ARCH/APKINDEX.tar.gz"
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
        ] + RemoteArguments.entries

    private static let running: [OptionEntry] = [
        OptionEntry(names: ["--output", "-o"], value: "FILE", help: "write to FILE (- is standard output)") {
            $0.output = $1
        },
        OptionEntry(
            names: ["--color"], value: "WHEN", choices: ["auto", "always", "never"],
            help: "colour: auto, always or never; NO_COLOR counts"
        ) { $0.color = $1 },
        OptionEntry(
            names: ["--progress"], value: "HOW", choices: ["auto", "none", "json"],
            help: "progress of long work on standard error: auto (a bar on a terminal), none, or json (lines)"
        ) { $0.progress = $1 },
        OptionEntry(names: ["--stats"], help: "times and counts of loading and solving") { options, _ in
            options.stats = true
        },
        OptionEntry(names: ["--quiet", "-q"], help: "no notes, only the answer and errors") { options, _ in
            options.quiet = true
        },
        OptionEntry(names: ["--verbose", "-v"], help: "say more") { options, _ in options.verbose = true },
        OptionEntry(names: ["--version"], help: "print the version") { options, _ in options.showsVersion = true },
        OptionEntry(names: ["--help", "-h"], help: "print this help; after a verb, that verb's") { options, _ in
            options.showsHelp = true
        },
    ]
}
