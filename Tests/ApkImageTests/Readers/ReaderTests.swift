import ApkArchive
import ApkImage
import ApkTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// What Debian's `skopeo` and `umoci` make of images.
@Suite("Images: independent readers")
struct ReaderTests {
    /// Files of every kind that a layer carries.
    private static func allKinds() throws -> TestImage {
        // cap_net_bind_service, effective and permitted, as `setcap` writes it.
        let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        return try TestImage([
            .init(name: "kinds") { tar in
                tar.directory("bin")
                let program = Array("#!/bin/sh\n".utf8)
                let digest = Array(TestHash.hex(TestHash.sha1(program)).utf8)
                tar.pax([("SCHILY.xattr.security.capability", capability), ("APK-TOOLS.checksum.SHA1", digest)])
                var header = tar.header("bin/server", mode: 0o755)
                header.size = .octal(program.count)
                header.userID = .octal(12)
                header.groupID = .octal(34)
                header.userName = Array("unknown".utf8)
                header.groupName = Array("unknown".utf8)
                // abuild leaves a hint in a field that means nothing for a regular file.
                header.linkName = [0, 0, 0] + Array("APK2".utf8) + [0x40, 0, 20, 0] + TestHash.sha1(program)
                tar.entry(header, program)
                tar.checkedFile("bin/setuid", "s", mode: 0o4711)
                tar.hardLink("bin/again", to: "bin/server")
                tar.checkedLink("bin/link", to: "/bin/server")
                tar.directory("tmp", mode: 0o1777)
                let long = "bin/" + String(repeating: "n", count: 200)
                tar.checkedFile("x", "long", pax: [("path", long)])
            },
            .init(name: "more") { tar in
                tar.directory("bin", mode: 0o755)
                tar.checkedFile("bin/more", "more")
                tar.checkedFile(".dummy", "")
            },
        ])
    }

    @Test(
        "skopeo copies every format to every other",
        .enabled(if: ExternalTool.isInstalled("skopeo"), "skopeo is not installed"),
        arguments: ImageDestination.Format.allCases, LayerStrategy.allCases)
    func skopeo(_ format: ImageDestination.Format, _ strategy: LayerStrategy) throws {
        let skopeo = try #require(ExternalTool("skopeo"))
        let image = try Self.allKinds()
        image.options.strategy = strategy
        image.options.name = "example:1"
        let report = try image.build(format, "image")
        // A docker archive is an OCI archive as well.
        let readers = format == .dockerArchive ? ["docker-archive", "oci-archive"] : [format.rawValue]
        for (number, reader) in readers.enumerated() {
            let source = "\(reader):\(image.path("image"))"
            for target in [
                "dir:\(image.path("dir\(number)"))", "docker-archive:\(image.path("copy\(number).tar")):a:b",
            ] {
                let run = try skopeo.run(["--insecure-policy", "copy", "-q", source, target])
                #expect(run.status == 0, "\(source) \(target): \(run.errors)")
            }
            let inspection = try skopeo.run(["inspect", "--raw", source])
            let manifest = TestHash.hex(TestHash.sha256(Array(inspection.output.utf8)))
            if reader != "docker-archive" { #expect(report.images[0].manifest.digest.hexadecimal == manifest) }
        }
    }

    @Test(
        "umoci unpacks owners, modes, links and capabilities as they are",
        .enabled(if: ExternalTool.isInstalled("umoci"), "umoci is not installed"),
        .enabled(if: geteuid() == 0, "only the superuser may give files away"), arguments: LayerStrategy.allCases)
    func umoci(_ strategy: LayerStrategy) throws {
        let umoci = try #require(ExternalTool("umoci"))
        let image = try Self.allKinds()
        image.options.strategy = strategy
        _ = try image.build(.oci, "image")
        let run = try umoci.run(["unpack", "--image", image.path("image") + ":latest", image.path("bundle")])
        #expect(run.status == 0, "\(run.errors)")
        let root = image.path("bundle/rootfs")
        var status = stat()
        #expect(lstat(root + "/bin/server", &status) == 0)
        #expect(status.st_uid == 12 && status.st_gid == 34 && status.st_mode & 0o7777 == 0o755 && status.st_nlink == 2)
        let inode = status.st_ino
        #expect(lstat(root + "/bin/again", &status) == 0 && status.st_ino == inode)
        #expect(lstat(root + "/bin/setuid", &status) == 0 && status.st_mode & 0o7777 == 0o4711)
        #expect(lstat(root + "/tmp", &status) == 0 && status.st_mode & 0o7777 == 0o1777)
        #expect(lstat(root + "/bin/" + String(repeating: "n", count: 200), &status) == 0)
        #expect(lstat(root + "/.dummy", &status) != 0)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root + "/bin/link") == "/bin/server")
        if let python = ExternalTool("python3") {
            let script = "import os, sys; print(os.getxattr(sys.argv[1], 'security.capability').hex())"
            let capability = try python.run(["-c", script, root + "/bin/server"])
            #expect(capability.output == "0100000200040000000000000000000000000000\n", "\(capability.errors)")
        }
    }
}
