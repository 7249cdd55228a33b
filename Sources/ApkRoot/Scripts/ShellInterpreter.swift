internal import ApkFormats

/// Follows a script as far as it is understood, and does to the planned root what it would do.
///
/// Nothing is executed. The first command that is not known ends it, and what it did so far is thrown away by the
/// caller.
struct ShellInterpreter {
    /// Why a script does not simply go on.
    enum Stop: Error {
        /// Something that only running the script could do; the text of the command.
        case notUnderstood(String)
        case exit(Int)
        /// The function that runs ends with a status.
        case leave(Int)
        case breakLoop
        case continueLoop
        case failed(RootError)
    }

    var merger: TreeMerger
    let stage: any StagedContents
    /// The time of everything that is made, in seconds since 1970.
    let time: Int
    /// What was done, in a few words each.
    var effects: [String] = []
    var variables = Self.environment
    /// Names whose values may not change any more.
    var constants: Set<String> = []
    /// The values that the local variables of the function that runs had outside of it; nil where none runs.
    var outerValues: [String: String?]?
    /// What `$0` is.
    let name: String
    var arguments: [String]
    var functions: [String: ShellCommand] = [:]
    var options: ShellOptions
    /// Whether something asks for the status of what is being done, so that it may fail.
    private var isTested = false
    var lastStatus = 0
    /// What commands write while their output is a word of another.
    var captured: String?
    private var budget = ShellBudget()

    /// - Parameter name: the script's own name, as apk calls it.
    init(
        merger: TreeMerger, stage: any StagedContents, time: Int, name: String, arguments: [String],
        options: ShellOptions
    ) {
        self.name = name
        self.merger = merger
        self.stage = stage
        self.time = time
        self.arguments = arguments
        self.options = options
    }

    /// Follows the whole script.
    ///
    /// - Throws: ``Stop`` where it is not understood, or would fail.
    mutating func run(_ script: ShellCommand) throws(Stop) {
        do throws(RootError) { try merger.readAccounts(stage) } catch { throw Stop(error, at: "etc/passwd") }
        var status = 0
        do throws(Stop) {
            status = try run(command: script)
        } catch {
            guard case .exit(let given) = error else { throw error }
            status = given
        }
        // apk calls that a failure, and the package broken.
        if status != 0 { throw .notUnderstood("exit \(status)") }
    }

    mutating func run(command: ShellCommand) throws(Stop) -> Int {
        try spend(ShellBudget.command)
        return try nested { interpreter throws(Stop) in try interpreter.follow(command) }
    }

    /// Does what something asks the status of.
    private mutating func test(_ command: ShellCommand) throws(Stop) -> Int {
        let outer = isTested
        isTested = true
        defer { isTested = outer }
        return try run(command: command)
    }

    /// Does what lies one level deeper.
    mutating func nested<Result>(
        _ body: (inout ShellInterpreter) throws(Stop) -> Result
    ) throws(Stop) -> Result {
        guard budget.descend() else { throw .notUnderstood(ShellBudget.exceeded) }
        defer { budget.ascend() }
        return try body(&self)
    }

    /// What a look at a path costs: while packages go, the whole tree is gone through for some.
    var pathWork: Int { ShellBudget.path + (merger.leftDirectories.isEmpty ? 0 : merger.tree.table.count) }

    /// Takes work off what one script may cause.
    mutating func spend(_ work: Int) throws(Stop) {
        guard budget.spend(work) else { throw .notUnderstood(ShellBudget.exceeded) }
    }

    /// Adds to a text that is being put together.
    mutating func append(_ part: some StringProtocol, to text: inout String) throws(Stop) {
        let length = part.utf8.count
        try spend(length * ShellBudget.byte)
        guard text.utf8.count + length <= ShellBudget.longestText else { throw .notUnderstood(ShellBudget.exceeded) }
        text += part
    }

    private mutating func follow(_ command: ShellCommand) throws(Stop) -> Int {
        switch command {
        case .simple(let simple):
            lastStatus = try run(simple)
            if lastStatus != 0, options.endsAtFailures, !isTested { throw .notUnderstood(simple.text) }
        case .sequence(let commands):
            if commands.isEmpty { lastStatus = 0 }
            for command in commands { lastStatus = try run(command: command) }
        case .and(let left, let right):
            lastStatus = try test(left)
            if lastStatus == 0 { lastStatus = try run(command: right) }
        case .or(let left, let right):
            lastStatus = try test(left)
            if lastStatus != 0 { lastStatus = try run(command: right) }
        case .not(let inner): lastStatus = try test(inner) == 0 ? 1 : 0
        case .conditional(let branches, let otherwise):
            for branch in branches where try test(branch.condition) == 0 {
                lastStatus = try run(command: branch.body)
                return lastStatus
            }
            lastStatus = try otherwise.map { command throws(Stop) in try run(command: command) } ?? 0
        case .choice(let word, let branches):
            let value = try text(of: word)
            lastStatus = 0
            for branch in branches {
                for pattern in branch.patterns where try matches(value, pattern: try self.pattern(of: pattern)) {
                    lastStatus = try run(command: branch.body)
                    return lastStatus
                }
            }
        case .loop(let variable, let words, let body):
            lastStatus = 0
            for value in try fields(of: words) {
                try assign(value, to: variable)
                do throws(Stop) {
                    lastStatus = try run(command: body)
                } catch {
                    if case .breakLoop = error { break }
                    guard case .continueLoop = error else { throw error }
                }
            }
        case .function(let name, let body):
            functions[name] = body
            lastStatus = 0
        case .unsupported(let source): throw .notUnderstood(source)
        }
        return lastStatus
    }

    private mutating func run(_ command: ShellSimpleCommand) throws(Stop) -> Int {
        var words = try fields(of: command.words)
        guard let first = words.first else {
            var status = 0
            for assignment in command.assignments {
                lastStatus = 0
                try assign(text(of: assignment.value), to: assignment.name)
                status = lastStatus
            }
            if command.usesFile { throw .notUnderstood(command.text) }
            return status
        }
        var outer: [String: String?] = [:]
        for assignment in command.assignments {
            if outer[assignment.name] == nil { outer[assignment.name] = variables[assignment.name] }
            try assign(text(of: assignment.value), to: assignment.name)
        }
        // Only to the shell's special commands are such values more than the command's own.
        defer {
            if functions[first] != nil || !Self.specialCommands.contains(first) {
                for (name, value) in outer { variables[name] = value }
            }
        }
        if first == "exec" || first == "command" && words.count > 1 && !words[1].hasPrefix("-") {
            words.removeFirst()
            guard !words.isEmpty else { return command.usesFile ? try unknown(command) : 0 }
            let status = try run(words, command)
            if first == "exec" { throw .exit(status) }
            return status
        }
        return try run(words, command)
    }

    private mutating func run(_ words: [String], _ command: ShellSimpleCommand) throws(Stop) -> Int {
        if command.usesFile { throw .notUnderstood(command.text) }
        let operands = Array(words.dropFirst())
        if let function = functions[words[0]] { return try call(function, operands) }
        switch words[0] {
        case ":", "true", "sync": return 0
        case "false": return 1
        case "exit": throw .exit(try status(operands, command))
        case "return": throw .leave(try status(operands, command))
        case "break" where operands.isEmpty || operands == ["1"]: throw .breakLoop
        case "continue" where operands.isEmpty || operands == ["1"]: throw .continueLoop
        case "set":
            for (place, operand) in operands.enumerated() {
                if operand == "--" {
                    arguments = Array(operands[(place + 1)...])
                    return 0
                }
                guard options.apply(operand) else { return try unknown(command) }
            }
            return 0
        case "shift" where operands.isEmpty && !arguments.isEmpty:
            arguments.removeFirst()
            return 0
        case "unset" where !operands.contains { $0.hasPrefix("-") }:
            for name in operands { try assign(nil, to: name) }
            return 0
        // With any other, what is made would have other modes.
        case "umask" where operands == ["022"] || operands == ["0022"]: return 0
        case "local" where outerValues == nil: return try unknown(command)
        case "local", "export", "readonly":
            for word in operands { try declare(word, by: words[0]) }
            return 0
        case "cd": return operands.first == "/" ? 0 : try unknown(command)
        case "printf":
            // Only for people: a format would have to be followed to be a word.
            return captured == nil ? 0 : try unknown(command)
        case "[", "test": return try test(operands, command) ? 0 : 1
        default:
            // What these do takes more than a look at a few paths.
            let isLong = ["busybox", "bbsuid", "busybox-extras", "update-ca-certificates"].contains(
                words[0].split(separator: "/").last)
            try spend((isLong ? ShellBudget.longCommand : 0) + words.count * pathWork)
            try spend((merger.accounts.passwd.count + merger.accounts.group.count) * ShellBudget.byte)
            do throws(RootError) {
                guard let status = try perform(words) else { throw RootError(.scriptNeedsYou, detail: command.text) }
                return status
            } catch {
                throw Stop(error, at: command.text)
            }
        }
    }

    func unknown(_ command: ShellSimpleCommand) throws(Stop) -> Int { throw .notUnderstood(command.text) }

    /// The status that `exit` and `return` give.
    private func status(_ operands: [String], _ command: ShellSimpleCommand) throws(Stop) -> Int {
        guard let first = operands.first else { return lastStatus }
        guard operands.count == 1, let status = Int(digits: first, atMost: 255) else {
            throw .notUnderstood(command.text)
        }
        return status
    }

    /// Takes what a command prints: it is a word of another command, or nobody's concern.
    mutating func write(_ text: String) throws(RootError) {
        guard captured != nil else { return }
        let length = text.utf8.count
        guard budget.spend(length * ShellBudget.byte),
            (captured?.utf8.count ?? 0) + length <= ShellBudget.longestText
        else { throw RootError(.scriptNeedsYou, detail: ShellBudget.exceeded) }
        captured? += text
    }
}
