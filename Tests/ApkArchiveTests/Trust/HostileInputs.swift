import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

/// Row F, CVE-2026-9149 and -9150: what reads keys and the text of indexes may be given anything.
struct HostileInputs {
    /// A package that the first key signed, with the ring in which `pem` has that key's name.
    private static func outcome(_ pem: [UInt8]) -> ArchiveError.Code? {
        let ring = KeyRing(keys: [(name: TestKey.first.name, pem: pem)])
        return refusal(of: package, by: PackageVerifier(keys: ring))
    }

    private static let package = PackageBuilder().build().bytes
    private static let key = TestKey.first.publicPEM

    struct BadKey: Sendable, CustomTestStringConvertible {
        var what: String
        var pem: [UInt8]
        var testDescription: String { what }

        init(_ what: String, _ pem: [UInt8]) { (self.what, self.pem) = (what, pem) }
    }

    /// PEM text around any bytes.
    private static func pem(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        let digits = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return Array("-----BEGIN \(label)-----\n\(digits)\n-----END \(label)-----\n".utf8)
    }

    /// The DER in ``key``.
    private static let encoded: [UInt8] = {
        let lines = String(decoding: key, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }
        return Data(base64Encoded: lines.joined()).map { [UInt8]($0) } ?? []
    }()

    static let badKeys: [BadKey] = [
        BadKey("nothing", []),
        BadKey("NULs", [UInt8](repeating: 0, count: 4096)),
        BadKey("a line without an end", [UInt8](repeating: UInt8(ascii: "A"), count: 60_000)),
        BadKey("no DER", pem("PUBLIC KEY", Array("text".utf8))),
        BadKey("a sequence that is longer than the file", pem("PUBLIC KEY", [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF])),
        BadKey("a length of 126 bytes", pem("PUBLIC KEY", [0x30, 0xFE] + [UInt8](repeating: 0xFF, count: 126))),
        BadKey("sequences in sequences", pem("PUBLIC KEY", (0..<20_000).flatMap { _ in [0x30, 0x80] as [UInt8] })),
        BadKey("another key's label", pem("PRIVATE KEY", encoded)),
        BadKey("a certificate's label", pem("CERTIFICATE", encoded)),
        BadKey("a key of another kind", TestKey.curve.publicPEM),
        BadKey("another key", TestKey.second.publicPEM),
        BadKey(
            "a header that names a cipher",
            Array(
                String(decoding: key, as: UTF8.self).replacing(
                    "KEY-----\nM", with: "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nM"
                ).utf8)),
    ]

    @Test("Files of keys that hold none, or another", arguments: badKeys)
    func badKey(_ file: BadKey) {
        #expect(Self.outcome(Self.key) == nil)
        // A file without a usable key is as good as absent.
        #expect(Self.outcome(file.pem) == (file.what == "another key" ? .badSignature : .unknownKey))
        let isKey = file.what == "another key" || file.what == "a key of another kind"
        #expect(Self.isUsable(file.pem) == isKey)
    }

    @Test("An error says what is wrong with a key that is there")
    func flaws() {
        func found(_ pem: [UInt8]) -> String? {
            let ring = KeyRing(keys: [(name: TestKey.first.name, pem: pem)])
            return failure(of: Self.package, by: PackageVerifier(keys: ring))?.found
        }
        #expect(found(Array("junk".utf8)) == "\(TestKey.first.name) is not a PEM public key")
        #expect(found(TestKey.curve.publicPEM) == "\(TestKey.first.name) is not an RSA key, as apk v2 has them")
        var ring = KeyRing()
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let place = directory.appendingPathComponent(TestKey.first.name).path
        // A directory cannot be read as a file, not even by the superuser.
        try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try? ring.add(directory: directory.path)
        #expect(failure(of: Self.package, by: PackageVerifier(keys: ring))?.found == "\(place) cannot be read")
    }

    private static func isUsable(_ pem: [UInt8]) -> Bool {
        KeyRing(keys: [(name: "key", pem: pem)]).unusableKeys().isEmpty
    }

    @Test("Keys that are cut short anywhere, and keys with a bit changed")
    func changedKeys() {
        for count in 0..<Self.encoded.count {
            #expect(!Self.isUsable(Self.pem("PUBLIC KEY", Array(Self.encoded[..<count]))), "\(count) bytes")
        }
        // In front of the key itself stands what kind of key it is; OpenSSL overlooks an odd bit there.
        let start = Self.encoded.count - TestKey.first.innerEncoding.count
        for place in Self.encoded.indices {
            var bytes = Self.encoded
            bytes[place] ^= 1 << UInt8(place % 8)
            let pem = Self.pem("PUBLIC KEY", bytes)
            // Most changes make it another number, which is a key as good as any, but not this one.
            guard Self.isUsable(pem) else { continue }
            let code = Self.outcome(pem)
            #expect(code == .badSignature || (code == nil && place < start), "byte \(place)")
        }
    }

    // MARK: - Indexes

    private static let text = """
        C:\(IndexRows.checksum)
        P:a
        V:1.2_rc3-r4
        A:x86_64
        S:100
        I:200
        T:text
        o:a
        t:1700000000
        k:10
        D:b>=1 !c so:d=1 e~2 f><Q1\(String(repeating: "A", count: 26))A=
        p:g=1 cmd:h
        i:a b


        """

    /// What programs in C have stumbled over, in place of numbers, digests and lists.
    private static let odd: [String] = [
        "-1", "0x7f", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", String(repeating: "9", count: 400), "Q1", "Q1=", "Q2AAAA",
        "Q1" + String(repeating: "A", count: 2000) + "=", "X1" + String(repeating: "f", count: 40), "a" + "=",
        "><", "a><", ":", "\u{0}", String(repeating: "a ", count: 4000), String(repeating: "!", count: 300),
    ]

    /// A repository that a trusted key signs may still write what it wants: it is read or refused, and what is read says
    /// the same each time.
    @Test("An index's text with anything in it", arguments: 0..<4)
    func hostileIndexes(_ part: Int) {
        let archive = IndexArchive(keys: firstKeyOnly, policy: TrustPolicy(allowUntrusted: true))
        var read = 0
        for number in 0..<500 {
            let seed = part * 1000 + number
            var random = SplitMix64(seed: UInt64(seed))
            var text = Array((Self.text + Self.text.replacing("P:a", with: "P:z")).utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: text[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1..<40, using: &random)))
                case 2: text.insert(contentsOf: random.bytes(Int.random(in: 1..<40, using: &random)), at: place)
                default:
                    // The value of the line.
                    let start = text[place...].firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? place
                    let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
                    text.replaceSubrange(start..<end, with: (Self.odd.randomElement(using: &random) ?? "").utf8)
                }
            }
            var tar = TarBuilder(.gnu)
            tar.file("APKINDEX", text)
            tar.end()
            let bytes = GzipBuilder.abuild.member(tar.bytes)
            guard let index = try? archive.read(bytes: bytes, name: "seed \(seed)"), index.text == text else {
                Issue.record("seed \(seed): the index as it was written")
                continue
            }
            guard let records = try? IndexReader.records(in: index.text) else { continue }
            read += 1
            for record in records {
                #expect(!record.name.isEmpty && record.range.upperBound <= text.count, "seed \(seed)")
                for value in [record.downloadSize, record.installedSize, record.buildTime, record.providerPriority] {
                    #expect(value >= 0, "seed \(seed)")
                }
                let broken = Set(record.problems.map(\.error.text))
                for dependency in [record.dependencies, record.provides, record.installIf].joined() {
                    let text = dependency.description
                    #expect(Dependency(text) == dependency || broken.contains(text), "seed \(seed): \(text)")
                }
                #expect(Checksum(record.checksum.description) == record.checksum, "seed \(seed)")
            }
            #expect((try? IndexReader.problems(in: index.text)) != nil, "seed \(seed)")
        }
        #expect(read > 100)
    }
}
