import ApkArchive
import ApkFormats
import ApkImage
import ApkRepositories
import ApkSolver
import ApkTestSupport
import Foundation
import Testing

/// Real packages of apk v3, which hold no archive that could be a layer.
@Suite(
    "Images: layers of apk v3 packages", .enabled(if: SharedFiles.isAvailable, "the shared corpus is not there"))
struct Version3LayerTests {
    /// Packages of the repository by name, whatever they depend on.
    private static func contents(_ names: [String]) throws -> ImageContents {
        let directory = SharedFiles.path("corpus/adb/openwrt-melmac")
        var options = RepositoryOptions()
        options.keyDirectories = [directory]
        options.repositories = [directory + "/packages.adb"]
        options.architecture = "aarch64_cortex-a53"
        let catalog = try Catalog.load(options)
        let packages = try catalog.universe.allPackages.filter { names.contains(catalog.universe.name(of: $0)) }.map {
            ImagePackage(record: catalog.universe.record(of: $0), request: try catalog.request(for: $0))
        }
        return ImageContents(architecture: "aarch64_cortex-a53", packages: packages, world: World())
    }

    @Test("are written, show every file, and are the same for any layers", arguments: LayerStrategy.allCases)
    func written(_ strategy: LayerStrategy) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("v3-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let contents = try Self.contents(["wireless-regdb", "adblock-fast"])
        #expect(contents.packages.count == 2)
        var options = ImageOptions()
        options.strategy = strategy
        let builder = ImageBuilder(
            supply: LocalSupply(), verifier: PackageVerifier(keys: KeyRing()), options: options)
        var roots: [LayeredRoot] = []
        for name in ["one", "two"] {
            let path = directory.appendingPathComponent(name).path
            let report = try builder.build([contents], to: ImageDestination(format: .oci, path: path))
            #expect(report.images[0].platform.description == "linux/arm64/v8")
            #expect(report.images[0].layers.allSatisfy { $0.kind != .packageBytes })
            roots.append(try LayeredRoot(report.images[0].layers, in: path))
        }
        #expect(roots[0] == roots[1])
        let firmware = try #require(roots[0].files["lib/firmware/regulatory.db"])
        #expect(firmware.content.count > 1000)
        #expect(roots[0].text("lib/apk/db/installed")?.contains("P:adblock-fast\n") == true)
    }
}
