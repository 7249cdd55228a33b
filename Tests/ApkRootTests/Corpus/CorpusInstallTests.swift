import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// Real packages become roots; GNU tar of the same data segments says what must be in them.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct CorpusInstallTests {
    static func packages(_ directory: String) throws -> [VerifiedPackage] {
        let verifier = PackageVerifier(keys: try KeyRing(directory: SharedFiles.path("corpus/keys/alpine")))
        return try SharedFiles.files(below: directory, suffix: ".apk").map { try verifier.verify(path: $0) }
    }

    @Test func bootRepositoryInstalls() throws {
        let directory = TestDirectory()
        let packages = try Self.packages("corpus/alpine/v3.19.1-boot")
        let plan = try install(packages, into: directory.root, world: "alpine-base")
        #expect(plan.database.packages.count == 100)
        let text = try #require(FileManager.default.contents(atPath: directory.root + "/lib/apk/db/installed"))
        let database = try InstalledDatabase(parsing: [UInt8](text))
        #expect(database.text == [UInt8](text))
        #expect(!FileManager.default.fileExists(atPath: directory.root + "/.apkresolve"))
    }
}
