/// The texts of `--help` and `--version`.
enum Help {
    static let version = "apkresolve 0.1.0"

    static var text: String {
        var text = """
            apkresolve — which packages a request needs, exactly as apk would install them, and why

            Usage:
              apkresolve [resolve] REQUEST… [options]     the install set
              apkresolve why NAME… --for REQUEST…         the chain from a request to NAME, or why NAME is not in
              apkresolve index [list|check] [FILE…]       what repositories, or index files, have; what in them is broken
              apkresolve index search TEXT                packages whose name or description holds TEXT

            A REQUEST is a line of apk's world: [!]name[@tag][{=,<,>,<=,>=,~}version]; @FILE reads requests from FILE.

            Examples:
              apkresolve nodejs --closure -X /srv/mirror/v3.19/main -X /srv/mirror/v3.19/community
              apkresolve 'python3~3.11' '!py3-pip' --format json
              apkresolve why zlib --for nodejs
              apkresolve index check

            Options:

            """
        let rows = OptionTable.entries.map { entry in
            let names = entry.names.reversed().joined(separator: ", ")
            return (names + (entry.value.map { " " + $0 } ?? ""), entry.help)
        }
        let width = rows.map { $0.0.count }.max() ?? 0
        for (names, help) in rows {
            text += "  \(names)\(String(repeating: " ", count: width - names.count))  \(help)\n"
        }
        return text + """

            Exit status: 0 fine, 1 no solution, 2 wrong usage, 3 not trusted or not intact, 4 input or output,
            5 malformed index or database.

            """
    }
}
