import ApkImage
import ApkTestSupport
import Foundation
import Testing

@Suite("Images: several architectures")
struct SeveralArchitecturesTests {
    private static func image() throws -> TestImage {
        try TestImage([
            .init(name: "scripts", architecture: "noarch") { tar in
                tar.directory("usr")
                tar.checkedFile("usr/script", String(repeating: "some text ", count: 1000))
            }
        ])
    }

    @Test("an index names an image for each, and what they share is there once")
    func index() throws {
        let image = try Self.image()
        let report = try image.build(["x86_64", "aarch64"], .oci, "out")
        #expect(report.images.map(\.platform.description) == ["linux/amd64", "linux/arm64/v8"])
        #expect(report.descriptor.mediaType == .imageIndex)
        #expect(report.images[0].layers[0] == report.images[1].layers[0])
        #expect(report.images[0].layers[1] != report.images[1].layers[1])
        let blobs = try FileManager.default.contentsOfDirectory(atPath: image.path("out/blobs/sha256"))
        // An index; for each a manifest, a configuration and a generated layer; the shared layer.
        #expect(blobs.count == 1 + 2 * 3 + 1)
        for built in report.images {
            let root = try LayeredRoot(built.layers, in: image.path("out"))
            #expect(root.text("etc/apk/arch") == built.architecture + "\n")
        }
    }

    @Test("an archive that one tool reads for one architecture only refuses several")
    func dockerArchive() throws {
        let image = try Self.image()
        let error = #expect(throws: ImageError.self) {
            try image.build(["x86_64", "aarch64"], .dockerArchive, "out.tar")
        }
        #expect(error?.code == .singleArchitecture)
        #expect(!FileManager.default.fileExists(atPath: image.path("out.tar")))
    }

    @Test(
        "skopeo copies all of them, or one", .enabled(if: ExternalTool.isInstalled("skopeo"), "skopeo is not installed")
    )
    func skopeo() throws {
        let skopeo = try #require(ExternalTool("skopeo"))
        let image = try Self.image()
        _ = try image.build(["x86_64", "aarch64"], .ociArchive, "out.tar")
        let source = "oci-archive:" + image.path("out.tar")
        let all = try skopeo.run(["--insecure-policy", "copy", "-q", "--all", source, "oci:" + image.path("all")])
        #expect(all.status == 0, "\(all.errors)")
        let one = try skopeo.run(
            ["--insecure-policy", "--override-arch", "arm64", "copy", "-q", source, "dir:" + image.path("one")])
        #expect(one.status == 0, "\(one.errors)")
    }
}
