internal import ApkResolver

/// A command line, read.
package struct Invocation: Sendable {
    package var verb = Verb.resolve
    /// The requests; for `why` the names that are asked about, for `index` its words.
    package var operands: [String] = []
    package var forRequests: [String] = []
    package var closure = false
    package var all = false
    package var format: String?
    package var policy = "complete"
    package var repositories: [String] = []
    package var repositoriesFile: String?
    package var architecture: String?
    package var keyDirectories: [String] = []
    package var allowUntrusted = false
    package var root: String?
    package var ignoresInstallIf = false
    package var upgrade = false
    package var available = false
    package var latest = false
    package var batch: String?
    package var stepBudget: Int?
    package var output: String?
    package var color = "auto"
    package var stats = false
    package var quiet = false
    package var verbose = false
    package var showsVersion = false
    package var showsHelp = false

    package init() {}

    /// Reads the arguments behind the program's name: `[VERB] REQUEST… [options]`, options anywhere, `--` ends them.
    ///
    /// - Throws: ``UsageError``.
    package static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
        var invocation = Invocation()
        var rest = arguments[...]
        var endsOptions = false
        var hasVerb = false
        var used: [OptionEntry] = []
        var readsFor = false
        while let word = rest.popFirst() {
            if endsOptions || !word.hasPrefix("-") || word == "-" {
                if !endsOptions, !hasVerb, invocation.operands.isEmpty, let verb = Verb(rawValue: word) {
                    invocation.verb = verb
                    hasVerb = true
                } else if !endsOptions, !hasVerb, invocation.operands.isEmpty, Verb.later.contains(word) {
                    throw UsageError(.laterVerb, argument: word)
                } else if readsFor, !endsOptions {
                    invocation.forRequests.append(word)
                } else {
                    invocation.operands.append(word)
                }
                continue
            }
            if word == "--" {
                endsOptions = true
                continue
            }
            let (entry, value) = try option(word, &rest)
            used.append(entry)
            readsFor = entry.names[0] == "--for"
            entry.apply(&invocation, value)
        }
        for entry in used where !entry.verbs.isEmpty && !entry.verbs.contains(invocation.verb) {
            throw UsageError(.unexpectedOption, argument: entry.names[0], detail: invocation.verb.rawValue)
        }
        return invocation
    }

    /// The option that a word names, and its value, which may be the next word.
    private static func option(
        _ word: String, _ rest: inout ArraySlice<String>
    ) throws(UsageError) -> (OptionEntry, String) {
        var name = word
        var inline: String?
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            name = String(word[..<equals])
            inline = String(word[word.index(after: equals)...])
        } else if !word.hasPrefix("--"), word.utf8.count > 2 {
            name = String(word.prefix(2))
            inline = String(word.dropFirst(2))
        }
        guard let entry = OptionTable.entry(name) else {
            let known = OptionTable.entries.flatMap(\.names)
            let near = known.compactMap { candidate in
                editDistance(Array(name.utf8), Array(candidate.utf8), limit: 3).map { ($0, candidate) }
            }.min { $0.0 < $1.0 }
            throw UsageError(.unknownOption, argument: name, detail: near?.1 ?? "")
        }
        guard let placeholder = entry.value else {
            if inline != nil { throw UsageError(.unexpectedValue, argument: word) }
            return (entry, "")
        }
        guard let value = inline ?? rest.popFirst() else {
            throw UsageError(.missingValue, argument: name, detail: placeholder)
        }
        guard entry.choices.isEmpty || entry.choices.contains(value) else {
            throw UsageError(.invalidValue, argument: "\(name) \(value)", detail: entry.choices.joined(separator: ", "))
        }
        if name == "--step-budget", (Int(value) ?? 0) <= 0 {
            throw UsageError(.invalidValue, argument: "\(name) \(value)", detail: "a number above 0")
        }
        return (entry, value)
    }
}

/// A command line that is none.
package struct UsageError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        case unknownOption, missingValue, invalidValue, unexpectedValue, unexpectedOption, laterVerb, missingOperand
    }

    package var code: Code
    package var argument: String
    package var detail: String

    package init(_ code: Code, argument: String, detail: String = "") {
        self.code = code
        self.argument = argument
        self.detail = detail
    }

    /// One sentence for a person.
    package var message: String {
        switch code {
        case .unknownOption:
            "unknown option `\(argument)`" + (detail.isEmpty ? "" : "; did you mean `\(detail)`?")
        case .missingValue: "`\(argument)` needs a value: `\(argument) \(detail)`"
        case .invalidValue: "`\(argument)` is not one of \(detail)"
        case .unexpectedValue: "`\(argument)` takes no value"
        case .unexpectedOption: "`\(argument)` does not go with `\(detail)`"
        case .laterVerb:
            "`\(argument)` is not part of this version, which has \(Verb.allCases.map(\.rawValue).joined(separator: ", "));"
                + " a package of that name goes after `--`"
        case .missingOperand: "\(argument): \(detail)"
        }
    }
}
