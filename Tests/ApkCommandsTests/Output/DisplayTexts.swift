import Testing

@testable import ApkCommands

@Suite("text for people: values are escaped, literals are not")
struct DisplayTexts {
    @Test(
        "characters that a terminal obeys, or that nobody sees",
        arguments: [
            ("musl-1.2.4_git20230717-r4", "musl-1.2.4_git20230717-r4"), ("Grüße, 世界 👋", "Grüße, 世界 👋"),
            ("a\\x1b", "a\\x1b"), ("\u{1b}]0;title\u{7}", "\\x1b]0;title\\x07"), ("\u{0}\u{7f}", "\\x00\\x7f"),
            ("two\nlines\r\n", "two\\nlines\\x0d\\n"), ("a\tb", "a\\tb"), ("\u{85}\u{9b}31m", "\\u{85}\\u{9b}31m"),
            ("\u{202e}evil\u{2066}", "\\u{202e}evil\\u{2066}"),
            ("\u{61c}\u{200e}\u{200f}", "\\u{61c}\\u{200e}\\u{200f}"),
            ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"), ("\u{200b}\u{feff}\u{e0041}", "\\u{200b}\\u{feff}\\u{e0041}"),
        ])
    func value(_ value: String, _ shown: String) {
        #expect(DisplayText(escaping: value).shown == shown)
        let interpolated: DisplayText = "\u{1b}[1m\(value)\u{1b}[0m\n"
        #expect(interpolated.shown == "\u{1b}[1m\(shown)\u{1b}[0m\n")
        #expect(("\(interpolated)" as DisplayText) == interpolated)
        #expect(("\(value.dropFirst(0))" as DisplayText).shown == shown)
    }

    @Test(
        "bytes that are no UTF-8",
        arguments: [
            (Array("usr/bin/é".utf8), "usr/bin/é"), ([0x61, 0xff, 0x62], "a\\xffb"), ([0xc3], "\\xc3"),
            ([0xe2, 0x80, 0x61], "\\xe2\\x80a"), ([0xe2, 0x80, 0xae], "\\u{202e}"), ([0x9b, 0x0a], "\\x9b\\n"),
            ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xc0, 0x80], "\\xc0\\x80"), ([], ""),
            ([0xf0, 0x9f, 0x91, 0x8b, 0xf0, 0x9f], "👋\\xf0\\x9f"),
        ] as [([UInt8], String)])
    func bytes(_ bytes: [UInt8], _ shown: String) {
        #expect(("\(bytes)" as DisplayText).shown == shown)
    }

    @Test("columns are as wide as what is shown")
    func table() {
        let console = Console(isLive: false)
        let table = Table(
            header: ["NAME", "SIZE", "WHY"], rows: [["a\u{1b}[2J", "1", "x\ny"], ["b", "200", "z"]], rightAligned: [1])
        let expected = """
            NAME      SIZE  WHY
            a\\x1b[2J     1  x\\ny
            b          200  z

            """
        #expect(table.text(console).shown == expected)
        console.setColor("always")
        #expect(
            table.text(console).shown
                == "\u{1b}[1mNAME      SIZE  WHY\u{1b}[0m\n" + expected.drop { $0 != "\n" }.dropFirst())
    }

    @Test("a bar keeps to the terminal's columns")
    func bar() {
        let text = ProgressBar.drawing(done: 1, of: 2, "\(String(repeating: "\u{1b}", count: 300))").shown
        #expect(text.hasPrefix("\r[############------------] \\x1b\\x1b"))
        #expect(text.hasSuffix("\u{1b}[K"))
        #expect(text.count <= terminalWidth() + 3)
    }

    @Test("documents for programs stay as they are")
    func documents() {
        let console = Console(isLive: false)
        console.write(exactly: "a\u{1b}\n")
        console.line(exactly: Array("b\u{202e}".utf8))
        #expect(console.output == "a\u{1b}\nb\u{202e}\n")
    }
}
