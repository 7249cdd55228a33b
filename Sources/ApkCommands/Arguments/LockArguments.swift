/// Whether a lock decides which packages a verb takes.
struct LockArguments: VerbArguments {
    /// The lock file's usual name, in the working directory.
    static let usualPath = "apk.lock.json"

    /// The lock file; nil to resolve without one.
    var path: String?
    /// Whether a lock that no longer fits is an error, rather than a note and a new answer.
    var isBinding = false

    static let entries: [OptionEntry] = [
        OptionEntry(names: ["--lock"], value: "FILE", help: "take the packages of this lock where it fits the requests")
        {
            $0[LockArguments.self].path = $1
        },
        OptionEntry(
            names: ["--locked"], help: "fail if the lock (default: \(usualPath)) no longer fits the requests"
        ) { invocation, _ in
            invocation[LockArguments.self].isBinding = true
        },
    ]

    /// The lock file to read; nil for none.
    var effectivePath: String? { path ?? (isBinding ? Self.usualPath : nil) }
}
