import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Rows G of `archive-safety.md` and §8 of `adb-format.md`. Each case builds its bytes and says which row it is.
@Suite struct ADBRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var row: String
        var code: ArchiveError.Code
        var format: FormatError.Code?
        var bytes: @Sendable () -> [UInt8]
        var testDescription: String { row }

        init(
            _ row: String, _ code: ArchiveError.Code, _ format: FormatError.Code? = nil,
            _ bytes: @escaping @Sendable () -> [UInt8]
        ) {
            (self.row, self.code, self.format, self.bytes) = (row, code, format, bytes)
        }

        /// A package that was changed before it was written and signed.
        static func package(
            _ row: String, _ code: ArchiveError.Code, _ format: FormatError.Code? = nil,
            _ change: @escaping @Sendable (inout RawPackage) -> Void
        ) -> Case {
            Case(row, code, format) {
                var package = RawPackage()
                change(&package)
                return package.stream().bytes()
            }
        }

        /// A file that was changed as a whole.
        static func stream(
            _ row: String, _ code: ArchiveError.Code, _ change: @escaping @Sendable (inout ADBStreamBuilder) -> [UInt8]
        ) -> Case {
            Case(row, code) {
                var package = RawPackage()
                var stream = package.stream()
                return change(&stream)
            }
        }
    }

    static let verifier = PackageVerifier(
        keys: KeyRing(keys: [
            (TestKey.curve.name, TestKey.curve.publicPEM), (TestKey.first.name, TestKey.first.publicPEM),
        ]))

    /// Reads everything there is.
    static func read(_ bytes: [UInt8], _ verifier: PackageVerifier = Self.verifier) throws -> VerifiedContents {
        try verifier.verify(MemoryFile(bytes, name: "test")).verifyContents()
    }

    @Test func theUnchangedPackageIsAccepted() throws {
        var package = RawPackage()
        var stream = package.stream()
        for compression in [
            ADBStreamBuilder.Compression.none, .deflate, .specified(algorithm: 1, level: 9),
        ] {
            stream.compression = compression
            #expect(try Self.read(stream.bytes()).contentSize == 2)
        }
    }

    @Test(arguments: containers + values + metadata + names + contents)
    func isRefused(_ row: Case) throws {
        let bytes = row.bytes()
        #expect {
            try Self.read(bytes)
        } throws: { error in
            guard let error = error as? ArchiveError else { return false }
            #expect(error.code == row.code)
            #expect(row.format == nil || error.format?.code == row.format)
            #expect(error.path == "test")
            return true
        }
    }

    // MARK: Bad magic or compression, blocks, trailing bytes

    static let containers: [Case] = [
        .stream("bad magic", .notADB) { Array("ADBx".utf8) + $0.bytes().dropFirst(4) },
        .stream("magic alone", .truncatedADB) { _ in Array("ADB.".utf8) },
        .stream("another schema", .notADB) {
            $0.schema = .index
            return $0.bytes()
        },
        .stream("zstd", .unsupportedCompression) {
            ADBStreamBuilder.compressed($0.stream(), .specified(algorithm: 2, level: 0))
        },
        .stream("unknown compression", .unsupportedCompression) {
            ADBStreamBuilder.compressed($0.stream(), .specified(algorithm: 7, level: 0))
        },
        .stream("compressed twice", .notADB) {
            ADBStreamBuilder.compressed(ADBStreamBuilder.compressed($0.stream(), .deflate), .deflate)
        },
        .stream("deflate that is none", .badDeflate) { _ in Array("ADBd".utf8) + [0xff, 0xff, 0xff] },
        .stream("deflate that ends early", .truncatedADB) {
            ADBStreamBuilder.compressed($0.stream(), .deflate).dropLast(3)
        },
        .stream("block size below the header", .badBlock) { _ in
            Array("ADB.pckg".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0, count: 12)
        },
        .stream("block past the end", .truncatedADB) { _ in
            Array("ADB.pckg".utf8) + [0xff, 0xff, 0x3f, 0] + [UInt8](repeating: 0, count: 64)
        },
        .stream("block of an unknown type", .badBlock) {
            $0.blocks = [.init(5, [1, 2, 3, 4], isExtended: true)]
            return $0.bytes()
        },
        .stream("extended block with a reserved field", .badBlock) { _ in
            Array("ADB.pckg".utf8) + [0, 0, 0, 0xc0, 1, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0]
        },
        .stream("extended block below its header", .badBlock) { _ in
            Array("ADB.pckg".utf8) + [0, 0, 0, 0xc0, 0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0]
        },
        .stream("extended block of a petabyte", .badBlock) { _ in
            Array("ADB.pckg".utf8) + [0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]
        },
        .stream("extended block beyond the limit", .limitExceeded) { _ in
            Array("ADB.pckg".utf8) + [0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0]
        },
        .stream("a second block with metadata", .misplacedBlock) {
            $0.blocks.insert(.init(0, $0.payload), at: 0)
            return $0.bytes()
        },
        .stream("no metadata", .misplacedBlock) { _ in Array("ADB.pckg".utf8) },
        .stream("signature before the metadata", .misplacedBlock) {
            let signature = ADBStreamBuilder.Block(1, $0.signature(by: .curve)).bytes
            return Array("ADB.pckg".utf8) + signature + $0.stream().dropFirst(8)
        },
        .stream("signature behind contents", .misplacedBlock) {
            $0.blocks.append(.init(1, $0.signature(by: .curve)))
            return $0.bytes()
        },
        .stream("signature too short for one", .badBlock) {
            $0.blocks.insert(.init(1, [0, 4, 1]), at: 0)
            return $0.bytes()
        },
        .stream("padding that is not zero", .badBlock) {
            var bytes = $0.bytes()
            bytes[bytes.count - 1] = 1
            return bytes
        },
        .stream("no padding at the end", .truncatedADB) { $0.bytes().dropLast() },
        .stream("a byte behind the last block", .truncatedADB) { $0.bytes() + [0] },
        .stream("a word behind the last block", .badBlock) { $0.bytes() + [0, 0, 0, 0, 0, 0, 0, 0] },
        .stream("a byte behind the deflate stream", .trailingData) {
            ADBStreamBuilder.compressed($0.stream(), .deflate) + [0]
        },
    ]

    // MARK: Offsets, counts, lengths, cycles, types

    static let values: [Case] = [
        .stream("metadata below its header", .badADB) {
            $0.payload = [0, 0, 0, 0]
            return $0.bytes()
        },
        .stream("a version that only later readers read", .badADB) {
            $0.payload[0] = 1
            return $0.bytes()
        },
        .stream("no root", .badADB) {
            $0.payload = [0, 0, 0, 0, 0, 0, 0, 0]
            return $0.bytes()
        },
        .package("unaligned object", .badADB, .misplacedValue) {
            $0.info = $0.goodInfo() + 1
        },
        .package("offset in the header", .badADB, .misplacedValue) { $0.info = ADBWriter.value(14, 4) },
        .package("offset past the end", .badADB, .misplacedValue) { $0.info = ADBWriter.value(14, 0xff_fff0) },
        .package("slots past the end", .badADB, .misplacedValue) {
            $0.info = $0.adb.store(14, alignment: 4, ADBWriter.word32(0x1000_0000) + ADBWriter.word32(0))
        },
        .package("no slot at all", .badADB, .misplacedValue) {
            $0.info = $0.adb.store(14, alignment: 4, ADBWriter.word32(0))
        },
        // A directory whose list of files is the directory itself.
        .package("cycle", .badADB, .misplacedValue) {
            let slots = [$0.adb.text("a"), $0.goodAccess()]
            let place = ($0.adb.bytes.count + 3) & ~3
            let words = [4] + slots.map(Int.init) + [Int(ADBWriter.value(14, place))]
            $0.moreDirectories = [$0.adb.store(14, alignment: 4, words.flatMap(ADBWriter.word32))]
        },
        .package("a value behind what refers to it", .badADB, .misplacedValue) {
            let place = ($0.adb.bytes.count + 3) & ~3
            $0.name = ADBWriter.value(8, place + 400)
        },
        .package("8-bit length past the end", .badADB, .misplacedValue) {
            $0.name = $0.adb.store(8, alignment: 1, [255, 0x78])
        },
        .package("16-bit length past the end", .badADB, .misplacedValue) {
            $0.name = $0.adb.store(9, alignment: 2, [255, 255, 0x78])
        },
        .package("32-bit length past the end", .badADB, .misplacedValue) {
            $0.name = $0.adb.store(10, alignment: 4, [255, 255, 255, 255, 0x78])
        },
        .package("unaligned 16-bit length", .badADB, .misplacedValue) {
            if $0.adb.bytes.count.isMultiple(of: 2) { _ = $0.adb.store(8, alignment: 1, [0]) }
            $0.name = $0.adb.store(9, alignment: 1, [1, 0, 0x78])
        },
        .package("unaligned number", .badADB, .misplacedValue) {
            if $0.adb.bytes.count.isMultiple(of: 4) { _ = $0.adb.store(8, alignment: 1, [0]) }
            $0.time = $0.adb.store(2, alignment: 1, [1, 0, 0, 0])
        },
        .package("a number for a name", .badADB, .wrongKind) { $0.name = $0.adb.number(7) },
        .package("bytes for a number", .badADB, .wrongKind) { $0.size = $0.adb.text("7") },
        .package("bytes for an object", .badADB, .wrongKind) { $0.access = $0.adb.text("root") },
        .package("true for a name", .badADB, .wrongKind) { $0.name = 1 },
        .package("an object for a hash", .badADB, .wrongKind) { $0.hash = $0.goodAccess() },
        .package("a type that does not exist", .badADB, .wrongKind) { $0.name = ADBWriter.value(5, 8) },
        .package("the error type", .badADB, .wrongKind) { $0.name = ADBWriter.value(15, 8) },
        .package("a file that is a dependency's list", .badADB) {
            let one = $0.adb.text("a")
            $0.moreFiles = [$0.adb.array([$0.adb.array([one])])]
        },
    ]

    // MARK: Metadata

    static let metadata: [Case] = [
        .package("no name", .badADB, .missingField) {
            let version = $0.adb.text("1")
            $0.info = $0.adb.object([ADBWriter.null, version])
        },
        .package("a name that is a path", .badADB, .invalidName) {
            let slots = [$0.adb.text("../x"), $0.adb.text("1")]
            $0.info = $0.adb.object(slots)
        },
        .package("a version with a line feed", .badADB, .invalidName) {
            let slots = [$0.adb.text("x"), $0.adb.text("1\nD:y")]
            $0.info = $0.adb.object(slots)
        },
        .package("an architecture that is a path", .badPackageInfo, .invalidName) {
            let slots = [$0.adb.text("x"), $0.adb.text("1"), ADBWriter.null, ADBWriter.null, $0.adb.text("../y")]
            $0.info = $0.adb.object(slots)
        },
        .package("a tag with a blank", .badADB, .invalidValue) {
            let slots = [$0.adb.text("x"), $0.adb.text("1")]
            let tags = $0.adb.array([$0.adb.text("a b")])
            $0.info = $0.adb.object(slots + [UInt32](repeating: 0, count: 18) + [tags])
        },
        .package("no hash", .badADB, .invalidValue) { $0.hash = ADBWriter.null },
        .package("a hash of 20 bytes", .badADB, .invalidValue) {
            $0.hash = $0.adb.blob([UInt8](repeating: 1, count: 20))
        },
        .package("a mode beyond permissions", .badADB, .invalidValue) { $0.access = $0.goodAccess(mode: 0o100644) },
        .package("an owner's name with a newline", .badADB, .invalidName) {
            let slots = [$0.adb.number(0o644), $0.adb.text("a\nroot"), $0.adb.text("root")]
            $0.access = $0.adb.object(slots)
        },
        .package("a group's name with a colon", .badADB, .invalidName) {
            let slots = [$0.adb.number(0o644), $0.adb.text("root"), $0.adb.text("a:x:0")]
            $0.access = $0.adb.object(slots)
        },
        .package("no permissions", .badADB, .missingField) { $0.access = ADBWriter.null },
        .package("an attribute without a NUL", .badADB, .invalidValue) {
            let attributes = $0.adb.array([$0.adb.text("user.q")])
            let slots = [$0.adb.number(0o644), $0.adb.text("root"), $0.adb.text("root"), attributes]
            $0.access = $0.adb.object(slots)
        },
        .package("names of attributes beyond what Linux lists", .badADB, .invalidValue) {
            let name = [UInt8](repeating: 0x61, count: 250)
            var values: [UInt32] = []
            for number in 0..<262 { values.append($0.adb.blob(name + Array(String(number + 1000).utf8) + [0])) }
            let slots = [$0.adb.number(0o644), $0.adb.text("root"), $0.adb.text("root"), $0.adb.array(values)]
            $0.access = $0.adb.object(slots)
        },
        .package("an attribute twice", .badADB, .duplicateName) {
            let values = [$0.adb.blob([0x61, 0, 1]), $0.adb.blob([0x61, 0, 2])]
            let attributes = $0.adb.array(values)
            let slots = [$0.adb.number(0o644), $0.adb.text("root"), $0.adb.text("root"), attributes]
            $0.access = $0.adb.object(slots)
        },
        .package("a link target of 0 bytes", .badADB, .invalidValue) {
            $0.target = $0.adb.store(8, alignment: 1, [0])
        },
        .package("a link target of 1 byte", .badADB, .invalidValue) { $0.target = $0.adb.blob([0]) },
        .package("a link to nothing", .badADB, .invalidValue) { $0.target = $0.adb.blob([0, 0xa0]) },
        .package("a link target of PATH_MAX bytes", .badADB, .invalidValue) {
            $0.target = $0.adb.blob([0, 0xa0] + [UInt8](repeating: 0x78, count: 4096))
        },
        .package("a link target with a line feed", .badADB, .invalidValue) {
            $0.target = $0.adb.blob([0, 0xa0, 0x0a])
        },
        .package("a socket", .badADB, .invalidValue) {
            $0.target = $0.adb.blob([0, 0xc0] + [UInt8](repeating: 0, count: 8))
        },
        .package("half a device number", .badADB, .invalidValue) { $0.target = $0.adb.blob([0, 0x20, 1, 2]) },
        .package("a hard link that leads upwards", .badADB, .invalidValue) {
            $0.target = $0.adb.blob([0, 0x80] + Array("../x".utf8))
        },
    ]

    // MARK: Names

    static let badNames: [(String, String)] = [
        ("..", "parent"), (".", "itself"), ("a/b", "slash"), ("/a", "absolute"), ("a\0b", "NUL"), ("a\nb", "line feed"),
        ("a\u{7f}", "DEL"), (String(repeating: "x", count: 256), "256 bytes"),
    ]

    static let names: [Case] =
        badNames.map { name, what in
            .package("file name: \(what)", .badADB, .invalidName) { $0.name = $0.adb.text(name) }
        }
        + badNames.filter { $0.1 != "slash" }.flatMap { name, what in
            ["\(name)", "a/\(name)", "\(name)/a"].map { path in
                .package("directory: \(what) in \(path.prefix(8))", .badADB, .invalidName) {
                    $0.moreDirectories = [$0.directory(path)]
                }
            }
        } + [
            .package("file name: none", .badADB, .invalidName) { $0.name = ADBWriter.null },
            .package("directory with a slash at its end", .badADB, .invalidName) {
                $0.moreDirectories = [$0.directory("a/")]
            },
            .package("a file twice", .badADB, .duplicateName) { $0.moreFiles = [$0.file($0.adb.text("x"))] },
            .package("a file twice, out of order", .badADB, .duplicateName) {
                $0.moreFiles = [$0.file($0.adb.text("a")), $0.file($0.adb.text("x"))]
            },
            .package("a directory twice", .badADB, .duplicateName) {
                $0.moreDirectories = [$0.directory("a"), $0.directory("b"), $0.directory("a")]
            },
            .package("a file that is a directory", .badADB, .duplicateName) {
                $0.moreDirectories = [$0.directory("x")]
            },
            .package("a file above a directory", .badADB, .duplicateName) {
                $0.moreDirectories = [$0.directory("x/y")]
            },
        ]

    // MARK: Contents

    static let contents: [Case] = [
        .package("contents missing", .badDataBlock) { $0.blocks = [] },
        .package("contents twice", .badDataBlock) {
            $0.blocks = [.data(1, 1, RawPackage.content), .data(1, 1, RawPackage.content)]
        },
        .package("contents of another size", .badDataBlock) { $0.blocks = [.data(1, 1, Array("hi!".utf8))] },
        .package("contents of another file", .badDataBlock) { $0.blocks = [.data(1, 2, RawPackage.content)] },
        .package("contents of another directory", .badDataBlock) { $0.blocks = [.data(2, 1, RawPackage.content)] },
        .package("contents without their file", .badDataBlock) { $0.blocks = [.init(2, [1, 0, 0, 0])] },
        .package("contents of an empty file", .badDataBlock) {
            $0.size = $0.adb.number(0)
            $0.hash = $0.adb.blob(TestHash.sha256([]))
        },
        .package("contents of a link", .badDataBlock) { $0.target = $0.adb.blob([0, 0xa0, 0x79]) },
        .package("contents out of order", .badDataBlock) {
            let size = $0.adb.number(2)
            let hash = $0.adb.blob(TestHash.sha256(RawPackage.content))
            $0.moreFiles = [$0.file($0.adb.text("y"), size: size, hash: hash)]
            $0.blocks = [.data(1, 2, RawPackage.content), .data(1, 1, RawPackage.content)]
        },
        .package("contents that do not fit the hash", .checksumMismatch) {
            $0.blocks = [.data(1, 1, Array("ho".utf8))]
        },
        .package("an empty file with a hash of something", .checksumMismatch) {
            $0.size = $0.adb.number(0)
            $0.blocks = []
        },
        .package("a hard link to nothing", .badHardLink) {
            $0.target = $0.adb.blob([0, 0x80] + Array("y".utf8))
            $0.blocks = []
        },
        .package("a hard link to itself", .badHardLink) {
            $0.target = $0.adb.blob([0, 0x80] + Array("x".utf8))
            $0.blocks = []
        },
        .package("a hard link before its file", .badHardLink) {
            let size = $0.adb.number(2)
            let hash = $0.adb.blob(TestHash.sha256(RawPackage.content))
            $0.target = $0.adb.blob([0, 0x80] + Array("y".utf8))
            $0.moreFiles = [$0.file($0.adb.text("y"), size: size, hash: hash)]
            $0.blocks = [.data(1, 2, RawPackage.content)]
        },
        .package("a hard link of another content", .badHardLink) {
            $0.moreFiles = [$0.file($0.adb.text("y"), target: $0.adb.blob([0, 0x80, 0x78]))]
        },
    ]
}
