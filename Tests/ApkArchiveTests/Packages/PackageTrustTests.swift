import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Rows S1 to S6 of the list of what is refused (the chain of trust): signatures, on packages and indexes alike.
struct SignatureRows {
    typealias Part = SignatureBuilder.Part

    struct Case: Sendable, CustomTestStringConvertible {
        var row: String
        var what: String
        var parts: [Part]
        var code: ArchiveError.Code?
        var testDescription: String { "\(row): \(what)" }

        init(_ row: String, _ what: String, _ parts: [Part], _ code: ArchiveError.Code?) {
            (self.row, self.what, self.parts, self.code) = (row, what, parts, code)
        }
    }

    static let first = TestKey.first.name
    static func labelled(_ label: String, _ hash: TestKey.Hash, key: TestKey = .first, name: String? = nil) -> Part {
        .labelled(label, key, hash, keyName: name ?? key.name)
    }
    static func named(_ name: String) -> Part { .raw(name: name, [1, 2, 3]) }
    /// A signature that was good for other bytes.
    static let stale = Part.raw(name: ".SIGN.RSA.\(first)", TestKey.first.sign([1], .sha1))

    static let cases: [Case] = [
        Case("S1", "SHA-1", [.by(.first, .sha1)], nil),
        Case("S1", "SHA-256", [.by(.first, .sha256)], nil),
        Case("S1", "SHA-512", [.by(.first, .sha512)], nil),
        Case("S2", "unsigned", [], .unsigned),
        Case("S2", "unknown key", [.by(.second, .sha1)], .unknownKey),
        Case("S2", "known name, other key", [labelled("RSA", .sha1, key: .second, name: first)], .badSignature),
        Case("S2", "signature of other bytes", [stale], .badSignature),
        Case("S2", "no bytes of signature", [.raw(name: ".SIGN.RSA.\(first)", [])], .badSignature),
        Case("S3", "RSA over SHA-256", [labelled("RSA", .sha256)], .badSignature),
        Case("S3", "RSA over SHA-512", [labelled("RSA", .sha512)], .badSignature),
        Case("S3", "RSA256 over SHA-1", [labelled("RSA256", .sha1)], .badSignature),
        Case("S3", "RSA512 over SHA-256", [labelled("RSA512", .sha256)], .badSignature),
        Case("S3", "RSA384", [labelled("RSA384", .sha256)], .unknownAlgorithm),
        Case("S3", "DSA with an RSA key", [labelled("DSA", .sha1)], .unknownAlgorithm),
        Case("S3", "a label in lower case", [labelled("rsa", .sha1)], .unknownAlgorithm),
        Case("S3", "an empty label", [labelled("", .sha1)], .unknownAlgorithm),
        Case("S4", "a slash in the key name", [named(".SIGN.RSA.keys/\(first)")], .invalidKeyName),
        Case("S4", "a way up", [named(".SIGN.RSA.x/../\(first)")], .badEntryName),
        Case("S4", "key name ..", [named(".SIGN.RSA...")], .invalidKeyName),
        Case("S4", "key name .", [named(".SIGN.RSA..")], .invalidKeyName),
        Case("S4", "an empty key name", [named(".SIGN.RSA.")], .invalidKeyName),
        Case("S4", "no key name", [named(".SIGN.RSA")], .invalidKeyName),
        Case("S4", "the longest signature", [.raw(name: ".SIGN.RSA.\(first)", zeros(65536))], .badSignature),
        Case("S4", "one byte more", [.raw(name: ".SIGN.RSA.\(first)", zeros(65537))], .limitExceeded),
        Case("S5", "unknown first", [.by(.second, .sha256), .by(.first, .sha1)], nil),
        Case("S5", "unknown algorithm first", [labelled("RSA384", .sha256), .by(.first, .sha1)], nil),
        Case("S5", "both good", [.by(.first, .sha1), .by(.first, .sha256)], nil),
        Case("S5", "the strongest good, a weaker one bad", [stale, .by(.first, .sha256)], nil),
        Case("S5", "the strongest bad", [.by(.first, .sha1), labelled("RSA512", .sha1)], .badSignature),
        Case("S5", "the strongest bad, in front", [labelled("RSA256", .sha1), .by(.first, .sha1)], .badSignature),
        Case("S5", "strongest of an unknown key", [.by(.first, .sha1), .by(.second, .sha512)], nil),
        Case("S6", "another file beside it", [.by(.first, .sha1), named("x")], .misplacedEntry),
        Case("S6", "another dot file", [.by(.first, .sha1), named(".PKGINFO")], .misplacedEntry),
        Case("S6", "the same signature twice", [.by(.first, .sha1), .by(.first, .sha1)], .duplicateEntry),
    ]

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    @Test(arguments: cases)
    func package(_ row: Case) {
        var builder = PackageBuilder()
        builder.signatures = row.parts
        #expect(refusal(of: builder.build().bytes) == row.code)
    }

    @Test(arguments: cases)
    func index(_ row: Case) {
        let bytes = IndexBuilder("C:Q1\n\n", signatures: row.parts).bytes()
        let archive = IndexArchive(keys: firstKeyOnly)
        var code: ArchiveError.Code?
        do throws(ArchiveError) { _ = try archive.read(bytes: bytes, name: "test") } catch { code = error.code }
        #expect(code == row.code)
    }

    @Test("S1: a policy refuses SHA-1", arguments: [TestKey.Hash.sha1, .sha256, .sha512])
    func policy(_ hash: TestKey.Hash) {
        var builder = PackageBuilder()
        builder.signatures = [.by(.first, hash)]
        var verifier = PackageVerifier.strict
        verifier.policy.refuseSHA1 = true
        #expect(refusal(of: builder.build().bytes, by: verifier) == (hash.label == "RSA" ? .refusedAlgorithm : nil))
    }

    /// What has no good signature is accepted where the policy says so; what is malformed is not.
    @Test(arguments: cases)
    func allowUntrusted(_ row: Case) throws {
        var builder = PackageBuilder()
        builder.signatures = row.parts
        var verifier = PackageVerifier.strict
        verifier.policy.allowUntrusted = true
        let trust: [ArchiveError.Code?] = [nil, .unsigned, .unknownKey, .badSignature, .unknownAlgorithm]
        let bytes = builder.build().bytes
        #expect(refusal(of: bytes, by: verifier) == (trust.contains(row.code) ? nil : row.code))
        guard trust.contains(row.code) else { return }
        let package = try verify(bytes, by: verifier)
        if row.code == nil {
            guard case .signature = package.proof else {
                Issue.record("a good signature is still one")
                return
            }
        } else {
            #expect(package.proof == .untrusted)
            #expect(package.links.first?.outcome == .untrusted)
        }
    }

    @Test("S6: a signature inside the control segment; several signature members")
    func misplacedSignatures() {
        let good = PackageBuilder().build()
        let signature = SignatureBuilder([.by(.first, .sha1)]).member(signing: good.control)
        #expect(refusal(of: signature + good.bytes) == .misplacedEntry)
        var inside = PackageBuilder()
        inside.scripts = { $0.file(".SIGN.RSA.\(TestKey.first.name)", "x") }
        #expect(refusal(of: inside.build().bytes) == .misplacedEntry)
        var inData = PackageBuilder()
        inData.content = { $0.file(".SIGN.RSA.\(TestKey.first.name)", "x") }
        #expect(refusal(of: inData.build().bytes) == .misplacedEntry)
    }

    @Test("S2: a package that a signed index names needs no signature of its own, nor a good one", arguments: cases)
    func underAnIndex(_ row: Case) throws {
        var builder = PackageBuilder()
        builder.signatures = row.parts
        let built = builder.build()
        let malformed: [ArchiveError.Code?] = [
            .misplacedEntry, .duplicateEntry, .invalidKeyName, .badEntryName, .limitExceeded,
        ]
        let found = refusal(of: built.bytes, expecting: built.expectation())
        #expect(found == (malformed.contains(row.code) ? row.code : nil))
    }
}
