/// A JSON value; members keep their order, so that the same value is always the same text.
package enum JSON: Sendable {
    case object([(String, JSON)])
    case array([JSON])
    case string(String)
    case integer(Int)
    /// Written with three decimals.
    case number(Double)
    case bool(Bool)
    case null
    /// A value that was written before, in one line.
    case written([UInt8])

    /// The value as text, in one line.
    package var line: String { String(decoding: lineBytes(), as: UTF8.self) }

    /// The bytes of ``line``.
    ///
    /// - Parameter size: about how many there will be.
    package func lineBytes(expecting size: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        write(to: &bytes, indent: nil)
        return bytes
    }

    /// The value as text over several lines, two blanks a level.
    package var pretty: String {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: 0)
        bytes.append(UInt8(ascii: "\n"))
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .object(let members):
            // Only what is laid out over lines asks what is flat.
            let isFlat = indent == nil || members.allSatisfy { $0.1.isScalar }
            JSON.write(members.count, "{", "}", isFlat ? nil : indent, &bytes) { place, bytes, indent in
                JSON.write(members[place].0, to: &bytes)
                bytes.append(": ")
                members[place].1.write(to: &bytes, indent: indent)
            }
        case .array(let elements):
            let isFlat = indent == nil || elements.allSatisfy { $0.isScalar }
            JSON.write(elements.count, "[", "]", isFlat ? nil : indent, &bytes) { place, bytes, indent in
                elements[place].write(to: &bytes, indent: indent)
            }
        case .string(let string): JSON.write(string, to: &bytes)
        case .integer(let integer): bytes += String(integer).utf8
        case .number(let number):
            // Times and ratios have three digits. What is no number, or larger than any that is meant, has no form.
            guard abs(number) < 1e15 else {
                bytes += (Int(exactly: number.rounded()).map { String($0) } ?? "null").utf8
                return
            }
            let thousandths = Int((abs(number) * 1000).rounded())
            let fraction = String(1000 + thousandths % 1000).dropFirst()
            bytes += ((number < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000).\(fraction)").utf8
        case .bool(let bool): bytes.append(bool ? "true" : "false")
        case .null: bytes.append("null")
        case .written(let text): bytes += text
        }
    }

    private var isScalar: Bool {
        switch self {
        case .object(let members): members.isEmpty
        case .array(let elements): elements.isEmpty
        default: true
        }
    }

    private static func write(
        _ count: Int, _ open: StaticString, _ close: StaticString, _ indent: Int?, _ bytes: inout [UInt8],
        element: (Int, inout [UInt8], Int?) -> Void
    ) {
        bytes.append(open)
        for place in 0..<count {
            if let indent {
                bytes.append(place == 0 ? "\n" : ",\n")
                bytes += repeatElement(UInt8(ascii: " "), count: 2 * indent + 2)
            } else if place > 0 {
                bytes.append(", ")
            }
            element(place, &bytes, indent.map { $0 + 1 })
        }
        if let indent, count > 0 {
            bytes.append(UInt8(ascii: "\n"))
            bytes += repeatElement(UInt8(ascii: " "), count: 2 * indent)
        }
        bytes.append(close)
    }

    private static func write(_ string: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { text in
            // Nearly all texts need no escapes, and are copied as they are.
            var start = 0
            var place = 0
            while place < text.count {
                guard needsLook(text[place]) else {
                    place += 1
                    continue
                }
                let scalar = scalar(at: place, in: text)
                let end = place + UTF8.width(scalar)
                // What a terminal would obey means the same as an escape.
                if scalar.isASCII || scalar.isObeyed {
                    bytes += UnsafeBufferPointer(rebasing: text[start..<place])
                    start = end
                    if scalar.isASCII {
                        writeEscaped(text[place], to: &bytes)
                    } else {
                        for unit in scalar.utf16 { writeEscaped(unit, to: &bytes) }
                    }
                }
                place = end
            }
            bytes += UnsafeBufferPointer(rebasing: text[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsLook(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The character that begins at a byte of valid UTF-8.
    private static func scalar(at place: Int, in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar {
        var iterator = text[place...].makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            preconditionFailure("a String is valid")
        }
        return scalar
    }

    private static func writeEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append("\\\"")
        case UInt8(ascii: "\\"): bytes.append("\\\\")
        case UInt8(ascii: "\n"): bytes.append("\\n")
        case UInt8(ascii: "\t"): bytes.append("\\t")
        case UInt8(ascii: "\r"): bytes.append("\\r")
        default: writeEscaped(UInt16(byte), to: &bytes)
        }
    }

    private static func writeEscaped(_ unit: UInt16, to bytes: inout [UInt8]) {
        let digits = String(unit, radix: 16)
        bytes.append("\\u")
        bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += digits.utf8
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { self += $0 }
    }
}
