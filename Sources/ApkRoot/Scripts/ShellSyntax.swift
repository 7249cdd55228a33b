/// The part of the shell's language that package scripts are mostly written in, as a tree.
///
/// What lies beyond it stands in the tree as ``unsupported(_:)``: that is only a problem where it would be reached.
indirect enum ShellCommand: Sendable {
    case simple(ShellSimpleCommand)
    case sequence([ShellCommand])
    case and(ShellCommand, ShellCommand)
    case or(ShellCommand, ShellCommand)
    case not(ShellCommand)
    case conditional([(condition: ShellCommand, body: ShellCommand)], otherwise: ShellCommand?)
    case choice(ShellWord, [(patterns: [ShellWord], body: ShellCommand)])
    case loop(variable: String, words: [ShellWord], body: ShellCommand)
    case function(String, ShellCommand)
    /// The source text of something else.
    case unsupported(String)
}

/// A command with its words.
struct ShellSimpleCommand: Sendable {
    var assignments: [(name: String, value: ShellWord)] = []
    var words: [ShellWord] = []
    /// Whether its output or input is a file, rather than nothing or another of its streams.
    var usesFile = false
    /// The source text, for reports.
    var text = ""
}

/// A word before its variables have values.
struct ShellWord: Sendable {
    enum Part: Sendable {
        /// Quoted text never is a pattern and is never split.
        case text(String, isQuoted: Bool)
        case variable(Variable, isQuoted: Bool)
        case output(ShellCommand, isQuoted: Bool)
        case unsupported(String)
    }

    /// `$name`, `${name}` and the forms that change the value.
    struct Variable: Sendable {
        enum Change: Sendable {
            case none
            /// `:-`, or `-`.
            case otherwise(ShellWord)
            /// `#` and `##`.
            case withoutPrefix(ShellWord, isLongest: Bool)
            /// `%` and `%%`.
            case withoutSuffix(ShellWord, isLongest: Bool)
        }

        var name: String
        var change = Change.none
    }

    var parts: [Part] = []

    /// The word if it is plain text without quotes, as reserved words are.
    var plainText: String? {
        guard parts.count == 1, case .text(let text, false) = parts[0] else { return nil }
        return text
    }
}
