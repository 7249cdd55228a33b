import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Every real index and package of apk v3 verifies with the keys beside it, and every file has its hash.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct CorpusADBTests {
    static let indexes = SharedFiles.files(below: "corpus/adb", suffix: ".adb")
    static let packages = SharedFiles.files(below: "corpus/adb", suffix: ".apk")

    static func keys(beside path: String) throws -> KeyRing {
        try KeyRing(directory: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    }

    @Test(arguments: indexes)
    func anIndexVerifies(_ path: String) throws {
        let index = try IndexArchive(keys: Self.keys(beside: path)).read(path: path)
        #expect(index.format == .adb)
        #expect(index.signer?.algorithm == .ecdsa512)
        let bytes = try SharedFiles.bytes(path)
        #expect(index.compressedSize == bytes.count)
        #expect(index.sha256 == TestHash.sha256(bytes))
        let packages = try ADBIndex(index.text)
        #expect(!packages.indices.isEmpty)
        for number in packages.indices { #expect(try packages.package(number).checksum?.byteCount == 32) }
    }

    @Test(arguments: packages)
    func aPackageVerifiesByItsOwnSignature(_ path: String) throws {
        let package = try PackageVerifier(keys: Self.keys(beside: path)).verify(path: path)
        guard case .signature = package.proof else {
            Issue.record("\(package.proof)")
            return
        }
        let proof = try package.verifyContents(hashing: .file)
        #expect(proof.fileSHA256 == TestHash.sha256(try SharedFiles.bytes(path)))
        #expect(proof.contentSize == package.record.installedSize)
    }

    /// The chain from the signed index: its hash is that of the package's metadata, and that has the files' hashes.
    @Test(arguments: indexes)
    func theIndexNamesThePackagesBesideIt(_ path: String) throws {
        let index = try ADBIndex(IndexArchive(keys: Self.keys(beside: path)).read(path: path).text)
        let directory = path[..<(path.lastIndex(of: "/") ?? path.endIndex)]
        for number in index.indices {
            let record = try #require(try index.package(number).indexRecord)
            let file = "\(directory)/\(record).apk"
            guard Self.packages.contains(file) else { continue }
            let package = try PackageVerifier(keys: KeyRing()).verify(path: file, expecting: PackageExpectation(record))
            #expect(package.proof == .index)
            #expect(package.identity == record.checksum)
            #expect(package.warnings.isEmpty)
            var contents = try package.open()
            var last: [UInt8] = []
            while let entry = try contents.next() {
                // Written in order, so parents come first.
                #expect(entry.kind != .directory || !entry.path.lexicographicallyPrecedes(last))
                if entry.kind == .directory { last = entry.path }
                while try contents.nextChunk() != nil {}
                #expect(entry.kind == .directory || contents.checksum?.count == 32)
            }
            _ = try contents.finish()
        }
    }
}
