import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// Every real v2 package verifies by its own signature and by the index of its repository, and reads to its end.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct CorpusPackageTests {
    static let packages = SharedFiles.files(below: "corpus/alpine", suffix: ".apk")

    static func verifier() throws -> PackageVerifier {
        var ring = KeyRing()
        for vendor in ["alpine", "wolfi", "chainguard"] {
            try ring.add(directory: SharedFiles.path("corpus/keys/" + vendor))
        }
        return PackageVerifier(keys: ring, architectures: ["x86_64"])
    }

    @Test(arguments: packages)
    func verifiesByItself(_ path: String) throws {
        let package = try Self.verifier().verify(path: path)
        guard case .signature = package.proof else {
            Issue.record("not proved by a signature")
            return
        }
        #expect(path.hasSuffix("/\(package.name)-\(package.version).apk"))
        let bytes = try SharedFiles.bytes(path)
        let proof = try package.verifyContents(hashing: [.file, .inflatedData])
        #expect(proof.fileSHA256 == TestHash.sha256(bytes))
        let segments = try #require(package.segments)
        #expect(package.dataHash == TestHash.sha256(Array(bytes[segments.data])))
        #expect(package.identity.bytes == TestHash.sha1(Array(bytes[segments.control])))
        #expect(package.links.map(\.outcome).allSatisfy { $0 == .proved })
    }
}
