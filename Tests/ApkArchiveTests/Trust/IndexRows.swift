import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Rows S13, S15, S18 and S19 of the list of what is refused: index files and their records.
struct IndexRows {
    static let checksum = "Q1" + String(repeating: "A", count: 27) + "="
    static let text = "C:\(checksum)\nP:a\nV:1\n\n"

    static func failure(_ bytes: [UInt8], allowUntrusted: Bool = false) -> ArchiveError? {
        let archive = IndexArchive(keys: firstKeyOnly, policy: TrustPolicy(allowUntrusted: allowUntrusted))
        do throws(ArchiveError) {
            _ = try archive.read(bytes: bytes, name: "APKINDEX.tar.gz")
            return nil
        } catch {
            return error
        }
    }

    @Test("S13: unsigned, tampered, trailing bytes, a further member")
    func archives() throws {
        let signed = IndexBuilder(Self.text, signatures: [.by(.first, .sha1)])
        #expect(Self.failure(signed.bytes()) == nil)
        let unsigned = IndexBuilder(Self.text, signatures: [])
        #expect(Self.failure(unsigned.bytes())?.code == .unsigned)
        #expect(Self.failure(unsigned.bytes(), allowUntrusted: true) == nil)
        let other = IndexBuilder(Self.text.replacing("V:1", with: "V:2"), signatures: [])
        let signature = signed.bytes().dropLast(unsigned.bytes().count)
        let swapped = try #require(Self.failure(signature + other.bytes()))
        #expect(swapped.code == .badSignature)
        #expect(swapped.path == "APKINDEX.tar.gz")
        for allowUntrusted in [false, true] {
            let tails: [[UInt8]] = [
                [0], [UInt8](repeating: 0, count: 512), [0x1F, 0x8B], GzipBuilder.abuild.member([]),
            ]
            for tail in tails + [unsigned.bytes()] {
                let code = Self.failure(signed.bytes() + tail, allowUntrusted: allowUntrusted)?.code
                #expect(code == .trailingData || code == .truncatedGzip)
            }
            #expect(Self.failure(Array(signature), allowUntrusted: allowUntrusted)?.code == .missingIndex)
            #expect(Self.failure(signature + signed.bytes(), allowUntrusted: allowUntrusted)?.code == .misplacedEntry)
        }
    }

    @Test("S13: what an index member may hold")
    func members() {
        func code(_ write: (inout TarBuilder) -> Void, end: Bool = true) -> ArchiveError.Code? {
            var tar = TarBuilder(.gnu)
            write(&tar)
            if end { tar.end() }
            let member = GzipBuilder.abuild.member(tar.bytes)
            return Self.failure(IndexBuilder("", signatures: [.by(.first, .sha1)]).sign(member))?.code
        }
        #expect(code { $0.file("APKINDEX", Self.text) } == nil)
        #expect(
            code {
                $0.file("DESCRIPTION", "x"); $0.file("APKINDEX", Self.text)
            } == nil)
        #expect(
            code {
                $0.file("APKINDEX", Self.text); $0.file("DESCRIPTION", "x")
            } == nil)
        #expect(
            code {
                $0.file("OTHER", "x"); $0.file("APKINDEX", Self.text)
            } == nil)
        #expect(code { $0.file("DESCRIPTION", "x") } == .missingIndex)
        #expect(code { _ in } == .missingIndex)
        #expect(
            code {
                $0.file("APKINDEX", "a"); $0.file("APKINDEX", "b")
            } == .duplicateEntry)
        #expect(
            code {
                $0.file("APKINDEX", Self.text); $0.file("./APKINDEX", "b")
            } == .duplicateEntry)
        #expect(code { $0.symbolicLink("APKINDEX", to: "/etc/passwd") } == .missingIndex)
        #expect(
            code {
                $0.file(".PKGINFO", "x"); $0.file("APKINDEX", Self.text)
            } == .misplacedEntry)
        #expect(
            code {
                $0.file("APKINDEX", Self.text); $0.file(".SIGN.RSA.x", "x")
            } == .misplacedEntry)
        #expect(code({ $0.file("APKINDEX", Self.text) }, end: false) == .missingEnd)
    }

    @Test("S13: a package is no index")
    func package() {
        #expect(Self.failure(PackageBuilder().build().bytes)?.code == .misplacedEntry)
    }

    @Test(
        "S15, S19: records that make the whole index unreadable, with their line",
        arguments: [
            ("P:a\nV:1\n\n", 1, FormatError.Code.missingField), ("C:\nP:a\nV:1\n\n", 1, .invalidChecksum),
            ("C:d41d8cd98f00b204e9800998ecf8427e\nP:a\nV:1\n\n", 1, .invalidChecksum),
            ("C:Q1AAAA\nP:a\nV:1\n\n", 1, .invalidChecksum), ("C:\(checksum)\nP:a\n\n", 1, .missingField),
            ("C:\(checksum)\r\nP:a\r\nV:1\r\n\r\n", 1, .notAField), ("\(text)no field\n\n", 5, .notAField),
        ])
    func unreadable(_ text: String, _ line: Int, _ code: FormatError.Code) {
        #expect {
            try IndexReader.records(in: Array(text.utf8))
        } throws: { error in
            let error = error as? FormatError
            return error?.code == code && error?.line == line
        }
    }

    @Test("S19: invalid version, unknown letters, no blank line at the end, a long line")
    func records() throws {
        func record(_ lines: String) throws -> IndexRecord {
            try #require(IndexReader.records(in: Array("C:\(Self.checksum)\nP:a\n\(lines)".utf8)).first)
        }
        #expect(try record("V:one\n\n").problems.map(\.severity) == [.uninstallable])
        #expect(try record("V:1/../../x\n\n").problems.map(\.severity) == [.uninstallable])
        #expect(try record("V:1\nX:new\n\n").problems.map(\.severity) == [.uninstallable])
        #expect(try record("V:1\nx:new\n\n").problems.map(\.severity) == [.warning])
        #expect(try record("V:1\nD:b>x\n\n").problems.map(\.severity) == [.uninstallable])
        #expect(try record("V:1\nT:text\n").summary == "text")
        let long = String(repeating: "x", count: 72 << 10)
        #expect(try record("V:1\nT:\(long)\n\n").summary == long)
        #expect(try record("V:1\nT:\(long)\n\n").problems == [])
    }

    @Test("S18: a name and version twice with different checksums is the index's own contradiction")
    func contradiction() throws {
        let other = "Q1" + String(repeating: "B", count: 27) + "="
        let twice = Self.text + "C:\(other)\nP:a\nV:1\n\n"
        let problems = try IndexReader.problems(in: Array(twice.utf8))
        #expect(problems.map(\.severity) == [.error])
        #expect(problems.first?.error.code == .duplicatePackage)
        let same = Array((Self.text + Self.text).utf8)
        #expect(try !IndexReader.problems(in: same).contains { $0.severity == .error })
        let versions = Self.text + "C:\(other)\nP:a\nV:2\n\n"
        #expect(try IndexReader.problems(in: Array(versions.utf8)) == [])
    }
}
