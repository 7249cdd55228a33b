/// The texts of `--help` and `--version`.
enum Help {
    static let version = "apkresolve 0.1.0"

    /// The help of everything.
    static var overview: String {
        let forms = VerbTable.entries.flatMap(\.forms).map { ("apkresolve " + $0.usage, $0.help) }
        var text = """
            apkresolve — small roots and images of apk packages: exactly what a request needs, verified, and why

            Usage:
            \(table(forms))
            A REQUEST is a line of apk's world: [!]name[@tag][{=,<,>,<=,>=,~}version]; @FILE reads requests from FILE.

            Examples:

            """
        for example in VerbTable.entries.flatMap({ $0.examples.prefix(1) }) { text += "  \(example)\n" }
        text += "\nOptions of all verbs:\n" + table(CommonOptions.entries.map(row))
        var shown: Set<String> = []
        for verb in VerbTable.entries {
            let fresh = verb.options.filter { shown.insert($0.names[0] + $0.help).inserted }
            if !fresh.isEmpty { text += "\nOptions of \(verb.name):\n" + table(fresh.map(row)) }
        }
        return text + """

            `apkresolve VERB --help` shows one verb with all its options.

            \(exitStatus)
            """
    }

    /// The help of one verb.
    static func text(of verb: VerbEntry) -> String {
        var text = "Usage:\n" + table(verb.forms.map { ("apkresolve " + $0.usage, $0.help) })
        if !verb.details.isEmpty { text += "\n\(verb.details)\n" }
        if !verb.examples.isEmpty { text += "\nExamples:\n" + verb.examples.map { "  \($0)\n" }.joined() }
        if !verb.options.isEmpty { text += "\nOptions of \(verb.name):\n" + table(verb.options.map(row)) }
        return text + "\nOptions of all verbs:\n" + table(CommonOptions.entries.map(row)) + "\n" + exitStatus
    }

    private static let exitStatus = """
        Exit status: 0 fine, 1 no solution or differences found, 2 wrong usage, 3 not trusted or not intact,
        4 input or output, 5 malformed index, package, database or lock, 130 interrupted.

        """

    private static func row(_ entry: OptionEntry) -> (String, String) {
        (entry.names.reversed().joined(separator: ", ") + (entry.value.map { " " + $0 } ?? ""), entry.help)
    }

    /// Two columns; what is wider than most stands on a line of its own.
    private static func table(_ rows: [(String, String)]) -> String {
        let most = 48
        let width = rows.map(\.0.count).filter { $0 <= most }.max() ?? 0
        return rows.map { name, help in
            let gap =
                name.count <= width
                ? String(repeating: " ", count: width - name.count) : "\n" + String(repeating: " ", count: width + 2)
            return "  \(name)\(gap)  \(help)\n"
        }.joined()
    }
}
