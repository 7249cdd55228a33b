internal import ApkFormats

/// Text for people. Names, versions and paths come from whoever made a package: whatever of them a terminal would obey,
/// or that would break a line, is escaped as they are interpolated.
///
/// A literal is this program's own, with its colours and line breaks. The console takes no other text for people, so
/// nobody can forget to escape.
package struct DisplayText: Hashable, Sendable {
    /// The text as it is shown.
    package private(set) var shown: String

    init() { shown = "" }

    /// A value, escaped.
    init(escaping value: String) { shown = Self.escaped(value) }

    /// How many columns the text takes, if it has no colours.
    var width: Int { shown.unicodeScalars.count }

    /// The text without the line break at its end.
    var withoutLastLineBreak: DisplayText {
        var text = self
        if text.shown.hasSuffix("\n") { text.shown.removeLast() }
        return text
    }

    static func + (left: DisplayText, right: DisplayText) -> DisplayText {
        var sum = left
        sum += right
        return sum
    }

    static func += (left: inout DisplayText, right: DisplayText) { left.shown += right.shown }

    /// `\n`, `\t`, `\x1b` or `\u{202e}` for each control character and each invisible one that turns, joins or ends what
    /// is around it.
    private static func escaped(_ value: String) -> String {
        guard !value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { return value }
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where !scalar.isObeyed: result.unicodeScalars.append(scalar)
            case _ where scalar.isASCII: result += escaped(UInt8(scalar.value))
            default: result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    private static func escaped(_ byte: UInt8) -> String { (byte < 0x10 ? "\\x0" : "\\x") + String(byte, radix: 16) }

    /// Bytes as UTF-8, and `\xff` for each that is none.
    private static func escaped(_ bytes: [UInt8]) -> String {
        var result = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            let valid = validPrefix(of: rest)
            result += escaped(String(decoding: valid, as: UTF8.self))
            rest = rest[valid.endIndex...]
            if let byte = rest.popFirst() { result += escaped(byte) }
        }
        return result
    }

    private static func validPrefix(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var end = bytes.startIndex
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { end += UTF8.width(scalar) }
        return bytes[..<end]
    }
}

extension DisplayText: CustomStringConvertible {
    /// What becomes of it inside of a string, which escapes no more than it already is, and loses colours.
    package var description: String { shown }
}

extension DisplayText: ExpressibleByStringInterpolation {
    package init(stringLiteral literal: String) { shown = literal }

    package init(stringInterpolation: StringInterpolation) { shown = stringInterpolation.shown }

    /// Takes literals as they are and escapes values.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var shown = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            shown.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { shown += literal }

        /// Text for people has its escapes already.
        package mutating func appendInterpolation(_ text: DisplayText) { shown += text.shown }

        /// A path or a name as the file system or an archive has it.
        package mutating func appendInterpolation(_ bytes: [UInt8]) { shown += DisplayText.escaped(bytes) }

        package mutating func appendInterpolation<Value>(_ value: Value) { shown += DisplayText.escaped("\(value)") }
    }
}

extension Sequence<DisplayText> {
    func joined(separator: DisplayText = "") -> DisplayText {
        reduce(into: (text: DisplayText(), isFirst: true)) { result, part in
            if !result.isFirst { result.text += separator }
            result.text += part
            result.isFirst = false
        }.text
    }
}
