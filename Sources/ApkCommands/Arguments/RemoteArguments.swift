internal import ApkRepositories

/// How repositories on other machines are reached.
struct RemoteArguments: VerbArguments {
    var isOffline = false
    var cacheDirectory: String?
    var keepsNothing = false
    /// In minutes; nil for the usual age.
    var maximumIndexAge: Int?
    var mirrors: [Mirror] = []

    /// Options of all verbs.
    static let entries: [OptionEntry] = [
        OptionEntry(
            names: ["--mirror"], value: "PREFIX=URL",
            expectation: {
                Mirror($0) == nil ? "two URLs: `--mirror https://a.example/alpine=https://b.example`" : nil
            },
            help: "URLs that begin with PREFIX are also below URL; again for more, tried in order when one fails"
        ) { invocation, text in
            if let mirror = Mirror(text) { invocation[RemoteArguments.self].mirrors.append(mirror) }
        },
        OptionEntry(names: ["--offline"], help: "fetch nothing: directories and the cache must do") {
            invocation, _ in invocation[RemoteArguments.self].isOffline = true
        },
        OptionEntry(
            names: ["--refresh"], help: "ask servers for newer indexes now, not only when the cached ones are old"
        ) { invocation, _ in invocation[RemoteArguments.self].maximumIndexAge = 0 },
        OptionEntry(
            names: ["--cache-max-age"], value: "MINUTES", expectation: OptionEntry.positiveNumber(most: 1_000_000),
            help: "use cached indexes for so long without asking (default: 240, as apk does)"
        ) { $0[RemoteArguments.self].maximumIndexAge = Int($1) },
        OptionEntry(
            names: ["--cache-dir"], value: "DIR",
            help: "where fetched files are kept (default: $XDG_CACHE_HOME/apkresolve or ~/.cache/apkresolve)"
        ) { $0[RemoteArguments.self].cacheDirectory = $1 },
        OptionEntry(names: ["--no-cache"], help: "keep nothing of what is fetched, and use nothing kept") {
            invocation, _ in invocation[RemoteArguments.self].keepsNothing = true
        },
    ]
}
