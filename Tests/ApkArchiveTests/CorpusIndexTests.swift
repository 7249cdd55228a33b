import ApkArchive
import ApkTestSupport
import Testing

/// Every real index verifies, and none does with a byte of it changed.
// Enabled only beside the shared corpus, which is not part of the checkout.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct CorpusIndexTests {
    static let indexes = SharedFiles.files(below: "corpus", suffix: "APKINDEX.tar.gz")

    static func keys() throws -> KeyRing {
        var ring = KeyRing()
        for vendor in ["alpine", "wolfi", "chainguard"] {
            try ring.add(directory: SharedFiles.path("corpus/keys/" + vendor))
        }
        return ring
    }

    @Test(arguments: indexes)
    func verifies(_ path: String) throws {
        let index = try IndexArchive(keys: Self.keys()).read(path: path)
        #expect(index.signer != nil)
        #expect(index.text.starts(with: "C:Q1".utf8))
        let bytes = try SharedFiles.bytes(path)
        #expect(index.compressedSize == bytes.count)
        #expect(index.sha256 == TestHash.sha256(bytes))
    }
}
