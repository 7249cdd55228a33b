import ApkTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The built command as an ordinary user: one that the test's own user becomes, where that is the superuser.
@Suite(.enabled(if: PlainUser.canRun, "the command is not built, or an ordinary user cannot reach it"))
struct PlainUserCommands {
    /// Everything that a plain user may not give to files.
    static let package: PackageBuilder = {
        var builder = PackageBuilder()
        (builder.name, builder.origin) = ("a", "a")
        builder.content = { tar in
            tar.directory("secret", mode: 0o500)
            tar.checkedFile("secret/file", "x", mode: 0)
            tar.checkedFile("usr/bin/su", "su", mode: 0o4755)
            tar.checkedFile(
                "usr/bin/ping", "ping", mode: 0o755,
                pax: [("SCHILY.xattr.security.capability", "\u{1}\0\0\u{2}\0\u{20}\0\0\0\0\0\0\0\0\0\0\0\0\0\0")])
            var header = tar.header("dev/null", type: "3", mode: 0o666)
            (header.deviceMajor, header.deviceMinor) = (.octal(1), .octal(3))
            tar.entry(header)
            header = tar.header("usr/bin/owned", mode: 0o6755)
            (header.userID, header.groupID, header.userName, header.groupName) = (.octal(7), .octal(8), [], [])
            tar.pax([("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1([])).utf8))])
            tar.entry(header)
        }
        return builder
    }()

    static let metadata = """
        #mtree
        ./dev/null type=char mode=666 uid=0 gid=0 time=0.000000000 device=native,1,3
        ./secret type=dir mode=500 uid=0 gid=0
        ./usr/bin/owned type=file mode=6755 uid=7 gid=8
        ./usr/bin/ping type=file mode=755 uid=0 gid=0 xattr.security.capability=\
        0100000200200000000000000000000000000000

        """

    /// A root of a plain user, that of the superuser, and those that never were on the disk: one and the same archive.
    @Test func whatTheDiskCannotHoldIsInTheArchive() throws {
        let repository = try TestRepository([.init(Self.package)])
        let user = try PlainUser(repository.directory)
        let root = repository.path("target/root")
        let first = try user.run(["install", "a", "--root", root] + repository.options)
        #expect(first.status == 0, "\(first.errors)")
        let text = try String(contentsOfFile: root + "/lib/apk/db/apkresolve.mtree", encoding: .utf8)
        #expect(text == Self.metadata)
        var status = stat()
        #expect(lstat(root + "/usr/bin/su", &status) == 0 && status.st_mode & 0o7777 == 0o4755)
        let tar = { (name: String) in repository.path("target/\(name).tar") }
        let words = { (name: String) in ["--format", "tar", "-o", tar(name)] + repository.options }
        #expect(try user.run(["install", "a"] + words("direct")).status == 0)
        #expect(try user.run(["install", "--root", root] + words("root")).status == 0)
        #expect(try user.run(["install", "a", "--root", root + "2"] + words("both")).status == 0)
        let direct = try #require(FileManager.default.contents(atPath: tar("direct")))
        #expect(FileManager.default.contents(atPath: tar("root")) == direct)
        #expect(FileManager.default.contents(atPath: tar("both")) == direct)
        guard geteuid() == 0, let command = ExternalTool.program("apkresolve") else { return }
        #expect(try command.run(["install", "a", "--root", root + "3"] + words("real")).status == 0)
        #expect(try command.run(["install", "--root", root] + words("superuser")).status == 0)
        #expect(FileManager.default.contents(atPath: tar("real")) == direct)
        #expect(FileManager.default.contents(atPath: tar("superuser")) == direct)
        #expect(lstat(root + "3/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        #expect(lstat(root + "3/usr/bin/owned", &status) == 0 && status.st_uid == 7 && status.st_gid == 8)
        #expect(!FileManager.default.fileExists(atPath: root + "3/lib/apk/db/apkresolve.mtree"))
    }

    /// In a directory such as /tmp a plain user may add files, and not replace those of others.
    @Test(.enabled(if: geteuid() == 0, "needs the superuser, to make files of another user"))
    func filesOfOthersInStickyDirectoriesAreFoundFirst() throws {
        let repository = try TestRepository([.init(Self.package)])
        let user = try PlainUser(repository.directory)
        let root = repository.path("target/shared")
        #expect(try user.run(["install", "--root", root, "a", "--no-scripts"] + repository.options).status == 0)
        for path in [root + "/usr/bin", root + "/usr/bin/su"] { #expect(chown(path, 0, 0) == 0) }
        #expect(chmod(root + "/usr/bin", 0o1777) == 0)
        let refused = try user.run(["fix", "a", "--root", root] + repository.options)
        #expect(refused.status == 4)
        #expect(
            refused.errors.hasPrefix("error: usr/bin/su: renameat failed: Operation not permitted"), "\(refused.errors)"
        )
        #expect(!FileManager.default.fileExists(atPath: root + "/.apkresolve/journal"))
    }

    /// A user namespace in which there is nobody but root, as builders of images without privileges have it.
    @Test func aNamespaceWithOneUserIsEnough() throws {
        let unshare = try #require(ExternalTool("unshare"))
        let repository = try TestRepository([.init(Self.package)])
        let user = try PlainUser(repository.directory)
        guard try user.run(["-r", "true"], by: unshare.path).status == 0 else {
            return print("user namespaces are not allowed here")
        }
        let words = ["install", "a", "--root", repository.path("target/root"), "--format", "tar", "-o"]
        let inside = try user.run(
            ["-r", user.command] + words + [repository.path("target/inside.tar")] + repository.options, by: unshare.path
        )
        #expect(inside.status == 0, "\(inside.errors)")
        let direct = ["install", "a", "--format", "tar", "-o", repository.path("target/direct.tar")]
        #expect(try user.run(direct + repository.options).status == 0)
        // Capabilities of a namespace are good there alone, and the archive has them as the disk has.
        let names = ["inside", "direct"].map { name in
            FileManager.default.contents(atPath: repository.path("target/\(name).tar"))
        }
        #expect(names[0]?.count == names[1]?.count)
    }

    /// Places that may not be written to: a clear word, and everything as it was.
    @Test(arguments: [
        (
            "closed/root",
            "closed/root: cannot be opened as a root: Permission denied; name a directory that you may change"
        ),
        (
            "closed",
            ".apkresolve: mkdirat failed: Permission denied; run as a user who may change it, or name another root with"
                + " `--root`"
        ),
        (
            "partly",
            "usr: faccessat failed: Permission denied; run as a user who may change it, or name another root with `--root`"
        ),
    ])
    func whatMayNotBeChangedIsSaid(_ place: String, _ message: String) throws {
        let repository = try TestRepository([.init(Self.package)])
        let user = try PlainUser(repository.directory)
        try user.makeDirectory("closed", mode: 0o555)
        try user.makeDirectory("partly", mode: 0o755)
        try user.makeDirectory("partly/usr", mode: 0o555)
        let before = repository.names
        let outcome = try user.run(["install", "a", "--root", repository.path("target/\(place)")] + repository.options)
        #expect(outcome.status == 4)
        #expect(
            outcome.errors.replacingOccurrences(of: repository.path("target/"), with: "") == "error: \(message)\n")
        #expect(repository.names == before)
    }
}

/// Runs the built command as somebody who is not the superuser.
struct PlainUser {
    let command: String
    private let directory: String

    static let canRun: Bool = {
        guard let user = try? PlainUser(NSTemporaryDirectory() + "plain-user-\(getpid())") else { return false }
        defer { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "plain-user-\(getpid())") }
        return (try? user.run(["--version"]).status) == 0
    }()

    /// Makes the directory `target` in a directory, for the user to write to.
    init(_ directory: String) throws {
        guard let program = ExternalTool.program("apkresolve") else { throw POSIXError(.ENOENT) }
        command = program.path
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory + "/target", withIntermediateDirectories: true)
        chmod(directory, 0o755)
        chmod(directory + "/target", 0o777)
    }

    func makeDirectory(_ name: String, mode: mode_t) throws {
        let path = "\(directory)/target/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if geteuid() == 0 { chown(path, 65534, 65534) }
        chmod(path, mode)
    }

    func run(_ arguments: [String], by program: String? = nil) throws -> ExternalTool.Outcome {
        let program = program ?? command
        guard geteuid() == 0 else { return try ExternalTool(path: program).run(arguments, directory: directory) }
        guard let setpriv = ExternalTool("setpriv") else { throw POSIXError(.ENOENT) }
        return try setpriv.run(
            ["--reuid=65534", "--regid=65534", "--clear-groups", program] + arguments, directory: directory)
    }
}

extension ExternalTool {
    /// A program that is built beside the tests; nil where it is not.
    static func program(_ name: String) -> ExternalTool? {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let path = products.appendingPathComponent(name).path
        return FileManager.default.isExecutableFile(atPath: path) ? ExternalTool(path: path) : nil
    }
}
