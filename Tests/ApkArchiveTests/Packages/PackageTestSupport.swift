import ApkArchive
import ApkFormats
import ApkTestSupport
import Testing

/// The ring with the first test key alone.
let firstKeyOnly = KeyRing(keys: [(name: TestKey.first.name, pem: TestKey.first.publicPEM)])

extension PackageVerifier {
    /// Trusts the first test key, wants x86_64.
    static let strict = PackageVerifier(keys: firstKeyOnly, architectures: ["x86_64"])
}

extension PackageBuilder.Built {
    /// What an index would say of this package.
    func expectation(
        name: String = "example", version: String = "1.0-r0", architecture: String? = "x86_64"
    ) -> PackageExpectation {
        PackageExpectation(
            name: name, version: version, architecture: architecture, identity: Checksum(bytes: identity)!,
            downloadSize: bytes.count, installedSize: 4096)
    }
}

/// Verifies control and contents; the package that comes out, or what was thrown.
func verify(
    _ bytes: [UInt8], expecting expectation: PackageExpectation? = nil, by verifier: PackageVerifier = .strict
) throws -> VerifiedPackage {
    let package = try verifier.verify(MemoryFile(bytes, name: "test.apk"), expecting: expectation)
    return try package.verifyContents().package
}

/// The code with which bytes are refused; nil where they are accepted.
func refusal(
    of bytes: [UInt8], expecting expectation: PackageExpectation? = nil, by verifier: PackageVerifier = .strict
) -> ArchiveError.Code? {
    failure(of: bytes, expecting: expectation, by: verifier)?.code
}

/// The error with which bytes are refused; nil where they are accepted.
func failure(
    of bytes: [UInt8], expecting expectation: PackageExpectation? = nil, by verifier: PackageVerifier = .strict
) -> ArchiveError? {
    do {
        _ = try verify(bytes, expecting: expectation, by: verifier)
        return nil
    } catch {
        return error as? ArchiveError
    }
}
