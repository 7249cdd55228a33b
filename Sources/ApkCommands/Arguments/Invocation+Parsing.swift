internal import ApkResolver

extension Invocation {
    /// Reads the arguments behind the program's name: `[VERB] REQUEST… [options]`, options anywhere, `--` ends them.
    ///
    /// - Throws: ``UsageError``.
    static func parse(_ arguments: [String]) throws(UsageError) -> (invocation: Invocation, verb: VerbEntry) {
        var invocation = Invocation()
        let verbPlace = try findVerb(arguments)
        if let verbPlace {
            invocation.verb = arguments[verbPlace]
            invocation.namesVerb = true
        }
        let verb = VerbTable.entry(invocation.verb) ?? ResolveVerb.entry
        var rest = arguments[...]
        var collector: OptionEntry?
        while let word = rest.popFirst() {
            if rest.startIndex - 1 == verbPlace { continue }
            if word == "--" {
                invocation.operands += rest
                break
            }
            if let option = try Option(word) {
                let entry = try option.entry(of: verb)
                entry.apply(&invocation, try option.value(entry, &rest))
                collector = entry.collectsWords ? entry : nil
            } else if let collector {
                collector.apply(&invocation, word)
            } else {
                invocation.operands.append(word)
            }
        }
        return (invocation, verb)
    }

    /// The place of the verb: the first word that is no option and no option's value, if it is a verb.
    private static func findVerb(_ arguments: [String]) throws(UsageError) -> Int? {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return nil }
            guard let option = try Option(word) else {
                return VerbTable.entry(word) == nil ? nil : rest.startIndex - 1
            }
            if let entry = VerbTable.anyOption(option.name), entry.value != nil, option.inlineValue == nil {
                _ = rest.popFirst()
            }
        }
        return nil
    }

    /// A word that is an option: `--name`, `--name=value`, `-n`, `-nvalue`.
    private struct Option {
        let word: String
        var name: String
        var inlineValue: String?

        /// nil for a word that is none.
        init?(_ word: String) throws(UsageError) {
            guard word.hasPrefix("-"), word != "-" else { return nil }
            self.word = word
            name = word
            if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                name = String(word[..<equals])
                inlineValue = String(word[word.index(after: equals)...])
            } else if !word.hasPrefix("--"), word.utf8.count > 2 {
                name = String(word.prefix(2))
                inlineValue = String(word.dropFirst(2))
            }
        }

        func entry(of verb: VerbEntry) throws(UsageError) -> OptionEntry {
            if let entry = verb.option(name) { return entry }
            if VerbTable.anyOption(name) != nil {
                throw UsageError(.unexpectedOption, argument: name, detail: verb.name)
            }
            let near = VerbTable.optionNames.compactMap { candidate in
                editDistance(Array(name.utf8), Array(candidate.utf8), limit: 3).map { ($0, candidate) }
            }.min { $0.0 < $1.0 }
            throw UsageError(.unknownOption, argument: name, detail: near?.1 ?? "")
        }

        func value(_ entry: OptionEntry, _ rest: inout ArraySlice<String>) throws(UsageError) -> String {
            guard let placeholder = entry.value else {
                if inlineValue != nil { throw UsageError(.unexpectedValue, argument: word) }
                return ""
            }
            guard let value = inlineValue ?? rest.popFirst() else {
                throw UsageError(.missingValue, argument: name, detail: placeholder)
            }
            let expectation =
                entry.choices.isEmpty || entry.choices.contains(value)
                ? entry.expectation(value) : "one of " + entry.choices.joined(separator: ", ")
            if let expectation {
                throw UsageError(.invalidValue, argument: "\(name) \(value)", detail: expectation)
            }
            return value
        }
    }
}
