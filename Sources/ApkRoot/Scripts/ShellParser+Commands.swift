// MARK: - Commands

extension ShellParser {
    /// The commands up to a reserved word, a parenthesis or the end.
    mutating func parseList(_ terminators: Set<String>) throws(Failure) -> ShellCommand {
        try nested { parser throws(Failure) in try parser.parseNestedList(terminators) }
    }

    private mutating func parseNestedList(_ terminators: Set<String>) throws(Failure) -> ShellCommand {
        var commands: [ShellCommand] = []
        while true {
            skipSeparators()
            guard let byte = next, byte != UInt8(ascii: ")"), !starts(with: ";;") else { break }
            if let word = reservedWord(), terminators.contains(word) { break }
            let start = position
            let command = try parseAndOr()
            if next == UInt8(ascii: "&") {
                position += 1
                commands.append(.unsupported(source(from: start)))
            } else {
                commands.append(command)
            }
        }
        return commands.count == 1 ? commands[0] : .sequence(commands)
    }

    func source(from start: Int) -> String { Self.excerpt(text[start..<position]) }

    /// As much of the first line of a text as a report needs.
    static func excerpt(_ text: some Collection<UInt8>) -> String {
        String(decoding: text.prefix(120).prefix { $0 != 0x0a }, as: UTF8.self)
    }

    mutating func parseAndOr() throws(Failure) -> ShellCommand {
        var command = try parsePipeline()
        for _ in 0..<Self.mostNested {
            skipBlanks()
            let isAnd = take("&&")
            guard isAnd || take("||") else { return command }
            skipBlanks()
            while takeNewline() { skipBlanks() }
            let other = try parsePipeline()
            command = isAnd ? .and(command, other) : .or(command, other)
        }
        throw Failure(line: line)
    }

    mutating func parsePipeline() throws(Failure) -> ShellCommand {
        skipBlanks()
        let start = position
        let isNegated = starts(with: "! ") && take("!")
        var command = try parseCommand()
        skipBlanks()
        var isPipe = false
        while next == UInt8(ascii: "|"), !starts(with: "||") {
            position += 1
            isPipe = true
            skipBlanks()
            while takeNewline() { skipBlanks() }
            _ = try parseCommand()
            skipBlanks()
        }
        if isPipe { command = .unsupported(source(from: start)) }
        return isNegated ? .not(command) : command
    }

    mutating func parseCommand() throws(Failure) -> ShellCommand {
        skipBlanks()
        let start = position
        switch reservedWord() {
        case "if": return try redirected(parseIf(), from: start)
        case "case": return try redirected(parseCase(), from: start)
        case "for": return try redirected(parseFor(), from: start)
        case "while", "until":
            position += 5
            _ = try parseList(["do"])
            try expect("do")
            _ = try parseList(["done"])
            try expect("done")
            return .unsupported(source(from: start))
        case "{":
            position += 1
            let body = try parseList(["}"])
            try expect("}")
            return try redirected(body, from: start)
        default: break
        }
        if take("(") {
            let body = try parseList([])
            guard take(")") else { throw Failure(line: line) }
            _ = body
            return .unsupported(source(from: start))
        }
        if let name = functionName() {
            skipBlanks()
            while takeNewline() { skipBlanks() }
            return .function(name, try nested { parser throws(Failure) in try parser.parseCommand() })
        }
        return try parseSimple()
    }

    /// A compound command with redirections behind it is only understood if these mean nothing.
    mutating func redirected(_ command: ShellCommand, from start: Int) throws(Failure) -> ShellCommand {
        var simple = ShellSimpleCommand()
        skipBlanks()
        while try parseRedirection(&simple) { skipBlanks() }
        return simple.usesFile ? .unsupported(source(from: start)) : command
    }

    mutating func expect(_ word: String) throws(Failure) {
        skipSeparators()
        guard reservedWord() == word else { throw Failure(line: line) }
        position += word.utf8.count
    }

    /// The name of a function that is defined here, with its parentheses taken.
    mutating func functionName() -> String? {
        let name = text[position...].prefix { Self.isNameByte($0) || $0 == UInt8(ascii: "-") }
        guard !name.isEmpty, text[(position + name.count)...].starts(with: "()".utf8) else { return nil }
        position += name.count + 2
        return String(decoding: name, as: UTF8.self)
    }

    mutating func parseIf() throws(Failure) -> ShellCommand {
        position += 2
        var branches: [(condition: ShellCommand, body: ShellCommand)] = []
        while true {
            let condition = try parseList(["then"])
            try expect("then")
            branches.append((condition, try parseList(["elif", "else", "fi"])))
            switch reservedWord() {
            case "elif": position += 4
            case "else":
                position += 4
                let otherwise = try parseList(["fi"])
                try expect("fi")
                return .conditional(branches, otherwise: otherwise)
            default:
                try expect("fi")
                return .conditional(branches, otherwise: nil)
            }
        }
    }

    mutating func parseCase() throws(Failure) -> ShellCommand {
        position += 4
        skipBlanks()
        let word = try parseOneWord()
        try expect("in")
        var branches: [(patterns: [ShellWord], body: ShellCommand)] = []
        while true {
            skipSeparators()
            if reservedWord() == "esac" {
                position += 4
                return .choice(word, branches)
            }
            _ = take("(")
            var patterns: [ShellWord] = []
            repeat {
                skipBlanks()
                patterns.append(try parseOneWord())
                skipBlanks()
            } while take("|")
            guard take(")") else { throw Failure(line: line) }
            branches.append((patterns, try parseList(["esac"])))
            skipBlanks()
            _ = take(";;")
            guard position < text.count else { throw Failure(line: line) }
        }
    }

    mutating func parseFor() throws(Failure) -> ShellCommand {
        position += 3
        skipBlanks()
        guard let variable = try parseOneWord().plainText, Self.isName(variable) else { throw Failure(line: line) }
        skipBlanks()
        var words = [ShellWord(parts: [.variable(ShellWord.Variable(name: "@"), isQuoted: true)])]
        if reservedWord() == "in" {
            position += 2
            words = []
            skipBlanks()
            while let byte = next, byte != 0x0a, byte != UInt8(ascii: ";") {
                words.append(try parseOneWord())
                skipBlanks()
            }
        }
        try expect("do")
        let body = try parseList(["done"])
        try expect("done")
        return .loop(variable: variable, words: words, body: body)
    }
}
