import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Rows S7 to S12, S14, S16, S17 and S20: from the control segment to the files.
struct ChainRows {
    static let hash = String(repeating: "0", count: 64)

    @Test(
        "S7: datahash missing, short, long, not lower-case hexadecimal, given twice",
        arguments: [
            [], ["datahash = "], ["datahash = " + hash.dropLast()], ["datahash = 0" + hash],
            ["datahash = " + String(repeating: "A", count: 64)], ["datahash = " + String(repeating: "g", count: 64)],
            ["datahash = " + hash, "datahash = " + hash], ["datahash = \(hash) "], ["DATAHASH = " + hash],
            ["datahash= " + hash],
        ])
    func badDataHash(_ lines: [String]) {
        var builder = PackageBuilder()
        builder.dataHashLines = lines
        #expect(refusal(of: builder.build().bytes) == .badDataHash)
    }

    @Test("S7: datahash twice, once right")
    func dataHashTwice() {
        let right = TestHash.hex(TestHash.sha256(PackageBuilder().build().data))
        for lines in [[right, Self.hash], [Self.hash, right], [right, right]] {
            var builder = PackageBuilder()
            builder.dataHashLines = lines.map { "datahash = " + $0 }
            #expect(refusal(of: builder.build().bytes) == .badDataHash)
        }
    }

    @Test("S7: datahash of something else; the error shows both")
    func wrongDataHash() throws {
        var builder = PackageBuilder()
        builder.dataHashLines = ["datahash = " + Self.hash]
        let built = builder.build()
        let error = try #require(failure(of: built.bytes))
        #expect(error.code == .dataMismatch)
        #expect(error.expected == Self.hash)
        #expect(error.found == TestHash.hex(TestHash.sha256(built.data)))
        #expect(error.offset == built.signature.count + built.control.count)
        #expect(error.path == "test.apk")
    }

    @Test("S8: data swapped, missing, behind it a further member, garbage, zeros; data in two members")
    func data() {
        let built = PackageBuilder().build()
        var other = PackageBuilder()
        other.content = { $0.checkedFile("usr/share/other", "other\n") }
        let head = built.signature + built.control
        #expect(refusal(of: head + other.build().data) == .dataMismatch)
        #expect(refusal(of: head) == .missingData)
        #expect(refusal(of: built.bytes + GzipBuilder.abuild.member([])) == .trailingData)
        #expect(refusal(of: built.bytes + built.data) == .trailingData)
        for tail: [UInt8] in [[0], [UInt8](repeating: 0, count: 1024), [0x1F], [0x1F, 0x8B, 8], Array("x".utf8)] {
            let code = refusal(of: built.bytes + tail)
            #expect(code == .trailingData || code == .truncatedGzip)
        }
    }

    /// Both halves are proved by the hash, and inflated they are one good archive; readers differ all the same.
    @Test("S8: data in two members", arguments: [512, 1024, 1536, 700])
    func dataInTwoMembers(_ cut: Int) {
        var tar = TarBuilder()
        tar.checkedFile("usr/share/example", "content\n")
        tar.end()
        let gzip = GzipBuilder.abuild
        var builder = PackageBuilder()
        builder.dataMember = gzip.member(Array(tar.bytes[..<cut])) + gzip.member(Array(tar.bytes[cut...]))
        #expect(refusal(of: builder.build().bytes) != nil)
        builder.dataMember = gzip.member(tar.bytes) + gzip.member([])
        #expect(refusal(of: builder.build().bytes) == .trailingData)
        builder.dataMember = gzip.member([]) + gzip.member(tar.bytes)
        #expect(refusal(of: builder.build().bytes) == .missingEnd)
    }

    /// Each member in turn loses bytes at its end, and gets wrong ones in its trailer.
    @Test("S9: CRC, length, truncation, with the offset", arguments: 0..<3)
    func frames(_ member: Int) throws {
        let built = PackageBuilder().build()
        let members = [built.signature, built.control, built.data]
        let start = members[..<member].map(\.count).reduce(0, +)
        let end = start + members[member].count
        for (distance, code) in [(8, ArchiveError.Code.badGzipChecksum), (4, .badGzipLength)] {
            var bytes = built.bytes
            bytes[end - distance] ^= 1
            let error = try #require(failure(of: bytes))
            #expect(error.code == code)
            #expect(error.offset == end - distance)
        }
        for count in [start + 1, start + 5, start + 9, start + 10, start + 15, end - 9, end - 8, end - 4, end - 1] {
            let error = try #require(failure(of: Array(built.bytes[..<count])))
            #expect(error.code == .truncatedGzip)
            #expect(error.offset == count)
        }
    }

    @Test(
        "S9: no gzip at all",
        arguments: [
            ("", ArchiveError.Code.notGzip), ("x", .notGzip), ("\u{1F}x", .notGzip), ("<html>404</html>", .notGzip),
            ("BZh9", .notGzip), ("ADB", .notADB), ("ADBd....", .badDeflate),
        ])
    func notGzip(_ text: String, _ code: ArchiveError.Code) {
        #expect(refusal(of: Array(text.utf8)) == code)
    }

    @Test("S10: optional fields of gzip headers are fine, up to a bound")
    func gzipFields() throws {
        for member in 0..<3 {
            var gzip = GzipBuilder.abuild
            gzip.extra = [UInt8](repeating: 7, count: 100)
            gzip.name = Array("name".utf8)
            gzip.comment = Array("comment".utf8)
            gzip.hasHeaderChecksum = true
            #expect(refusal(of: Self.package(gzip, member: member)) == nil)
            var limits = ArchiveLimits()
            // The length of the extra field, the field, two texts with their NULs.
            limits.gzipHeader = 2 + 100 + 5 + 8
            var verifier = PackageVerifier.strict
            verifier.limits = limits
            #expect(refusal(of: Self.package(gzip, member: member), by: verifier) == nil)
            verifier.limits.gzipHeader -= 1
            let error = try #require(failure(of: Self.package(gzip, member: member), by: verifier))
            #expect(error.code == .limitExceeded)
            #expect(error.option == "gzipHeader")
            for flag in [0x20, 0x40, 0x80] as [UInt8] {
                var reserved = GzipBuilder.abuild
                reserved.moreFlags = flag
                #expect(refusal(of: Self.package(reserved, member: member)) == .badGzipHeader)
            }
        }
    }

    static func package(_ gzip: GzipBuilder, member: Int) -> [UInt8] {
        var builder = PackageBuilder()
        if member == 0 { builder.signatureGzip = gzip }
        if member == 1 { builder.controlGzip = gzip }
        if member == 2 { builder.dataGzip = gzip }
        return builder.build().bytes
    }

    @Test("S11: what the control segment may hold")
    func controlSegment() {
        func code(_ write: (inout TarBuilder, String) -> Void) -> ArchiveError.Code? {
            var builder = PackageBuilder()
            let info = builder.packageInfo(dataHash: TestHash.hex(TestHash.sha256(builder.build().data)))
            var tar = TarBuilder()
            write(&tar, info)
            builder.controlTar = tar.bytes
            return refusal(of: builder.build().bytes)
        }
        #expect(code { $0.file(".PKGINFO", $1) } == nil)
        #expect(code { $0.file("./.PKGINFO", $1) } == nil)
        #expect(code { _, _ in } == .missingControl)
        #expect(
            code {
                $0.file(".post-install", "x"); $0.file(".PKGINFO", $1)
            } == .misplacedEntry)
        #expect(
            code {
                $0.file("usr", "x"); $0.file(".PKGINFO", $1)
            } == .misplacedEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.file(".PKGINFO", $1)
            } == .duplicateEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.file("./.PKGINFO", $1)
            } == .duplicateEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.checkedFile("usr/bin/x", "x")
            } == .misplacedEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.file(".hidden/x", "x")
            } == .misplacedEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.directory(".hidden")
            } == .misplacedEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.symbolicLink(".post-install", to: "x")
            } == .misplacedEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.file(".INSTALL", "x")
            } == .misplacedEntry)
        #expect(code { tar, _ in tar.symbolicLink(".PKGINFO", to: "x") } == .misplacedEntry)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.file(".melange.yaml", "x")
            } == nil)
        #expect(
            code {
                $0.file(".PKGINFO", $1); $0.end()
            } == .zeroBlock)
    }

    @Test("S11: two control members")
    func twoControlMembers() {
        let built = PackageBuilder().build()
        #expect(refusal(of: built.signature + built.control + built.control + built.data) == .misplacedEntry)
        // The second is covered by the hash of the first.
        var builder = PackageBuilder()
        builder.dataMember = built.control + built.data
        #expect(refusal(of: builder.build().bytes) == .misplacedEntry)
        builder.dataMember = built.control
        #expect(refusal(of: builder.build().bytes) == .misplacedEntry)
    }

    @Test(
        "S12: the architecture",
        arguments: [
            ("x86_64", nil), ("noarch", nil), ("aarch64", ArchiveError.Code.wrongArchitecture),
            ("x86", .wrongArchitecture), ("X86_64", .wrongArchitecture),
        ])
    func architecture(_ name: String, _ code: ArchiveError.Code?) {
        var builder = PackageBuilder()
        builder.architecture = name
        let built = builder.build()
        #expect(refusal(of: built.bytes) == code)
        #expect(refusal(of: built.bytes, expecting: built.expectation(architecture: name)) == code)
        #expect(refusal(of: built.bytes, by: PackageVerifier(keys: firstKeyOnly)) == nil)
    }

    @Test("S14: another control segment than the index names; the error shows both")
    func identity() throws {
        let built = PackageBuilder().build()
        var expectation = built.expectation()
        #expect(refusal(of: built.bytes, expecting: expectation) == nil)
        expectation.identity = try #require(Checksum(bytes: built.identitySHA256))
        #expect(refusal(of: built.bytes, expecting: expectation) == nil)
        for other in [TestHash.sha1([1]), TestHash.sha256([1])] {
            expectation.identity = try #require(Checksum(bytes: other))
            let error = try #require(failure(of: built.bytes, expecting: expectation))
            #expect(error.code == .identityMismatch)
            #expect(error.expected == expectation.identity.description)
            let found = other.count == 20 ? built.identity : built.identitySHA256
            #expect(error.found == Checksum(bytes: found)?.description)
        }
        // A digest that agrees in its first 20 bytes only is another digest.
        let almost = Array(built.identitySHA256.prefix(31)) + [built.identitySHA256[31] ^ 1]
        expectation.identity = try #require(Checksum(bytes: almost))
        #expect(refusal(of: built.bytes, expecting: expectation) == .identityMismatch)
    }

    @Test("S16; F, CVE-2026-42575: size, name, version or architecture differ from the index")
    func metadata() throws {
        let built = PackageBuilder().build()
        for difference in [-1, 1] {
            var expectation = built.expectation()
            expectation.downloadSize = built.bytes.count + difference
            let error = try #require(failure(of: built.bytes, expecting: expectation))
            #expect(error.code == .sizeMismatch)
            #expect(error.found == String(built.bytes.count))
        }
        for (field, expectation) in [
            ("name", built.expectation(name: "other")), ("version", built.expectation(version: "1.0-r1")),
            ("architecture", built.expectation(architecture: "noarch")),
            ("architecture", built.expectation(architecture: "aarch64")),
        ] {
            let error = try #require(failure(of: built.bytes, expecting: expectation))
            #expect(error.code == .metadataMismatch)
            #expect(error.name == Array(field.utf8))
        }
        #expect(refusal(of: built.bytes, expecting: built.expectation(architecture: nil)) == nil)
        // A repository's index may name its own architecture where the package says noarch.
        var builder = PackageBuilder()
        builder.architecture = "noarch"
        let noarch = builder.build()
        #expect(refusal(of: noarch.bytes, expecting: noarch.expectation()) == nil)
    }

    @Test("S17: dependencies differ from the index: a warning, the index counts")
    func relations() throws {
        var builder = PackageBuilder()
        builder.lines = ["depend = musl>=1", "depend = so:b", "provides = cmd:x=1", "install_if = a b"]
        let built = builder.build()
        var expectation = built.expectation()
        func dependencies(_ texts: [String]) -> [Dependency] { texts.compactMap { Dependency($0) } }
        expectation.relations = .init(
            dependencies: dependencies(["so:b", "musl>=1"]), provides: dependencies(["cmd:x=1"]),
            installIf: dependencies(["a", "b"]))
        #expect(try verify(built.bytes, expecting: expectation).warnings == [])
        expectation.relations?.dependencies = dependencies(["musl>=1", "zlib"])
        expectation.relations?.installIf = []
        #expect(
            try verify(built.bytes, expecting: expectation).warnings == [
                .relationsDiffer(field: "depend", onlyInIndex: ["zlib"], onlyInPackage: ["so:b"]),
                .relationsDiffer(field: "install_if", onlyInIndex: [], onlyInPackage: ["a", "b"]),
            ])
    }

    /// A file that is replaced by other bytes once its control part has been read.
    final class ChangingFile: RandomAccessFile, @unchecked Sendable {
        let name = "changing.apk"
        var bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        func size() throws(ArchiveError) -> Int { bytes.count }
        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ArchiveError) -> Int {
            try MemoryFile(bytes).read(into: buffer, at: offset)
        }
    }

    @Test("S20; F, GHSA-3fqg-8hpf-5682: a file that changes between verifying and reading")
    func changedFile() throws {
        let built = PackageBuilder().build()
        var other = PackageBuilder()
        other.content = { $0.checkedFile("usr/share/example", "CONTENT\n") }
        let file = ChangingFile(built.bytes)
        let package = try PackageVerifier.strict.verify(file)
        #expect(try package.verifyContents(hashing: .file).fileSHA256 == TestHash.sha256(built.bytes))
        file.bytes = built.signature + built.control + other.build().data
        #expect { try package.verifyContents() } throws: {
            [.dataMismatch, .trailingData, .truncatedGzip].contains(($0 as? ArchiveError)?.code)
        }
        // The head was hashed when it was read, so the digest of the file is that of the bytes that were verified.
        file.bytes = [UInt8](repeating: 0, count: built.signature.count + built.control.count) + built.data
        #expect(try package.verifyContents(hashing: .file).fileSHA256 == TestHash.sha256(built.bytes))
        file.bytes = Array(built.bytes.dropLast())
        #expect { try package.verifyContents() } throws: { ($0 as? ArchiveError)?.code == .truncatedGzip }
    }

    @Test(
        "E, S16, S19: names that become paths, or that can be written in two ways",
        arguments: ["../../x", "a/b", "..", ".", "a b", "a\\b", "a?b", "a%2f", "pke\u{301}", "\u{212A}"])
    func names(_ text: String) {
        var name = PackageBuilder()
        name.name = text
        #expect(refusal(of: name.build().bytes) == .badPackageInfo)
        var architecture = PackageBuilder()
        architecture.architecture = text
        #expect(refusal(of: architecture.build().bytes, by: PackageVerifier(keys: firstKeyOnly)) == .badPackageInfo)
        var version = PackageBuilder()
        version.version = "1/" + text
        #expect(refusal(of: version.build().bytes) == .badPackageInfo)
        version.version = text
        #expect(refusal(of: version.build().bytes) == .badPackageInfo)
    }

    @Test("A time of the build that no archive can hold")
    func buildTime() {
        var builder = PackageBuilder()
        var tar = TarBuilder()
        tar.file(".PKGINFO", "pkgname = a\npkgver = 1\nbuilddate = 4294967296\ndatahash = \(Self.hash)\n")
        builder.controlTar = tar.bytes
        #expect(failure(of: builder.build().bytes)?.format?.field == "builddate")
    }

    @Test("Lines of .PKGINFO that count once", arguments: ["pkgname", "pkgver", "arch", "size", "origin", "builddate"])
    func repeatedLines(_ key: String) {
        var builder = PackageBuilder()
        builder.lines = ["\(key) = 1"]
        let error = failure(of: builder.build().bytes)
        #expect(error?.code == .badPackageInfo)
        #expect(error?.format?.field == key)
    }

    @Test(
        "Lines of .PKGINFO that are missing or end with CR",
        arguments: ["", "pkgver = 1\n", "pkgname = a\n", "pkgname = a\r\npkgver = 1\n"])
    func incompleteInfo(_ text: String) {
        var builder = PackageBuilder()
        var tar = TarBuilder()
        tar.file(".PKGINFO", text + "datahash = \(Self.hash)\n")
        builder.controlTar = tar.bytes
        #expect(refusal(of: builder.build().bytes) == .badPackageInfo)
    }
}
