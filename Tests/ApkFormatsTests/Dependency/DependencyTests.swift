import ApkFormats
import Testing

@Suite("Dependencies")
struct DependencyTests {
    /// Text, name, tag, operator, version, and the text as it is written again.
    static let valid: [(String, String, String?, DependencyOperator, String, String)] = [
        ("a", "a", nil, .any, "", "a"),
        ("!a", "a", nil, [.any, .conflict], "", "!a"),
        ("a@edge", "a", "edge", .any, "", "a@edge"),
        ("!a@edge>1", "a", "edge", [.greater, .conflict], "1", "!a@edge>1"),
        ("so:libc.musl-x86_64.so.1", "so:libc.musl-x86_64.so.1", nil, .any, "", "so:libc.musl-x86_64.so.1"),
        ("/bin/sh", "/bin/sh", nil, .any, "", "/bin/sh"),
        ("a=1", "a", nil, .equal, "1", "a=1"),
        ("a==1", "a", nil, .equal, "1", "a=1"),
        ("a<1", "a", nil, .less, "1", "a<1"),
        ("a>1", "a", nil, .greater, "1", "a>1"),
        ("a<=1", "a", nil, [.less, .equal], "1", "a<=1"),
        ("a=<1", "a", nil, [.less, .equal], "1", "a<=1"),
        ("a>=1", "a", nil, [.greater, .equal], "1", "a>=1"),
        ("a=>1", "a", nil, [.greater, .equal], "1", "a>=1"),
        ("a~1", "a", nil, [.equal, .fuzzy], "1", "a~1"),
        ("a~=1", "a", nil, [.equal, .fuzzy], "1", "a~1"),
        ("a=~1", "a", nil, [.equal, .fuzzy], "1", "a~1"),
        ("a<~1", "a", nil, [.less, .equal, .fuzzy], "1", "a<~1"),
        ("a~<1", "a", nil, [.less, .equal, .fuzzy], "1", "a<~1"),
        ("a>~1", "a", nil, [.greater, .equal, .fuzzy], "1", "a>~1"),
        ("a<=>1", "a", nil, .any, "", "a"),
        ("!a<~>1", "a", nil, [.any, .conflict], "", "!a"),
        (
            "a><Q1EyN5AdpAOBJWKMR89pp/C66o+OE=", "a", nil, .identity, "Q1EyN5AdpAOBJWKMR89pp/C66o+OE=",
            "a><Q1EyN5AdpAOBJWKMR89pp/C66o+OE="
        ),
        (
            "a<>Q1EyN5AdpAOBJWKMR89pp/C66o+OE=", "a", nil, .identity, "Q1EyN5AdpAOBJWKMR89pp/C66o+OE=",
            "a><Q1EyN5AdpAOBJWKMR89pp/C66o+OE="
        ),
        // Only an exclamation mark at the very start means something.
        ("!!a", "!a", nil, [.any, .conflict], "", "!!a"), ("a!", "a!", nil, .any, "", "a!"),
    ]

    @Test("what a dependency says, and how it is written", arguments: valid)
    func parses(
        text: String, name: String, tag: String?, relation: DependencyOperator, version: String, written: String
    ) throws {
        let dependency = try Dependency(parsing: text)
        #expect(dependency == Dependency(name: name, tag: tag, relation: relation, version: version))
        #expect(dependency.isConflict == relation.contains(.conflict))
        #expect(dependency.description == written)
        #expect(Dependency(written) == dependency)
    }

    @Test(
        "what is no dependency",
        arguments: [
            ("", "invalid-dependency"), (" ", "invalid-dependency"), ("!", "invalid-dependency"),
            ("=1", "invalid-dependency"), ("a=", "invalid-dependency"), ("a@", "invalid-dependency"),
            ("a@=1", "invalid-dependency"), ("@x", "invalid-dependency"), ("a@x@y", "invalid-dependency"),
            ("a b", "invalid-dependency"), ("a\nb", "invalid-dependency"), ("foo==", "invalid-dependency"),
            ("a=b", "invalid-version"), ("a=1=2", "invalid-version"), ("a=1@x", "invalid-version"),
            ("a<=>b", "invalid-version"), ("!a><Q1EyN5AdpAOBJWKMR89pp/C66o+OE=", "invalid-version"),
            ("a><1", "invalid-checksum"), ("a><Q1short", "invalid-checksum"),
        ])
    func refuses(text: String, code: String) {
        let expected = FormatError(
            FormatError.Code(rawValue: code), text: text, expected: "name(@tag)([<>~=]version)")
        #expect(throws: expected) { try Dependency(parsing: text) }
        #expect(Dependency(text) == nil)
    }

    @Test("an operator's text, and what it accepts", arguments: 0...15 as ClosedRange<UInt8>)
    func operators(rawValue: UInt8) {
        let relation = DependencyOperator(rawValue: rawValue)
        for order in [VersionOrder.equal, .less, .greater] {
            #expect(relation.accepts(order) == relation.orders.contains(DependencyOperator(rawValue: order.rawValue)))
        }
        #expect(relation.isAny == (rawValue & 7 == 7))
        #expect(relation.isIdentity == (rawValue == 6))
        let texts = ["", "=", "<", "<=", ">", ">=", "><", "", "~", "~", "<~", "<~", ">~", ">~", "", ""]
        #expect(relation.text == texts[Int(rawValue)])
        #expect(relation.union(.conflict).text == relation.text)
    }
}

@Suite("Lists of dependencies")
struct DependencyListTests {
    /// The entries of a list as text, a broken one in brackets, and the place where reading stopped.
    static func read(_ text: String, allowsTag: Bool = false) -> (entries: [String], stoppedAt: String?) {
        var text = text
        return text.withUTF8 { bytes in
            var reader = DependencyReader(bytes, in: 0..<bytes.count, allowsTag: allowsTag)
            var entries: [String] = []
            while let element = reader.next() {
                let entry = Dependency(element, in: bytes).description
                entries.append(element.isBroken ? "[\(entry)]" : entry)
            }
            return (entries, reader.syntaxError.map { FieldReader.excerpt(bytes, $0) })
        }
    }

    @Test(
        "entries and their separators",
        arguments: [
            ("", []), (" \n ", []), ("a", ["a"]), (" a  b\n\nc ", ["a", "b", "c"]),
            ("a=1 !b ~", ["a=1", "!b"]), ("a\tb", ["a\tb"]), ("a=x b", ["[a=x]", "b"]),
        ])
    func entries(text: String, expected: [String]) {
        #expect(Self.read(text).entries == expected)
    }

    @Test(
        "a syntax error ends the list",
        arguments: [("a =1 b", "=1"), ("a b@tag c", "b@tag"), ("a b= c", "b="), ("a ! c", "!")])
    func stops(text: String, place: String) {
        let (entries, stoppedAt) = Self.read(text)
        #expect(entries == ["a"])
        #expect(stoppedAt == place)
    }

    @Test("tags stand in a world only")
    func tags() {
        #expect(Self.read("a@x b@y=1", allowsTag: true).entries == ["a@x", "b@y=1"])
    }

    @Test("a range of a buffer is read, and nothing beside it")
    func range() {
        let text = Array("zz=1 a=1 b=2 yy".utf8)
        text.withUnsafeBufferPointer { bytes in
            var reader = DependencyReader(bytes, in: 5..<12)
            let first = reader.next()
            #expect(first?.name == 5..<6)
            #expect(first?.version == 7..<8)
            let second = reader.next()
            #expect(second?.name == 9..<10)
            #expect(second?.version == 11..<12)
            #expect(reader.next() == nil)
            #expect(reader.syntaxError == nil)
            var shortened = DependencyReader(bytes, in: 9..<11)
            #expect(shortened.next() == nil)
            #expect(shortened.syntaxError == 9..<11)
        }
    }

    @Test("what is written is read again", arguments: [11, 12, 13] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var relation = generator.pick(
                [.any, .equal, .less, .greater, [.less, .equal], [.greater, .equal], [.equal, .fuzzy]]
                    as [DependencyOperator])
            let version = relation.isAny ? "" : RandomText.version(&generator)
            if generator.oneIn(4) { relation.insert(.conflict) }
            let dependency = Dependency(
                name: RandomText.name(&generator), tag: generator.oneIn(3) ? "edge" : nil, relation: relation,
                version: version)
            #expect(try Dependency(parsing: dependency.description) == dependency)
        }
    }
}
