internal import ApkFormats

/// What the options of one verb, or of a group of verbs, set. Each has its own type, kept in ``Invocation``.
protocol VerbArguments: Sendable {
    init()
}

/// A command line, read: what all verbs have in common, and the arguments of the verb.
package struct Invocation: Sendable {
    /// The verb's name.
    package var verb = "resolve"
    /// Whether the verb was written, rather than left out.
    package var namesVerb = false
    /// The words that are neither verb nor option: mostly requests.
    package var operands: [String] = []
    package var format: String?
    package var repositories: [String] = []
    package var repositoriesFile: String?
    package var architecture: String?
    package var keyDirectories: [String] = []
    package var allowUntrusted = false
    package var root: String?
    package var output: String?
    package var color = "auto"
    package var progress = "auto"
    package var stats = false
    package var quiet = false
    package var verbose = false
    package var showsVersion = false
    package var showsHelp = false
    private var arguments: [ObjectIdentifier: any VerbArguments] = [:]

    package init() {}

    /// Whether answers and failures are wanted as JSON.
    var wantsJSON: Bool { format == "json" || self[ResolveArguments.self].batch != nil }

    /// The arguments of one kind, as they are without any option at first.
    subscript<Arguments: VerbArguments>(_ kind: Arguments.Type) -> Arguments {
        get { arguments[ObjectIdentifier(kind)] as? Arguments ?? Arguments() }
        set { arguments[ObjectIdentifier(kind)] = newValue }
    }
}
