internal import ApkRoot

/// What the verbs that change a root have in common.
struct RootArguments: VerbArguments {
    var run = RunOptions()
    /// Whether a script that only running it can do is an error.
    var isStrict = false
    /// Whether everything is decided and nothing is done.
    var simulates = false

    static let entries: [OptionEntry] = [
        OptionEntry(names: ["--strict-scripts"], help: "fail if a package's script does what only running it can do") {
            invocation, _ in invocation[RootArguments.self].isStrict = true
        },
        OptionEntry(names: ["--no-scripts"], help: "record scripts only; do nothing in their stead") { invocation, _ in
            invocation[RootArguments.self].run.emulatesScripts = false
        },
        OptionEntry(
            names: ["--force-overwrite"], help: "let packages overwrite files of others though nothing allows it"
        ) {
            invocation, _ in invocation[RootArguments.self].run.merge.forcesOverwrite = true
        },
        OptionEntry(names: ["--simulate", "-s"], help: "say what would be done, and change nothing") { invocation, _ in
            invocation[RootArguments.self].simulates = true
        },
    ]

    static let purge = OptionEntry(
        names: ["--purge"], help: "remove changed configuration files too when their package goes"
    ) { invocation, _ in invocation[RootArguments.self].run.merge.purges = true }
}
