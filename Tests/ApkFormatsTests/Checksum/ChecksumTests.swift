import ApkFormats
import Testing

@Suite("Checksums")
struct ChecksumTests {
    static let twenty = Array(1...20 as ClosedRange<UInt8>)
    static let thirtyTwo = Array(200...231 as ClosedRange<UInt8>)

    @Test("20 bytes in both alphabets")
    func short() throws {
        let checksum = try #require(Checksum(bytes: Self.twenty))
        #expect(checksum.description == "Q1AQIDBAUGBwgJCgsMDQ4PEBESExQ=")
        #expect(checksum.hexadecimal == "0102030405060708090a0b0c0d0e0f1011121314")
        #expect(Checksum(checksum.description) == checksum)
        #expect(Checksum("X1" + checksum.hexadecimal) == checksum)
        #expect(checksum.bytes == Self.twenty)
        #expect(checksum.identity.bytes == Self.twenty)
    }

    @Test("32 bytes in every form that readers take")
    func long() throws {
        let checksum = try #require(Checksum(bytes: Self.thirtyTwo))
        #expect(checksum.description == "Q2yMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5uc=")
        #expect(checksum.bytes == Self.thirtyTwo)
        #expect(checksum.byteCount == 32)
        #expect(Checksum(checksum.description) == checksum)
        #expect(Checksum("X2" + checksum.hexadecimal) == checksum)
        #expect(Checksum("X1" + checksum.hexadecimal) == checksum)
        // Q1 and 44 digits: the first 20 bytes with their padding, then the other 12.
        #expect(Checksum("Q1yMnKy8zNzs/Q0dLT1NXW19jZ2ts=" + "3N3e3+Dh4uPk5ebn") == checksum)
        #expect(checksum.identity.description == "Q1yMnKy8zNzs/Q0dLT1NXW19jZ2ts=")
    }

    @Test("as lenient as apk: padding anywhere, spare bits ignored")
    func lenient() {
        #expect(Checksum("Q1EyN5AdpAOBJWKMR89pp/C66o+OE=") == Checksum("Q1EyN5AdpAOBJWKMR89pp/C66o+OF="))
        #expect(Checksum("Q1EyN5AdpAOBJWKMR89pp/C66o+OEE") == Checksum("Q1EyN5AdpAOBJWKMR89pp/C66o+OE="))
        #expect(Checksum("Q1=yN5AdpAOBJWKMR89pp/C66o+OE=") == Checksum("Q1AyN5AdpAOBJWKMR89pp/C66o+OE="))
    }

    @Test(
        "what is no checksum",
        arguments: [
            "", "Q", "Q1", "Q1EyN5AdpAOBJWKMR89pp/C66o+OE", "Q1EyN5AdpAOBJWKMR89pp/C66o+OE==",
            "Q1EyN5AdpAOBJWKMR89pp/C66o+O*=", "Q1EyN5AdpAOBJWKMR89pp/C66o+O-=", "q1EyN5AdpAOBJWKMR89pp/C66o+OE=",
            "Q2EyN5AdpAOBJWKMR89pp/C66o+OE=", "Q3EyN5AdpAOBJWKMR89pp/C66o+OE=",
            "X10102030405060708090A0B0C0D0E0F1011121314", "X1010203", "X20102030405060708090a0b0c0d0e0f1011121314",
            "d41d8cd98f00b204e9800998ecf8427e", " Q1EyN5AdpAOBJWKMR89pp/C66o+OE=",
        ])
    func refuses(text: String) {
        #expect(Checksum(text) == nil)
    }

    @Test("other counts of bytes make none", arguments: [0, 16, 19, 21, 31, 33, 64])
    func counts(count: Int) {
        #expect(Checksum(bytes: [UInt8](repeating: 7, count: count)) == nil)
    }

    @Test("equal only if all bytes and their count are, the same package if the first 20 are")
    func equality() throws {
        let short = try #require(Checksum(bytes: Self.thirtyTwo.prefix(20)))
        let long = try #require(Checksum(bytes: Self.thirtyTwo))
        var other = Self.thirtyTwo
        other[31] = 0
        #expect(short != long)
        #expect(try long != #require(Checksum(bytes: other)))
        #expect(short.identity == long.identity)
        #expect(Checksum(long.identity) == short)
    }

    @Test("every value is written and read again", arguments: [21, 22] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = (0..<generator.pick([20, 32])).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let checksum = try #require(Checksum(bytes: bytes))
            #expect(checksum.bytes == bytes)
            #expect(Checksum(checksum.description) == checksum)
        }
    }
}
