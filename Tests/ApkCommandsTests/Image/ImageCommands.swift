import ApkCommands
import ApkTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("image: the command")
struct ImageCommands {
    /// The hundred real packages that boot Alpine.
    private static let boot = [
        "-X", SharedFiles.path("corpus/alpine/v3.19.1-boot"), "--keys-dir", SharedFiles.path("corpus/keys/alpine"),
        "--arch", "x86_64", "--no-cache",
    ]

    private static func run(_ arguments: [String]) -> (status: Int32, output: String, errors: String) {
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(arguments, console: console)
        return (status, console.output, console.errors)
    }

    private static func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("images-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }

    @Test(
        "messages",
        arguments: [
            (["image", "zlib"], 2, "error: image: say where to write it: `-o node.tar`, or a directory\n"),
            (
                ["image", "zlib", "-o", "x.tar.gz"], 2,
                "error: `--output x.tar.gz` is not a name that ends in .tar: layers are compressed already\n"
            ),
            (
                ["image", "zlib", "-o", "-", "--format", "oci"], 2,
                "error: `--output -` is not a directory for --format oci, or an archive format\n"
            ),
            (
                ["image", "zlib", "-o", "x.tar", "--add", "dir:relative"], 2,
                "error: `--add dir:relative` is not DIR:PATH with an absolute PATH in the image\n"
            ),
            (
                ["image", "--plan", "x"], 2,
                "error: image --plan: name two locks or images: `image --plan old.lock.json apk.lock.json`\n"
            ),
            (
                ["image", "zlib", "-o", "x.tar", "--port", "http"], 2,
                "error: `--port http` is not a number such as 8080 or 53/udp\n"
            ),
        ] as [([String], Int32, String)])
    func message(_ arguments: [String], _ status: Int32, _ text: String) {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let run = Self.run(
            arguments + ["-X", fixtures + "/repository", "--keys-dir", fixtures + "/keys", "--arch", "x86_64"])
        #expect(run.status == status)
        #expect(run.errors.hasPrefix(text), "\(run.errors)")
    }

    @Test(
        "an image of alpine-base is what an install makes, for any layers, and its programs run",
        .enabled(if: SharedFiles.isAvailable, "the shared corpus is not there"),
        .enabled(if: ExternalTool.isInstalled("umoci"), "umoci is not installed"),
        .enabled(if: geteuid() == 0, "only the superuser may give files away"),
        arguments: ["package", "origin", "single"])
    func alpineBase(_ layers: String) throws {
        try Self.withDirectory { directory in
            let install = Self.run(["install", "alpine-base", "--root", directory + "/root"] + Self.boot)
            #expect(install.status == 0, "\(install.errors)")
            let image = Self.run(["image", "alpine-base", "--layers", layers, "-o", directory + "/image"] + Self.boot)
            #expect(image.status == 0, "\(image.errors)")
            let umoci = try #require(ExternalTool("umoci"))
            let unpack = try umoci.run(["unpack", "--image", directory + "/image:latest", directory + "/bundle"])
            #expect(unpack.status == 0, "\(unpack.errors)")
            let rootfs = directory + "/bundle/rootfs"
            let (expected, found) = (try Self.listing(of: directory + "/root"), try Self.listing(of: rootfs))
            #expect(expected.count > 400)
            #expect(found == expected, "\(found.symmetricDifference(expected).sorted().prefix(20))")
            try Self.runPrograms(in: rootfs)
        }
    }

    /// Everything about each file below a root, one text a file; a directory's time is nobody's promise.
    private static func listing(of root: String) throws -> Set<String> {
        var lines: Set<String> = []
        let names = try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
        for name in names {
            var status = stat()
            #expect(lstat(root + "/" + name, &status) == 0)
            var line = "\(name) \(String(status.st_mode, radix: 8)) \(status.st_uid):\(status.st_gid)"
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                let content = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
                line += " \(status.st_nlink) \(TestHash.hex(TestHash.sha1([UInt8](content)))) \(status.st_mtim.tv_sec)"
            case S_IFLNK: line += " " + (try FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + name))
            case S_IFCHR, S_IFBLK: line += " \(status.st_rdev)"
            default: break
            }
            lines.insert(line)
        }
        return lines
    }

    /// Runs what an image of alpine-base is there for.
    private static func runPrograms(in rootfs: String) throws {
        #if arch(x86_64)
            let chroot = try #require(ExternalTool("chroot"))
            let list = try chroot.run([rootfs, "/bin/busybox", "--list"])
            #expect(list.status == 0 && list.output.contains("\nsh\n"), "\(list.errors)")
            let shell = try chroot.run([rootfs, "/bin/sh", "-c", "echo $((6 * 7)); ls -d /etc/passwd"])
            #expect(shell.output == "42\n/etc/passwd\n", "\(shell.errors)")
            let apk = try chroot.run([rootfs, "/sbin/apk", "--version"])
            #expect(apk.output.hasPrefix("apk-tools 2.14.0"), "\(apk.errors)")
            let audit = try chroot.run([rootfs, "/sbin/apk", "audit", "--system"])
            #expect(audit.output.isEmpty, "\(audit.output) \(audit.errors)")
            let info = try chroot.run([rootfs, "/sbin/apk", "info"])
            #expect(info.output.split(separator: "\n").count == 25, "\(info.errors)")
        #endif
    }

    @Test(
        "a second image moves only the layers that the first does not have",
        .enabled(if: SharedFiles.isAvailable, "the shared corpus is not there"))
    func plan() throws {
        try Self.withDirectory { directory in
            for (name, requests) in [("a", ["zlib"]), ("b", ["zlib", "scanelf"])] {
                #expect(Self.run(["lock"] + requests + ["-o", "\(directory)/\(name).json"] + Self.boot).status == 0)
                #expect(Self.run(["image"] + requests + ["-o", "\(directory)/\(name).tar"] + Self.boot).status == 0)
            }
            let locks = Self.run(["image", "--plan", directory + "/a.json", directory + "/b.json", "--arch", "x86_64"])
            #expect(locks.status == 0)
            #expect(locks.output.hasPrefix("+ scanelf-1.3.7-r2  30 KiB\n"), "\(locks.output)")
            let images = Self.run(["image", "--plan", directory + "/a.tar", directory + "/b.tar", "--arch", "x86_64"])
            #expect(images.output.contains("\n+ scanelf-1.3.7-r2  30 KiB\n"), "\(images.output)")
            let same = Self.run(["image", "--plan", directory + "/b.tar", directory + "/b.tar", "--arch", "x86_64"])
            #expect(same.output.hasPrefix("0 B (0 bytes) in 0 layers of "), "\(same.output)")
        }
    }
}
