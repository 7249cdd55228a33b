import ApkFormats
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        ("{\"a\": [1, -20, 0], \"b\": {\"c\": null}}", "{\"a\": [1, -20, 0], \"b\": {\"c\": null}}"),
        ("[true,false , \"\"]", "[true, false, \"\"]"),
        ("\"\\u00e9\\ud83d\\ude00\\n\\/\"", "\"é😀\\n/\""),
        ("\"\\u009b\\u202e\\udb40\\udc01\\u2028é\"", "\"\\u009b\\u202e\\udb40\\udc01\\u2028é\""),
        (" 1.5 ", "1.500"),
        ("{}", "{}"),
    ])
    func valuesAreReadAndWritten(_ text: String, _ expected: String) throws {
        #expect(try JSON(parsing: Array(text.utf8)).line == expected)
    }

    @Test(arguments: [
        ("", 1, "a value"), ("{\n\"a\": 1,\n\"a\": 2}", 3, "each key once"), ("[1,]", 1, "a value"),
        ("[1] x", 1, "nothing after the value"), ("01", 1, "a value"), ("1e5", 1, "a value"), ("+1", 1, "a value"),
        ("\"\\ud800\"", 1, "a second surrogate"), ("\"\\x\"", 1, "an escape that JSON has"),
        ("{a: 1}", 1, "a key in quotes"), ("[\n\n\"a", 3, "the end of a string"), ("nul", 1, "a value"),
        ("\"a\tb\"", 1, "no control character in a string"),
        (String(repeating: "[", count: 65), 1, "at most 64 levels"),
    ])
    func whatIsNoneIsRefusedWithItsLine(_ text: String, _ line: Int, _ expected: String) {
        let error = #expect(throws: FormatError.self) { try JSON(parsing: Array(text.utf8)) }
        #expect(error?.code == .invalidJSON && error?.line == line && error?.expected == expected)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: FormatError.self) { try JSON(parsing: [0x22, 0xff, 0x22]) }
    }

    @Test func whatWasWrittenBeforeStandsAsItIs() {
        let members: [(String, JSON)] = [("a", .string("b\"\u{1}é\u{7f}")), ("c", .array([.integer(1), .null]))]
        let written = JSON.written(JSON.object(members).lineBytes())
        #expect(written.line == "{\"a\": \"b\\\"\\u0001é\\u007f\", \"c\": [1, null]}")
        #expect(JSON.array([written, .bool(true)]).line == "[\(JSON.object(members).line), true]")
    }

    @Test func randomValuesSurviveTheRoundTrip() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let value = randomValue(&generator, levels: 5)
            #expect(try JSON(parsing: Array(value.line.utf8)).line == value.line)
            #expect(try JSON(parsing: Array(value.pretty.utf8)).pretty == value.pretty)
        }
    }

    private func randomValue(_ generator: inout SeededGenerator, levels: Int) -> JSON {
        switch Int.random(in: 0..<(levels == 0 ? 4 : 6), using: &generator) {
        case 0: return .integer(Int.random(in: Int.min...Int.max, using: &generator))
        case 1: return .string(randomString(&generator))
        case 2: return .bool(Bool.random(using: &generator))
        case 3: return .null
        case 4:
            let count = Int.random(in: 0..<4, using: &generator)
            return .array((0..<count).map { _ in randomValue(&generator, levels: levels - 1) })
        default:
            let count = Int.random(in: 0..<4, using: &generator)
            return .object(
                (0..<count).map { ("\($0)" + randomString(&generator), randomValue(&generator, levels: levels - 1)) })
        }
    }

    private func randomString(_ generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "\n", "\u{1}", "é", "😀", "\u{7f}", "/"]
        let count = Int.random(in: 0..<6, using: &generator)
        return String(
            String.UnicodeScalarView((0..<count).compactMap { _ in scalars.randomElement(using: &generator) }))
    }

    @Test(
        "Numbers of any size are written, and what is written is read",
        arguments: [
            (0.0, "0.000"), (1.2341, "1.234"), (-0.5, "-0.500"), (-0.0001, "0.000"), (-1.25, "-1.250"),
            (1e14, "100000000000000.000"), (-1e15, "-1000000000000000"), (1e18, "1000000000000000000"),
            (1e300, "null"), (Double.infinity, "null"), (Double.nan, "null"),
        ])
    func numbers(_ number: Double, _ text: String) throws {
        let written = JSON.array([.number(number)]).pretty
        #expect(written.contains(text))
        _ = try JSON(parsing: Array(written.utf8))
    }
}
