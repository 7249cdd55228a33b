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

    /// The value as text, in one line.
    package var line: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// The value as text over several lines, two blanks a level.
    package var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .object(let members):
            let isFlat = members.allSatisfy { $0.1.isScalar }
            write(members.count, "{", "}", isFlat ? nil : indent, &text) { place, text, indent in
                JSON.write(members[place].0, to: &text)
                text += ": "
                members[place].1.write(to: &text, indent: indent)
            }
        case .array(let elements):
            let isFlat = elements.allSatisfy { $0.isScalar }
            write(elements.count, "[", "]", isFlat ? nil : indent, &text) { place, text, indent in
                elements[place].write(to: &text, indent: indent)
            }
        case .string(let string): JSON.write(string, to: &text)
        case .integer(let integer): text += String(integer)
        case .number(let number):
            // Times and ratios have three digits. What is no number, or larger than any that is meant, has no form.
            guard abs(number) < 1e15 else {
                text += Int(exactly: number.rounded()).map { String($0) } ?? "null"
                return
            }
            let thousandths = Int((abs(number) * 1000).rounded())
            let fraction = String(1000 + thousandths % 1000).dropFirst()
            text += (number < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000).\(fraction)"
        case .bool(let bool): text += bool ? "true" : "false"
        case .null: text += "null"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .object(let members): members.isEmpty
        case .array(let elements): elements.isEmpty
        default: true
        }
    }

    private func write(
        _ count: Int, _ open: String, _ close: String, _ indent: Int?, _ text: inout String,
        element: (Int, inout String, Int?) -> Void
    ) {
        text += open
        for place in 0..<count {
            if let indent {
                text += (place == 0 ? "\n" : ",\n") + String(repeating: "  ", count: indent + 1)
            } else if place > 0 {
                text += ", "
            }
            element(place, &text, indent.map { $0 + 1 })
        }
        if let indent, count > 0 { text += "\n" + String(repeating: "  ", count: indent) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        // Nearly all texts need no escapes, and are copied as they are.
        if string.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        {
            text += string
            text += "\""
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
