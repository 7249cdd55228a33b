// MARK: - Words

extension ShellParser {
    /// A word where there must be one.
    mutating func parseOneWord() throws(Failure) -> ShellWord {
        let start = position
        let word = try parseWord()
        guard position > start else { throw Failure(line: line) }
        return word
    }

    /// Text as it stands in a script; what is no UTF-8 would become another text.
    private static func part(_ bytes: some Sequence<UInt8>, isQuoted: Bool) -> ShellWord.Part {
        String(validating: bytes, as: UTF8.self).map { .text($0, isQuoted: isQuoted) }
            ?? .unsupported("a text that is not UTF-8")
    }

    mutating func parseWord() throws(Failure) -> ShellWord {
        var word = ShellWord()
        var plain: [UInt8] = []
        func flush(_ word: inout ShellWord, _ plain: inout [UInt8]) {
            guard !plain.isEmpty else { return }
            word.parts.append(Self.part(plain, isQuoted: false))
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
                    // The bytes of one character stay together.
                    let rest = text[position...].prefix { escaped >= 0x80 && $0 & 0xc0 == 0x80 }
                    position += rest.count
                    word.parts.append(Self.part([escaped] + rest, isQuoted: true))
                }
            case UInt8(ascii: "'"):
                flush(&word, &plain)
                position += 1
                let content = text[position...].prefix { $0 != UInt8(ascii: "'") }
                line += content.count { $0 == 0x0a }
                position += content.count
                guard next != nil else { throw Failure(line: line) }
                position += 1
                word.parts.append(Self.part(content, isQuoted: true))
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
                    word.parts.append(Self.part(content, isQuoted: true))
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
                    word.parts.append(Self.part(content, isQuoted: true))
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
        try nested { parser throws(Failure) in try parser.parseNestedExpansion(&word, isQuoted: isQuoted) }
    }

    private mutating func parseNestedExpansion(_ word: inout ShellWord, isQuoted: Bool) throws(Failure) {
        if take("`") {
            let content = text[position...].prefix { $0 != UInt8(ascii: "`") }
            position += content.count
            guard take("`") else { throw Failure(line: line) }
            // Backslashes in it have a meaning of their own.
            guard !content.contains(UInt8(ascii: "\\")) else {
                word.parts.append(.unsupported(String(decoding: content.prefix(60), as: UTF8.self)))
                return
            }
            var inner = ShellParser(content, in: self)
            word.parts.append(.output(try inner.parse(), isQuoted: isQuoted))
            line += content.count { $0 == 0x0a }
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
        let source = "${" + String(decoding: text[start..<position].prefix(60), as: UTF8.self)
        guard let mark else {
            word.parts.append(.unsupported(source))
            return
        }
        var inner = ShellParser(text[bodyStart..<position - 1], in: self)
        let operand = try inner.parseWord()
        guard inner.position == inner.text.count else {
            word.parts.append(.unsupported(source))
            return
        }
        switch mark {
        case ":-", "-": variable.change = .otherwise(operand)
        case "##", "#": variable.change = .withoutPrefix(operand, isLongest: mark.utf8.count == 2)
        default: variable.change = .withoutSuffix(operand, isLongest: mark.utf8.count == 2)
        }
        word.parts.append(.variable(variable, isQuoted: isQuoted))
    }
}
