/// Reads a script into a ``ShellCommand``.
struct ShellParser {
    /// The text is no script as a shell would take it, or beyond what is read here.
    struct Failure: Error {
        var line: Int
    }

    /// No script of a package is nearly as long; what is read takes many times its memory.
    private static let mostBytes = 256 << 10
    /// How deep commands and expansions may lie in each other, and how long a chain of `&&` and `||` may be: whatever
    /// goes through a tree of them calls itself.
    static let mostNested = 50

    let text: [UInt8]
    var position = 0
    var line = 1
    /// Here-documents whose text begins on the next line.
    var pendingDocuments: [(end: [UInt8], stripsTabs: Bool)] = []
    private var depth = 0

    init(_ text: [UInt8]) { self.text = text }

    /// Reads a part of another's text, which lies as deep as what the other reads.
    init(_ text: ArraySlice<UInt8>, in outer: ShellParser) {
        self.text = Array(text)
        line = outer.line
        depth = outer.depth
    }

    /// The whole script.
    mutating func parse() throws(Failure) -> ShellCommand {
        // A shell drops zero bytes, and no name can hold one.
        guard text.count <= Self.mostBytes, !text.contains(0) else { throw Failure(line: line) }
        let command = try parseList([])
        guard position == text.count else { throw Failure(line: line) }
        return command
    }

    /// Reads what lies one level deeper.
    mutating func nested<Result>(
        _ body: (inout ShellParser) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostNested else { throw Failure(line: line) }
        return try body(&self)
    }

    // MARK: - Characters

    var next: UInt8? { position < text.count ? text[position] : nil }

    func starts(with prefix: String) -> Bool { text[position...].starts(with: prefix.utf8) }

    mutating func take(_ prefix: String) -> Bool {
        guard starts(with: prefix) else { return false }
        position += prefix.utf8.count
        return true
    }

    /// Skips blanks, comments and lines that go on.
    mutating func skipBlanks() {
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

    mutating func takeNewline() -> Bool {
        guard next == 0x0a else { return false }
        position += 1
        line += 1
        for document in pendingDocuments { skip(document) }
        pendingDocuments = []
        return true
    }

    mutating func skip(_ document: (end: [UInt8], stripsTabs: Bool)) {
        while position < text.count {
            let end = text[position...].firstIndex(of: 0x0a) ?? text.count
            var content = text[position..<end]
            position = min(end + 1, text.count)
            line += 1
            if document.stripsTabs { content = content.drop { $0 == 0x09 } }
            if content.elementsEqual(document.end) { return }
        }
    }

    mutating func skipSeparators() {
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
    func reservedWord() -> String? {
        let word = text[position...].prefix {
            ($0 >= 0x61 && $0 <= 0x7a) || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}")
        }
        let end = position + word.count
        let isEnd = end == text.count || " \t\n;)".utf8.contains(text[end])
        return isEnd && !word.isEmpty ? String(decoding: word, as: UTF8.self) : nil
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (0x30...0x39).contains(byte)
    }

    /// Whether a text can be a variable's name.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy(isNameByte)
    }
}
