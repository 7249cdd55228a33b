// MARK: - Commands of words, and their redirections

extension ShellParser {
    mutating func parseSimple() throws(Failure) -> ShellCommand {
        let start = position
        var command = ShellSimpleCommand()
        while true {
            skipBlanks()
            guard let byte = next, !"\n;&|()".utf8.contains(byte) || starts(with: "&>") else { break }
            if try parseRedirection(&command) { continue }
            let word = try parseOneWord()
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

    func assignment(_ word: ShellWord) -> (name: String, value: ShellWord)? {
        guard case .text(let first, false)? = word.parts.first, let equals = first.firstIndex(of: "=") else {
            return nil
        }
        let name = String(first[..<equals])
        guard Self.isName(name) else { return nil }
        let rest = String(first[first.index(after: equals)...])
        let head = rest.isEmpty ? [] : [ShellWord.Part.text(rest, isQuoted: false)]
        return (name, ShellWord(parts: head + word.parts.dropFirst()))
    }

    /// Takes a redirection, if one comes next.
    mutating func parseRedirection(_ command: inout ShellSimpleCommand) throws(Failure) -> Bool {
        var end = position
        while end < text.count, (0x30...0x39).contains(text[end]) { end += 1 }
        let rest = text[end...]
        if rest.starts(with: "<<".utf8) {
            position = end + 2
            // A text that is given in the line itself has no end to look for.
            guard next != UInt8(ascii: "<") else { throw Failure(line: line) }
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
            let start = position
            while let digit = next, (0x30...0x39).contains(digit) || digit == UInt8(ascii: "-") { position += 1 }
            if position == start { command.usesFile = true }
            return true
        }
        skipBlanks()
        if try parseWord().plainText != "/dev/null" { command.usesFile = true }
        return true
    }
}
