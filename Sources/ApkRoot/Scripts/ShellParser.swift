/// Reads a script into a ``ShellCommand``.
struct ShellParser {
    /// The text is no script as a shell would take it, or beyond what is read here.
    struct Failure: Error {
        var line: Int
    }

    private let text: [UInt8]
    private var position = 0
    private var line = 1
    /// Here-documents whose text begins on the next line.
    private var pendingDocuments: [(end: [UInt8], stripsTabs: Bool)] = []
    private var depth = 0

    init(_ text: [UInt8]) { self.text = text }

    /// The whole script.
    mutating func parse() throws(Failure) -> ShellCommand {
        let command = try parseList([])
        guard position == text.count else { throw Failure(line: line) }
        return command
    }

    // MARK: - Characters

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private func starts(with prefix: String) -> Bool { text[position...].starts(with: prefix.utf8) }

    private mutating func take(_ prefix: String) -> Bool {
        guard starts(with: prefix) else { return false }
        position += prefix.utf8.count
        return true
    }

    /// Skips blanks, comments and lines that go on.
    private mutating func skipBlanks() {
        while let byte = next {
            if byte == 0x20 || byte == 0x09 || byte == 0x0d {
                position += 1
            } else if starts(with: "\\\n") {
                position += 2
                line += 1
            } else if byte == UInt8(ascii: "#") {
                while let byte = next, byte != 0x0a { position += 1 }
            } else {
                return
            }
        }
    }

    private mutating func takeNewline() -> Bool {
        guard next == 0x0a else { return false }
        position += 1
        line += 1
        for document in pendingDocuments { skip(document) }
        pendingDocuments = []
        return true
    }

    private mutating func skip(_ document: (end: [UInt8], stripsTabs: Bool)) {
        while position < text.count {
            let end = text[position...].firstIndex(of: 0x0a) ?? text.count
            var content = text[position..<end]
            position = min(end + 1, text.count)
            line += 1
            if document.stripsTabs { content = content.drop { $0 == 0x09 } }
            if content.elementsEqual(document.end) { return }
        }
    }

    private mutating func skipSeparators() {
        while true {
            skipBlanks()
            if takeNewline() { continue }
            if next == UInt8(ascii: ";"), !starts(with: ";;") {
                position += 1
                continue
            }
            return
        }
    }

    /// The reserved word that comes next, without taking it.
    private func reservedWord() -> String? {
        let word = text[position...].prefix {
            ($0 >= 0x61 && $0 <= 0x7a) || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}")
        }
        let end = position + word.count
        let isEnd = end == text.count || " \t\n;)".utf8.contains(text[end])
        return isEnd && !word.isEmpty ? String(decoding: word, as: UTF8.self) : nil
    }

    // MARK: - Commands

    private mutating func parseList(_ terminators: Set<String>) throws(Failure) -> ShellCommand {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw Failure(line: line) }
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

    private func source(from start: Int) -> String {
        let bytes = text[start..<position].prefix { $0 != 0x0a }
        return String(decoding: bytes.prefix(120), as: UTF8.self)
    }

    private mutating func parseAndOr() throws(Failure) -> ShellCommand {
        var command = try parsePipeline()
        while true {
            skipBlanks()
            let isAnd = take("&&")
            guard isAnd || take("||") else { return command }
            skipBlanks()
            while takeNewline() { skipBlanks() }
            let other = try parsePipeline()
            command = isAnd ? .and(command, other) : .or(command, other)
        }
    }

    private mutating func parsePipeline() throws(Failure) -> ShellCommand {
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

    private mutating func parseCommand() throws(Failure) -> ShellCommand {
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
            return .function(name, try parseCommand())
        }
        return try parseSimple()
    }

    /// A compound command with redirections behind it is only understood if these mean nothing.
    private mutating func redirected(_ command: ShellCommand, from start: Int) throws(Failure) -> ShellCommand {
        var simple = ShellSimpleCommand()
        skipBlanks()
        while try parseRedirection(&simple) { skipBlanks() }
        return simple.usesFile ? .unsupported(source(from: start)) : command
    }

    private mutating func expect(_ word: String) throws(Failure) {
        skipSeparators()
        guard reservedWord() == word else { throw Failure(line: line) }
        position += word.utf8.count
    }

    /// The name of a function that is defined here, with its parentheses taken.
    private mutating func functionName() -> String? {
        let name = text[position...].prefix { Self.isNameByte($0) || $0 == UInt8(ascii: "-") }
        guard !name.isEmpty, text[(position + name.count)...].starts(with: "()".utf8) else { return nil }
        position += name.count + 2
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func parseIf() throws(Failure) -> ShellCommand {
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

    private mutating func parseCase() throws(Failure) -> ShellCommand {
        position += 4
        skipBlanks()
        let word = try parseWord()
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
                patterns.append(try parseWord())
                skipBlanks()
            } while take("|")
            guard take(")") else { throw Failure(line: line) }
            branches.append((patterns, try parseList(["esac"])))
            skipBlanks()
            _ = take(";;")
            guard position < text.count else { throw Failure(line: line) }
        }
    }

    private mutating func parseFor() throws(Failure) -> ShellCommand {
        position += 3
        skipBlanks()
        guard let variable = try parseWord().plainText else { throw Failure(line: line) }
        skipBlanks()
        var words = [ShellWord(parts: [.variable(ShellWord.Variable(name: "@"), isQuoted: true)])]
        if reservedWord() == "in" {
            position += 2
            words = []
            skipBlanks()
            while let byte = next, byte != 0x0a, byte != UInt8(ascii: ";") {
                words.append(try parseWord())
                skipBlanks()
            }
        }
        try expect("do")
        let body = try parseList(["done"])
        try expect("done")
        return .loop(variable: variable, words: words, body: body)
    }

    private mutating func parseSimple() throws(Failure) -> ShellCommand {
        let start = position
        var command = ShellSimpleCommand()
        while true {
            skipBlanks()
            guard let byte = next, !"\n;&|()".utf8.contains(byte) || starts(with: "&>") else { break }
            if try parseRedirection(&command) { continue }
            let wordStart = position
            let word = try parseWord()
            guard position > wordStart else { throw Failure(line: line) }
            if command.words.isEmpty, let assignment = assignment(word) {
                command.assignments.append(assignment)
            } else {
                command.words.append(word)
            }
        }
        guard position > start else { throw Failure(line: line) }
        command.text = source(from: start)
        return .simple(command)
    }

    private func assignment(_ word: ShellWord) -> (name: String, value: ShellWord)? {
        guard case .text(let first, false)? = word.parts.first, let equals = first.firstIndex(of: "=") else {
            return nil
        }
        let name = first[..<equals]
        guard let initial = name.utf8.first, !(0x30...0x39).contains(initial), name.utf8.allSatisfy(Self.isNameByte)
        else {
            return nil
        }
        let rest = String(first[first.index(after: equals)...])
        let head = rest.isEmpty ? [] : [ShellWord.Part.text(rest, isQuoted: false)]
        return (String(name), ShellWord(parts: head + word.parts.dropFirst()))
    }

    /// Takes a redirection, if one comes next.
    private mutating func parseRedirection(_ command: inout ShellSimpleCommand) throws(Failure) -> Bool {
        var end = position
        while end < text.count, (0x30...0x39).contains(text[end]) { end += 1 }
        let rest = text[end...]
        if rest.starts(with: "<<".utf8) {
            position = end + 2
            let stripsTabs = take("-")
            skipBlanks()
            let word = text[position...].prefix { !" \t\n;".utf8.contains($0) }
            position += word.count
            pendingDocuments.append((word.filter { !"'\"\\".utf8.contains($0) }, stripsTabs))
            return true
        }
        if rest.starts(with: "&>".utf8), end == position {
            position += 2
            skipBlanks()
            if try parseWord().plainText != "/dev/null" { command.usesFile = true }
            return true
        }
        guard let mark = rest.first, mark == UInt8(ascii: ">") || mark == UInt8(ascii: "<") else { return false }
        position = end + 1
        if take(">") || take("|") {}
        if take("&") {
            while let digit = next, (0x30...0x39).contains(digit) || digit == UInt8(ascii: "-") { position += 1 }
            return true
        }
        skipBlanks()
        if try parseWord().plainText != "/dev/null" { command.usesFile = true }
        return true
    }

    // MARK: - Words

    private mutating func parseWord() throws(Failure) -> ShellWord {
        var word = ShellWord()
        var plain: [UInt8] = []
        func flush(_ word: inout ShellWord, _ plain: inout [UInt8]) {
            guard !plain.isEmpty else { return }
            word.parts.append(.text(String(decoding: plain, as: UTF8.self), isQuoted: false))
            plain = []
        }
        while let byte = next, !" \t\n;&|()<>".utf8.contains(byte) {
            switch byte {
            case UInt8(ascii: "\\"):
                position += 1
                guard let escaped = next else { break }
                position += 1
                if escaped == 0x0a {
                    line += 1
                } else {
                    flush(&word, &plain)
                    word.parts.append(.text(String(decoding: [escaped], as: UTF8.self), isQuoted: true))
                }
            case UInt8(ascii: "'"):
                flush(&word, &plain)
                position += 1
                let content = text[position...].prefix { $0 != UInt8(ascii: "'") }
                line += content.count { $0 == 0x0a }
                position += content.count
                guard next != nil else { throw Failure(line: line) }
                position += 1
                word.parts.append(.text(String(decoding: content, as: UTF8.self), isQuoted: true))
            case UInt8(ascii: "\""):
                flush(&word, &plain)
                try parseDoubleQuoted(&word)
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                flush(&word, &plain)
                try parseExpansion(&word, isQuoted: false)
            default:
                plain.append(byte)
                position += 1
            }
        }
        flush(&word, &plain)
        return word
    }

    private mutating func parseDoubleQuoted(_ word: inout ShellWord) throws(Failure) {
        position += 1
        var content: [UInt8] = []
        // Even nothing in quotes is a word.
        word.parts.append(.text("", isQuoted: true))
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                if !content.isEmpty {
                    word.parts.append(.text(String(decoding: content, as: UTF8.self), isQuoted: true))
                }
                return
            case UInt8(ascii: "\\"):
                position += 1
                guard let escaped = next else { throw Failure(line: line) }
                position += 1
                if escaped == 0x0a { line += 1; continue }
                if !"$`\"\\".utf8.contains(escaped) { content.append(byte) }
                content.append(escaped)
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                if !content.isEmpty {
                    word.parts.append(.text(String(decoding: content, as: UTF8.self), isQuoted: true))
                }
                content = []
                try parseExpansion(&word, isQuoted: true)
            default:
                if byte == 0x0a { line += 1 }
                content.append(byte)
                position += 1
            }
        }
        throw Failure(line: line)
    }

    private mutating func parseExpansion(_ word: inout ShellWord, isQuoted: Bool) throws(Failure) {
        if take("`") {
            let content = text[position...].prefix { $0 != UInt8(ascii: "`") }
            position += content.count + 1
            var inner = ShellParser(Array(content))
            inner.line = line
            word.parts.append(.output(try inner.parse(), isQuoted: isQuoted))
            return
        }
        position += 1
        if take("((") {
            while position < text.count, !take("))") { position += 1 }
            word.parts.append(.unsupported("$((…))"))
        } else if take("(") {
            let command = try parseList([])
            guard take(")") else { throw Failure(line: line) }
            word.parts.append(.output(command, isQuoted: isQuoted))
        } else if take("{") {
            try parseBraces(&word, isQuoted: isQuoted)
        } else if let byte = next, Self.isNameByte(byte), !(0x30...0x39).contains(byte) {
            let name = text[position...].prefix(while: Self.isNameByte)
            position += name.count
            word.parts.append(.variable(.init(name: String(decoding: name, as: UTF8.self)), isQuoted: isQuoted))
        } else if let byte = next, "0123456789@*#?".utf8.contains(byte) {
            position += 1
            word.parts.append(.variable(.init(name: String(decoding: [byte], as: UTF8.self)), isQuoted: isQuoted))
        } else if let byte = next, "$!-".utf8.contains(byte) {
            position += 1
            word.parts.append(.unsupported("$\(Character(Unicode.Scalar(byte)))"))
        } else {
            word.parts.append(.text("$", isQuoted: isQuoted))
        }
    }

    private mutating func parseBraces(_ word: inout ShellWord, isQuoted: Bool) throws(Failure) {
        let start = position
        let name = text[position...].prefix {
            Self.isNameByte($0) || "@*#?".utf8.contains($0) && $0 != UInt8(ascii: "#")
        }
        position += name.count
        var variable = ShellWord.Variable(name: String(decoding: name, as: UTF8.self))
        if !name.isEmpty, take("}") {
            word.parts.append(.variable(variable, isQuoted: isQuoted))
            return
        }
        let marks = [":-", "-", "##", "#", "%%", "%"]
        let mark = name.isEmpty ? nil : marks.first { take($0) }
        // The word behind the mark goes to the brace that closes this one.
        let bodyStart = position
        var level = 1
        while let byte = next, level > 0 {
            if byte == UInt8(ascii: "{") { level += 1 }
            if byte == UInt8(ascii: "}") { level -= 1 }
            position += 1
        }
        guard level == 0 else { throw Failure(line: line) }
        guard let mark else {
            word.parts.append(.unsupported("${\(String(decoding: text[start..<position].prefix(60), as: UTF8.self))"))
            return
        }
        var inner = ShellParser(Array(text[bodyStart..<position - 1]))
        inner.line = line
        let operand = try inner.parseWord()
        switch mark {
        case ":-", "-": variable.change = .otherwise(operand)
        case "##", "#": variable.change = .withoutPrefix(operand, isLongest: mark.utf8.count == 2)
        default: variable.change = .withoutSuffix(operand, isLongest: mark.utf8.count == 2)
        }
        word.parts.append(.variable(variable, isQuoted: isQuoted))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (0x30...0x39).contains(byte)
    }
}
