extension JSON {
    /// Reads one JSON value (RFC 8259) as documents of ours hold it: UTF-8, numbers without exponents, no key twice in one
    /// object, at most 64 levels, nothing after the value.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-json` and the line.
    package init(parsing text: [UInt8]) throws(FormatError) {
        var reader = JSONReader(text)
        self = try reader.document()
    }

    /// One step from a value to a value in it.
    package enum Step: Hashable, Sendable {
        case key(String)
        case element(Int)
    }

    /// The line, counted from 1, on which the value at a place begins, or the innermost value around it that there is.
    package static func line(of place: [Step], in text: [UInt8]) -> Int? {
        var reader = JSONReader(text)
        reader.wanted = place
        _ = try? reader.document()
        return reader.foundLine
    }

    /// The member of an object; nil for other values and where there is none.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == key }?.1
    }

    /// The members of an object.
    package var members: [(String, JSON)]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements of an array.
    package var elements: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    package var integer: Int? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

extension FormatError.Code {
    /// A text that should be JSON, or of a certain JSON form, is not.
    public static let invalidJSON = FormatError.Code(rawValue: "invalid-json")
}

/// Reads JSON text from its front to its end.
private struct JSONReader {
    private let text: [UInt8]
    private var position = 0
    /// The place whose line is looked for, and the part of it that the reader is in.
    var wanted: [JSON.Step]?
    private var matched = 0
    private(set) var foundLine: Int?
    /// Documents of ours have five levels; a bound keeps hostile ones off the stack.
    private static let mostLevels = 64

    init(_ text: [UInt8]) { self.text = text }

    mutating func document() throws(FormatError) -> JSON {
        let value = try self.value(level: 0)
        skipBlanks()
        guard position == text.count else { throw error("nothing after the value") }
        return value
    }

    private mutating func value(level: Int) throws(FormatError) -> JSON {
        guard level < Self.mostLevels else { throw error("at most \(Self.mostLevels) levels") }
        skipBlanks()
        if wanted != nil, matched == level { foundLine = line }
        switch peek {
        case UInt8(ascii: "{"): return try object(level: level)
        case UInt8(ascii: "["): return try array(level: level)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func value(at step: JSON.Step, level: Int) throws(FormatError) -> JSON {
        guard let wanted else { return try value(level: level) }
        let isOnTheWay = matched == level - 1 && matched < wanted.count && wanted[matched] == step
        if isOnTheWay { matched += 1 }
        defer { if isOnTheWay { matched -= 1 } }
        return try value(level: level)
    }

    private mutating func object(level: Int) throws(FormatError) -> JSON {
        position += 1
        var members: [(String, JSON)] = []
        var keys: Set<String> = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw error("a key in quotes") }
            let key = try string()
            guard keys.insert(key).inserted else { throw error("each key once", found: key) }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw error("`:` after a key") }
            members.append((key, try value(at: .key(key), level: level + 1)))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("`,` or `}`") }
        return .object(members)
    }

    private mutating func array(level: Int) throws(FormatError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            elements.append(try value(at: .element(elements.count), level: level + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("`,` or `]`") }
        return .array(elements)
    }

    private mutating func string() throws(FormatError) -> String {
        position += 1
        var bytes: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("no control character in a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                bytes += String(try escape()).utf8
            } else {
                bytes.append(byte)
            }
        }
        guard take(UInt8(ascii: "\"")) else { throw error("the end of a string") }
        guard let string = String(validating: bytes, as: UTF8.self) else { throw error("UTF-8") }
        return string
    }

    /// What stands for the characters after a backslash.
    private mutating func escape() throws(FormatError) -> Unicode.Scalar {
        guard let byte = peek else { throw error("the end of a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var unit = try codeUnit()
            if unit & 0xfc00 == 0xd800 {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("a second surrogate") }
                let low = try codeUnit()
                guard low & 0xfc00 == 0xdc00 else { throw error("a second surrogate") }
                unit = 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
            }
            guard let scalar = Unicode.Scalar(unit) else { throw error("a character") }
            return scalar
        default: throw error("an escape that JSON has")
        }
    }

    private mutating func codeUnit() throws(FormatError) -> UInt32 {
        guard position + 4 <= text.count else { throw error("four hexadecimal digits") }
        var unit: UInt32 = 0
        for byte in text[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
        }
        position += 4
        return unit
    }

    private mutating func number() throws(FormatError) -> JSON {
        let start = position
        let marks: [UInt8] = Array("+-.eE".utf8)
        while let byte = peek, (0x30...0x39).contains(byte) || marks.contains(byte) { position += 1 }
        let digits = String(decoding: text[start..<position], as: UTF8.self)
        let magnitude = digits.hasPrefix("-") ? digits.dropFirst() : digits[...]
        let isPlain = !magnitude.isEmpty && magnitude.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isPlain, magnitude.utf8.count == 1 || magnitude.first != "0", let integer = Int(digits) {
            return .integer(integer)
        }
        // Digits on both sides of the point, as JSON asks for.
        let parts = magnitude.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let number = Double(digits)
        {
            return .number(number)
        }
        position = start
        throw error("a value")
    }

    private mutating func word(_ word: String, _ value: JSON) throws(FormatError) -> JSON {
        guard text[position...].starts(with: word.utf8) else { throw error("a value") }
        position += word.utf8.count
        return value
    }

    private var peek: UInt8? { position < text.count ? text[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private var line: Int { 1 + text[..<min(position, text.count)].count { $0 == 0x0a } }

    private func error(_ expected: String, found: String? = nil) -> FormatError {
        let rest = text[min(position, text.count)...].prefix { $0 != 0x0a }.prefix(40)
        return FormatError(
            .invalidJSON, line: line, text: found ?? String(decoding: rest, as: UTF8.self), expected: expected)
    }
}
