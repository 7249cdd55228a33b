/// One option of the command line: read by the parser, shown by the help.
///
/// Several verbs may have an option of the same name with different meanings; whether it takes a value must be the same
/// for all, because options may stand before the verb.
struct OptionEntry: Sendable {
    /// The names, the long one first.
    var names: [String]
    /// What the value is called in the help; nil for a switch.
    var value: String?
    /// The allowed values; empty for any.
    var choices: [String] = []
    /// Whether words that follow the value belong to it too, up to the next option.
    var collectsWords = false
    /// Says what is expected where a value is not acceptable; nil for a good one.
    var expectation: @Sendable (String) -> String? = { _ in nil }
    var help: String
    var apply: @Sendable (inout Invocation, String) -> Void

    /// A whole number above 0, and at most `most`.
    static func positiveNumber(most: Int = .max) -> @Sendable (String) -> String? {
        return { text in
            if let number = Int(text), number > 0, number <= most { return nil }
            return most == .max ? "a number above 0" : "a number from 1 to \(most)"
        }
    }

    /// `--format` with a verb's own choices.
    static func format(_ choices: [String], _ help: String) -> OptionEntry {
        OptionEntry(names: ["--format"], value: "FORMAT", choices: choices, help: help) { $0.format = $1 }
    }
}
