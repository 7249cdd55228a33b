/// A verb of the command: what it is called, what its help says, which options it has and what it does.
struct VerbEntry: Sendable {
    var name: String
    /// How it is written, and what that does: one line for each form, in the help's overview.
    var forms: [(usage: String, help: String)]
    /// What the verb's own help says beyond its forms; empty for nothing.
    var details = ""
    /// Command lines to learn from.
    var examples: [String] = []
    /// The options beyond ``CommonOptions``.
    var options: [OptionEntry] = []
    /// Whether `--output` takes what the verb prints; false for verbs that make files of their own there.
    var writesTextToOutput = true
    var run: @Sendable (Invocation, Console) throws -> Int32

    /// The option of that name which this verb takes.
    func option(_ name: String) -> OptionEntry? {
        options.first { $0.names.contains(name) } ?? CommonOptions.entries.first { $0.names.contains(name) }
    }
}

/// All verbs, in the order of the help. A new verb is one line here and a folder in `Verbs`.
enum VerbTable {
    static let entries: [VerbEntry] = [
        ResolveVerb.entry,
        WhyVerb.entry,
        GraphVerb.entry,
        LockVerb.entry,
        InstallVerb.entry,
        RemoveVerb.entry,
        UpgradeVerb.entry,
        FixVerb.entry,
        ExtractVerb.entry,
        VerifyVerb.entry,
        ImageVerb.entry,
        DiffVerb.entry,
        FetchVerb.entry,
        IndexVerb.entry,
        CacheVerb.entry,
    ]

    static func entry(_ name: String) -> VerbEntry? { entries.first { $0.name == name } }

    /// Any verb's option of that name: tells whether a value follows while the verb is not known.
    static func anyOption(_ name: String) -> OptionEntry? {
        for verb in entries {
            if let option = verb.option(name) { return option }
        }
        return nil
    }

    /// The names of all options of all verbs.
    static var optionNames: [String] { (CommonOptions.entries + entries.flatMap(\.options)).flatMap(\.names) }
}
