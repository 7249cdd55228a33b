internal import ApkFormats

/// What following one script may take: a few lines can ask for any time and any memory, and nobody waits for that.
///
/// The unit of work is about what a byte costs to look at.
struct ShellBudget {
    /// What people read where a script asks for more.
    static let exceeded = "a script that does not come to its end"
    /// The bytes that one text may have.
    static let longestText = 64 << 10

    // What things cost.
    static let byte = 8
    static let field = 256
    static let command = 1 << 13
    /// Looking at a path, or making something there.
    static let path = 1 << 14
    /// Going through a program or all certificates.
    static let longCommand = 1 << 22

    private var workLeft = 1 << 28
    private var levelsLeft = 50

    /// - Returns: whether there was as much left.
    mutating func spend(_ work: Int) -> Bool {
        workLeft -= min(work, workLeft)
        return workLeft > 0
    }

    /// Goes one level deeper: commands in commands, functions, words in words.
    ///
    /// - Returns: false where that would be too deep; then there is nothing to come up from.
    mutating func descend() -> Bool {
        guard levelsLeft > 0 else { return false }
        levelsLeft -= 1
        return true
    }

    mutating func ascend() { levelsLeft += 1 }
}

extension ShellInterpreter.Stop {
    /// What planning found at a command of a script: what the root does not allow is for a person to look at, and only
    /// what keeps the root from being read ends the run.
    init(_ error: RootError, at command: String) {
        switch error.code {
        case .scriptNeedsYou: self = .notUnderstood(error.detail.isEmpty ? command : error.detail)
        case .reservedPath, .pathThroughLink, .tooManyLinks, .typeConflict: self = .notUnderstood(command)
        default: self = .failed(error)
        }
    }
}

extension FixedWidthInteger {
    /// A number of digits only: signs, which Swift's own readers take, mean something else to the commands of a shell.
    init?(digits: some StringProtocol, radix: Int = 10, atMost most: Self) {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Self(digits, radix: radix),
            number <= most
        else { return nil }
        self = number
    }
}
