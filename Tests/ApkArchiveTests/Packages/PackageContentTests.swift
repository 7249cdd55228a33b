import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// What a verified package tells, and how its contents are read.
struct PackageContentTests {
    static let package: PackageBuilder.Built = {
        var builder = PackageBuilder()
        builder.lines = [
            "depend = musl>=1.2", "depend = so:libz.so.1", "provides = cmd:example=1.0-r0", "replaces = old<2 older",
            "replaces_priority = 7", "triggers = /usr/lib/* /etc", "provider_priority = 3", "install_if = a b",
        ]
        builder.scripts = { tar in
            tar.file(".trigger", "#!/bin/sh\n:\n", mode: 0o755)
            tar.file(".post-install", "#!/bin/sh\ntrue\n", mode: 0o755)
            tar.file(".unknown", "?")
            tar.file(".pre-install", "", mode: 0o755)
        }
        builder.content = { tar in
            tar.directory("usr")
            tar.checkedFile("usr/file", "content", mode: 0o4755)
            tar.hardLink("usr/hard", to: "usr/file")
            tar.checkedLink("usr/link", to: "file")
            tar.checkedFile("usr/empty", "")
            tar.file("usr/unchecked", "without a digest")
            tar.checkedFile(".dummy", "")
            tar.entry(tar.header("usr/null", type: "3", mode: 0o666))
            tar.file("usr/ping", [1], mode: 0o755, pax: [("SCHILY.xattr.security.capability", [1, 0, 0])])
        }
        return builder.build()
    }()

    @Test
    func metadata() throws {
        let package = try verify(Self.package.bytes, expecting: Self.package.expectation())
        #expect(package.name == "example")
        #expect(package.version == "1.0-r0")
        #expect(package.identity.bytes == Self.package.identity)
        #expect(package.dataHash == TestHash.sha256(Self.package.data))
        #expect(package.replaces.map(\.description) == ["old<2", "older"])
        #expect(package.replacesPriority == 7)
        #expect(package.triggers == ["/usr/lib/*", "/etc"])
        #expect(package.scripts.map(\.kind) == [.preInstall, .postInstall, .trigger])
        #expect(package.scripts.map(\.content.count) == [0, 15, 12])
        #expect(package.record.downloadSize == Self.package.bytes.count)
        #expect(package.record.dependencies.map(\.description) == ["musl>=1.2", "so:libz.so.1"])
        #expect(package.record.provides.map(\.description) == ["cmd:example=1.0-r0"])
        #expect(package.record.installIf.map(\.description) == ["a", "b"])
        #expect(package.record.checksum == package.identity)
        #expect(package.info?.installedSize == 4096)
        #expect(package.proof == .index)
        let signed = Self.package.signature.count
        let control = signed + Self.package.control.count
        #expect(package.segments?.signature == 0..<signed)
        #expect(package.segments?.control == signed..<control)
        #expect(package.segments?.data == control..<Self.package.bytes.count)
    }

    /// How much of a file's content a reader takes before it goes on.
    @Test(arguments: ["all", "none", "one chunk"])
    func entries(_ reading: String) throws {
        let package = try PackageVerifier.strict.verify(MemoryFile(Self.package.bytes))
        var contents = try package.open()
        var found: [String: ArchiveEntry] = [:]
        var digests: [String: [UInt8]] = [:]
        var order: [String] = []
        while let entry = try contents.next() {
            let name = String(decoding: entry.path, as: UTF8.self)
            order.append(name)
            found[name] = entry
            var bytes: [UInt8] = []
            if reading == "one chunk" { _ = try contents.nextChunk() }
            guard reading == "all" else { continue }
            while let chunk = try contents.nextChunk() { bytes += chunk }
            #expect(bytes.count == entry.size)
            #expect(try contents.nextChunk() == nil)
            digests[name] = contents.checksum
            if entry.kind == .regular { #expect(contents.checksum == TestHash.sha1(bytes)) }
        }
        #expect(try contents.next() == nil)
        let proof = try contents.finish()
        #expect(
            order == [
                "usr", "usr/file", "usr/hard", "usr/link", "usr/empty", "usr/unchecked", ".dummy", "usr/null",
                "usr/ping",
            ])
        #expect(proof.entryCount == order.count)
        #expect(proof.contentSize == 7 + 16 + 1)
        #expect(proof.package.identity == package.identity)
        #expect(found["usr/file"]?.mode == 0o4755)
        #expect(found["usr/hard"]?.linkTarget == Array("usr/file".utf8))
        #expect(found["usr/ping"]?.extendedAttributes.map(\.value) == [[1, 0, 0]])
        guard reading == "all" else { return }
        #expect(digests["usr/link"] == TestHash.sha1(Array("file".utf8)))
        #expect(digests["usr/hard"] == nil)
        #expect(digests["usr"] == nil)
        #expect(digests["usr/empty"] == TestHash.sha1([]))
    }

    /// A wrong digest is found whether its file is read, half read or skipped, and wherever it stands.
    @Test("B: a wrong SHA-1 of a file, also of one that nobody reads", arguments: 0..<3, ["all", "none", "one chunk"])
    func wrongDigest(_ position: Int, _ reading: String) throws {
        var builder = PackageBuilder()
        builder.content = { tar in
            for index in 0..<3 {
                let digest = index == position ? String(repeating: "0", count: 40) : nil
                let right = TestHash.hex(TestHash.sha1(Array("content".utf8)))
                tar.file("file\(index)", "content", pax: [("APK-TOOLS.checksum.SHA1", digest ?? right)])
            }
        }
        let package = try PackageVerifier.strict.verify(MemoryFile(builder.build().bytes))
        var error: ArchiveError?
        do throws(ArchiveError) {
            var contents = try package.open()
            while try contents.next() != nil {
                if reading == "one chunk" { _ = try contents.nextChunk() }
                if reading == "all" { while try contents.nextChunk() != nil {} }
            }
            _ = try contents.finish()
        } catch let caught {
            error = caught
        }
        #expect(error?.code == .checksumMismatch)
        #expect(error?.name == Array("file\(position)".utf8))
    }

    /// The proof cannot be had without the whole: an early end reads the rest.
    @Test
    func finishReadsTheRest() throws {
        var bytes = Self.package.bytes
        #expect(try PackageVerifier.strict.verify(MemoryFile(bytes)).open().finish().entryCount == 9)
        bytes[bytes.count - 5] ^= 1
        let package = try PackageVerifier.strict.verify(MemoryFile(bytes))
        #expect(throws: ArchiveError.self) { try package.open().finish() }
    }

    @Test(
        "Names of the control segment in the data segment",
        arguments: [".PKGINFO", "./.PKGINFO", ".INSTALL", ".post-install", ".trigger"])
    func controlNames(_ name: String) {
        var builder = PackageBuilder()
        builder.content = { $0.checkedFile(name, "x") }
        #expect(refusal(of: builder.build().bytes) == .misplacedEntry)
        builder.content = { $0.checkedFile("dir/" + name.split(separator: "/").last!, "x") }
        #expect(refusal(of: builder.build().bytes) == nil)
    }

    @Test("Edges of an archive's data: no entries, and what Go writes")
    func otherWriters() throws {
        var builder = PackageBuilder()
        builder.content = { _ in }
        #expect(refusal(of: builder.build().bytes) == nil)
        var go = PackageBuilder()
        go.signatures = [.by(.first, .sha256)]
        go.signatureGzip = .go
        go.controlGzip = .go
        go.dataGzip = .go
        #expect(refusal(of: go.build().bytes) == nil)
        var old = PackageBuilder()
        old.format = .gnu
        #expect(refusal(of: old.build().bytes) == nil)
    }
}
