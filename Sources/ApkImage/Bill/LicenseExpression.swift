/// What a package says about its licence, made into an SPDX expression.
///
/// Packages mostly write one; some write words of their own. What the licence list does not have becomes a
/// `LicenseRef-…`, and the document says what was written.
struct LicenseExpression: Hashable {
    /// A valid expression; nil where the package says nothing.
    private(set) var text: String?
    /// The names of its own that the expression uses, with what the package wrote.
    private(set) var references: [String: String] = [:]
    /// Whether the expression is one identifier of the licence list.
    private(set) var isListed = false

    init(_ written: String) {
        let tokens = LicenseExpression.tokens(of: written)
        guard !tokens.isEmpty else { return }
        var parser = Parser(tokens: tokens[...])
        if let parsed = parser.expression(), parser.tokens.isEmpty {
            text = parsed
            references = parser.references
            isListed = tokens.count == 1 && references.isEmpty
        } else {
            let reference = LicenseExpression.reference(to: written)
            text = reference
            references = [reference: written]
        }
    }

    private static func tokens(of text: String) -> [Substring] {
        var tokens: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "(" || first == ")" {
                tokens.append(rest.prefix(1))
                rest = rest.dropFirst()
            } else if first == " " || first == "\t" {
                rest = rest.dropFirst()
            } else {
                let word = rest.prefix { !" \t()".contains($0) }
                tokens.append(word)
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    /// A name for a licence that the list does not have; only letters, digits, `.` and `-` may stand in it.
    private static func reference(to text: some StringProtocol) -> String {
        if text.hasPrefix("LicenseRef-"), text.utf8.allSatisfy(isPlain) { return String(text) }
        var name = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, isPlain(UInt8(scalar.value)) {
                name.unicodeScalars.append(scalar)
            } else if !name.hasSuffix("-") {
                name += "-"
            }
        }
        return "LicenseRef-" + name
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// `A OR B AND C WITH E`, with parentheses.
    private struct Parser {
        var tokens: ArraySlice<Substring>
        var references: [String: String] = [:]

        mutating func expression() -> String? {
            guard var text = operand() else { return nil }
            while let word = tokens.first, let conjunction = ["AND", "OR"].first(where: { $0 == word.uppercased() }) {
                tokens.removeFirst()
                guard let next = operand() else { return nil }
                text += " \(conjunction) \(next)"
            }
            return text
        }

        private mutating func operand() -> String? {
            guard let word = tokens.popFirst() else { return nil }
            if word == "(" {
                guard let inner = expression(), tokens.popFirst() == ")" else { return nil }
                return "(\(inner))"
            }
            guard word != ")", !["AND", "OR", "WITH"].contains(word.uppercased()) else { return nil }
            let name = license(word)
            guard tokens.first?.uppercased() == "WITH" else { return name }
            tokens.removeFirst()
            guard let exception = tokens.popFirst().flatMap({ LicenseList.identifier($0) }) else { return nil }
            return "\(name) WITH \(exception)"
        }

        private mutating func license(_ word: Substring) -> String {
            if let listed = LicenseList.identifier(word) { return listed }
            if word.hasSuffix("+"), let listed = LicenseList.identifier(word.dropLast()) { return listed + "+" }
            let reference = LicenseExpression.reference(to: word)
            references[reference] = String(word)
            return reference
        }
    }
}
