import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Row D of the list of what is refused: at a limit is fine, one more is refused with the option that raises it.
struct LimitRows {
    struct Case: Sendable, CustomTestStringConvertible {
        var option: String
        /// Sets the limit to a number that the package just reaches, or to one that it passes by one.
        var set: @Sendable (inout ArchiveLimits, Int) -> Void
        var reached: Int
        var build: @Sendable (inout PackageBuilder) -> Void
        var testDescription: String { option }

        init(
            _ option: String, reached: Int, _ set: @escaping @Sendable (inout ArchiveLimits, Int) -> Void,
            _ build: @escaping @Sendable (inout PackageBuilder) -> Void = { _ in }
        ) {
            (self.option, self.reached, self.set, self.build) = (option, reached, set, build)
        }
    }

    /// Sizes of tar streams: a block for each header, PAX header and started block of content.
    static let cases: [Case] = [
        // Header and content of one signature.
        Case("signatureMember", reached: 1024) { $0.signatureMember = $1 },
        Case("signature", reached: 256) { $0.signature = $1 },
        // .PKGINFO in one block.
        Case("control", reached: 1024) { $0.control = $1 },
        Case("script", reached: 1000) {
            $0.script = $1
        } _: { builder in
            builder.scripts = { $0.file(".post-install", String(repeating: "#", count: 1000)) }
        },
        Case("lineLength", reached: 200) {
            $0.lineLength = $1
        } _: { builder in
            builder.lines = ["packager = " + String(repeating: "x", count: 189)]
        },
        Case("dependencies", reached: 8) {
            $0.dependencies = $1
        } _: { builder in
            builder.lines = [
                "depend = a", "depend = b", "provides = c=1", "provides = d", "install_if = e f", "replaces = g",
                "triggers = /h",
            ]
        },
        // PAX header, its records, header, content, and the end.
        Case("data", reached: 6 * 512) { $0.data = $1 },
        Case("entries", reached: 4) {
            $0.entries = $1
        } _: { builder in
            // Directories that have no entry count too.
            builder.content = { tar in
                tar.directory("a")
                tar.checkedFile("a/file", "")
                tar.checkedFile("b/file", "")
            }
        },
        Case("pathDepth", reached: 5) {
            $0.pathDepth = $1
        } _: {
            $0.content = { $0.checkedFile("a/b/c/d/e", "") }
        },
        Case("paxHeader", reached: 20 + 67) {
            $0.paxHeader = $1
        } _: { builder in
            builder.content = { $0.checkedFile("file", "", pax: [("comment", "1234567")]) }
        },
        Case("extendedAttribute", reached: 6 + 100) {
            $0.extendedAttribute = $1
        } _: { builder in
            builder.content = { tar in
                tar.file("file", [], pax: [("SCHILY.xattr.user.x", [UInt8](repeating: 1, count: 100))])
            }
        },
        Case("extendedAttributes", reached: 3 * 106) {
            $0.extendedAttributes = $1
        } _: { builder in
            builder.content = { tar in
                for name in ["a", "b", "c"] {
                    tar.file(name, [], pax: [("SCHILY.xattr.user.x", [UInt8](repeating: 1, count: 100))])
                }
            }
        },
    ]

    @Test(arguments: cases)
    func limit(_ row: Case) throws {
        var builder = PackageBuilder()
        row.build(&builder)
        let bytes = builder.build().bytes
        var verifier = PackageVerifier.strict
        row.set(&verifier.limits, row.reached)
        #expect(failure(of: bytes, by: verifier) == nil)
        row.set(&verifier.limits, row.reached - 1)
        let error = try #require(failure(of: bytes, by: verifier))
        #expect(error.code == .limitExceeded)
        #expect(error.option == row.option)
    }

    @Test("The installed size of the signed index, with slack", arguments: [0, 1, 500])
    func installedSize(_ slack: Int) throws {
        var builder = PackageBuilder()
        builder.content = { tar in
            tar.checkedFile("a", String(repeating: "a", count: 1500))
            tar.checkedFile("b", String(repeating: "b", count: 700))
        }
        let built = builder.build()
        var verifier = PackageVerifier.strict
        verifier.limits.installedSizeSlack = slack
        var expectation = built.expectation()
        for (size, isFine) in [((2200 - slack + 1) / 2, true), ((2199 - slack) / 2, false)] {
            expectation.installedSize = size
            let error = failure(of: built.bytes, expecting: expectation, by: verifier)
            #expect((error == nil) == isFine)
            if let error {
                #expect(error.code == .limitExceeded)
                #expect(error.option == "installedSizeSlack")
                #expect(error.name == Array("b".utf8))
            }
        }
        expectation.installedSize = .max
        #expect(failure(of: built.bytes, expecting: expectation, by: verifier) == nil)
    }

    @Test("F, GHSA-f4w5-5xv9-85f6: a decompression bomb stops at the expansion ratio")
    func bomb() throws {
        var builder = PackageBuilder()
        var tar = TarBuilder()
        var header = tar.header("zeros")
        header.size = .octal(8 << 20)
        tar.entry(header, [UInt8](repeating: 0, count: 8 << 20))
        tar.end()
        builder.dataTar = tar.bytes
        let built = builder.build()
        #expect(failure(of: built.bytes) == nil)
        var verifier = PackageVerifier.strict
        verifier.limits.ratioSlack = 1 << 20
        let error = try #require(failure(of: built.bytes, by: verifier))
        #expect(error.code == .limitExceeded)
        #expect(error.option == "expansionRatio")
        verifier.limits.expansionRatio = 2000
        #expect(failure(of: built.bytes, by: verifier) == nil)
        // The index bounds it much earlier, before a byte of the content is inflated.
        verifier = .strict
        verifier.limits.installedSizeSlack = 1 << 20
        let early = try #require(failure(of: built.bytes, expecting: built.expectation(), by: verifier))
        #expect(early.option == "installedSizeSlack")
    }

    /// What is kept until it is proved stays small, however many compressed bytes are of nothing.
    @Test("D: many compressed bytes that inflate to little", arguments: ["signatureMember", "control"])
    func emptyBlocks(_ option: String) throws {
        let built = PackageBuilder().build()
        let start = option == "control" ? built.signature.count : 0
        let blocks = [[UInt8]](repeating: [0, 0, 0, 0xFF, 0xFF], count: 20_000).joined()
        var bytes = built.bytes
        bytes.insert(contentsOf: blocks, at: start + 10)
        var verifier = PackageVerifier.strict
        verifier.limits.signatureMember = 1024
        verifier.limits.control = 1024
        let error = try #require(failure(of: bytes, by: verifier))
        #expect(error.code == .limitExceeded)
        #expect(error.option == option)
        #expect(try #require(error.offset) <= start + 128 << 10)
    }

    @Test("The defaults: a control segment of 10 MB, 100,000 dependencies, 64 KiB of an attribute")
    func defaults() throws {
        let limits = ArchiveLimits()
        #expect(limits.control == 10 << 20)
        #expect(limits.dependencies == 100_000)
        #expect(limits.extendedAttribute == 64 << 10)
        #expect(limits.paxHeader == 1 << 20)
        var builder = PackageBuilder()
        builder.lines = ["depend = " + (0..<100_000).map { "d\($0)" }.joined(separator: " ")]
        #expect(try verify(builder.build().bytes).record.dependencies.count == 100_000)
        builder.lines.append("depend = one-more")
        #expect(failure(of: builder.build().bytes)?.option == "dependencies")
    }

    @Test("Memory stays flat: a file of 256 MiB passes through two buffers")
    func flatMemory() throws {
        // The archive is made while it is read, so that neither side of the test holds it.
        struct Zeros: ByteSource {
            var name: String { "zeros" }
            var header: [UInt8]
            var left: Int
            mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
                if !header.isEmpty {
                    buffer.copyBytes(from: header)
                    defer { header = [] }
                    return header.count
                }
                let count = min(buffer.count, left)
                UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]).initializeMemory(as: UInt8.self, repeating: 0)
                left -= count
                return count
            }
        }
        var header = TarBuilder().header("big")
        header.size = .octal(1 << 28)
        var tar = TarReader(Zeros(header: header.block(), left: (1 << 28) + 1024))
        #expect(try tar.next()?.size == 1 << 28)
        var largest = 0
        var total = 0
        while let chunk = try tar.nextChunk() {
            largest = max(largest, chunk.count)
            total += chunk.count
        }
        #expect(total == 1 << 28)
        #expect(largest <= 128 << 10)
        #expect(try tar.next() == nil)
    }
}
