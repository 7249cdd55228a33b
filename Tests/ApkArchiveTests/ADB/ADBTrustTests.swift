import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Whom a v3 package or index is believed, and by which of its signatures.
@Suite struct ADBTrustTests {
    static func ring(_ keys: TestKey...) -> KeyRing { KeyRing(keys: keys.map { ($0.name, $0.publicPEM) }) }

    static func package(_ keys: [TestKey]) -> [UInt8] {
        var builder = ADBPackageBuilder()
        builder.nodes = [.init("etc", .directory), .init("etc/x", .file(Array("hi".utf8)))]
        return builder.bytes(keys: keys)
    }

    @Test(arguments: [3, 4, 5] as [UInt8], [TestKey.first, .curve])
    func signaturesOfEachHashAndKeyAreAccepted(_ hash: UInt8, _ key: TestKey) throws {
        var package = RawPackage()
        var stream = package.stream()
        stream.keys = [key]
        stream.signatureHash = hash
        let verified = try PackageVerifier(keys: Self.ring(.second, key)).verify(MemoryFile(stream.bytes()))
        guard case .signature(let signer) = verified.proof else {
            Issue.record("\(verified.proof)")
            return
        }
        #expect(signer.keyName == key.name)
        #expect(signer.algorithm == (key.name == TestKey.curve.name ? .ecdsa512 : .rsa512))
    }

    /// The name of the key's file does not matter: the identifier finds it.
    @Test func theFileNameDoesNotMatter() throws {
        let ring = KeyRing(keys: [("anything", TestKey.first.publicPEM)])
        #expect(throws: Never.self) { try PackageVerifier(keys: ring).verify(MemoryFile(Self.package([.first]))) }
    }

    @Test func oneGoodSignatureOfSeveralIsEnough() throws {
        let package = Self.package([.second, .curve])
        #expect(throws: Never.self) { try PackageVerifier(keys: Self.ring(.curve)).verify(MemoryFile(package)) }
        // A wrong one by a trusted key is passed over too, other than in v2.
        var raw = RawPackage()
        var stream = raw.stream()
        var wrong = stream.signature(by: .first)
        wrong[wrong.count - 1] ^= 1
        stream.keys = []
        stream.blocks = [.init(1, wrong), .init(1, stream.signature(by: .curve))] + stream.blocks
        let verifier = PackageVerifier(keys: Self.ring(.first, .curve))
        #expect(throws: Never.self) { try verifier.verify(MemoryFile(stream.bytes())) }
    }

    @Test func whatIsNotProvedIsRefusedWithItsReason() throws {
        func code(_ bytes: [UInt8], _ ring: KeyRing) -> ArchiveError.Code? {
            do {
                _ = try PackageVerifier(keys: ring).verify(MemoryFile(bytes))
                return nil
            } catch { return error.code }
        }
        #expect(code(Self.package([]), Self.ring(.first)) == .unsigned)
        #expect(code(Self.package([.second]), Self.ring(.first)) == .unknownKey)
        for (index, value, expected) in [
            (0, 1, ArchiveError.Code.unknownAlgorithm), (1, 2, .unknownAlgorithm), (1, 3, .badSignature),
            (2, 0xff, .unknownKey), (60, 0xff, .badSignature),
        ] {
            var raw = RawPackage()
            var stream = raw.stream()
            stream.keys = []
            var signature = stream.signature(by: .first)
            signature[index] = signature[index] == UInt8(value) ? 0x77 : UInt8(value)
            stream.blocks.insert(.init(1, signature), at: 0)
            #expect(code(stream.bytes(), Self.ring(.first)) == expected, "byte \(index)")
        }
        var policy = TrustPolicy()
        policy.allowUntrusted = true
        let untrusted = PackageVerifier(keys: KeyRing(), policy: policy)
        #expect(try untrusted.verify(MemoryFile(Self.package([]))).proof == .untrusted)
    }

    // MARK: By a signed index

    static func expectation(_ checksum: Checksum, size: Int) -> PackageExpectation {
        PackageExpectation(
            name: "foo", version: "1.0-r0", architecture: "x86_64", identity: checksum, downloadSize: size)
    }

    @Test func anIndexProvesAnUnsignedPackage() throws {
        var builder = ADBPackageBuilder()
        builder.nodes = [.init("x", .file(Array("hi".utf8)))]
        let bytes = builder.bytes()
        let hash = TestHash.sha256(builder.build().payload)
        let verifier = PackageVerifier(keys: KeyRing())
        let whole = try #require(Checksum(bytes: hash))
        let short = try #require(Checksum(bytes: hash.prefix(20)))
        for checksum in [whole, short] {
            let package = try verifier.verify(
                MemoryFile(bytes), expecting: Self.expectation(checksum, size: bytes.count))
            #expect(package.proof == .index)
            #expect(package.identity == whole)
        }
        // The start of the hash is not the hash.
        var other = hash
        other[31] ^= 1
        let wrong = try #require(Checksum(bytes: other))
        #expect {
            try verifier.verify(MemoryFile(bytes), expecting: Self.expectation(wrong, size: bytes.count))
        } throws: { ($0 as? ArchiveError)?.code == .identityMismatch }
    }

    /// 20 bytes that are not the start of the SHA-256 are a SHA-1, which proves nothing about a v3 package.
    @Test func aShortDigestLeavesItToTheSignature() throws {
        let other = try #require(Checksum(bytes: [UInt8](repeating: 9, count: 20)))
        let unsigned = Self.package([])
        let signed = Self.package([.curve])
        let verifier = PackageVerifier(keys: Self.ring(.curve))
        #expect {
            try verifier.verify(MemoryFile(unsigned), expecting: Self.expectation(other, size: unsigned.count))
        } throws: { ($0 as? ArchiveError)?.code == .unsigned }
        let package = try verifier.verify(
            MemoryFile(signed), expecting: Self.expectation(other, size: signed.count))
        guard case .signature = package.proof else {
            Issue.record("\(package.proof)")
            return
        }
    }

    @Test func anIndexIsReadWhateverItsNameAndCompression() throws {
        let payload = ADBIndexWriter.payload(
            of: "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1\n\n", description: "v3-test",
            packageNameSpec: "${name}-x.apk")
        var stream = ADBStreamBuilder(.index, payload)
        stream.keys = [.first]
        for compression in [ADBStreamBuilder.Compression.none, .deflate, .specified(algorithm: 1, level: 9)] {
            stream.compression = compression
            let bytes = stream.bytes()
            let index = try IndexArchive(keys: Self.ring(.first)).read(bytes: bytes, name: "APKINDEX.tar.gz")
            #expect(index.format == .adb)
            #expect(index.text == payload)
            #expect(index.description == Array("v3-test".utf8))
            #expect(index.signer?.algorithm == .rsa512)
            #expect(index.sha256 == TestHash.sha256(bytes))
            #expect(try ADBIndex(payload).packageNameSpec == "${name}-x.apk")
        }
        stream.blocks = [.data(1, 1, [1])]
        #expect { try IndexArchive(keys: Self.ring(.first)).read(bytes: stream.bytes(), name: "x") } throws: {
            ($0 as? ArchiveError)?.code == .misplacedBlock
        }
        stream.blocks = []
        stream.compression = .specified(algorithm: 2, level: 19)
        #expect { try IndexArchive(keys: Self.ring(.first)).read(bytes: stream.bytes(), name: "x") } throws: {
            ($0 as? ArchiveError)?.code == .unsupportedCompression && ($0 as? ArchiveError)?.found == "zstd"
        }
    }
}
