import ApkCommands
import ApkTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Outside of the suite: its own attribute cannot speak of it in every mode of the compiler.
private var isRealApkPossible: Bool {
    #if os(Linux) && arch(x86_64)
        return SharedFiles.isAvailable && geteuid() == 0
            && FileManager.default.fileExists(atPath: SharedFiles.path("corpus/alpine/v3.19.1-boot"))
    #else
        return false
    #endif
}

/// apk itself, from the packages that were installed, on the root that they were installed into.
///
/// Needs ../shared, an x86_64 machine and the right to change the root directory; skipped without.
@Suite(
    .enabled(if: isRealApkPossible, "needs ../shared, x86_64 Linux and root"))
struct RealApk {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent("apk-\(UUID().uuidString)").path
    private let repository = SharedFiles.path("corpus/alpine/v3.19.1-boot")

    private func install(_ requests: String...) -> (output: String, errors: String, status: Int32) {
        let console = Console(isLive: false)
        let options = [
            "--root", root, "--arch", "x86_64", "-X", repository, "--keys-dir",
            SharedFiles.path("corpus/keys/alpine"),
        ]
        let status = ApkResolveCommand.run(["install"] + requests + options, console: console)
        return (console.output, console.errors, status)
    }

    /// Runs a program in the root.
    private func run(_ arguments: String...) throws -> (output: String, status: Int32) { try run(arguments) }

    private func run(_ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/chroot")
        process.arguments = [root] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }

    /// What apk's audit says; busybox's links to itself belong to no package, as where apk has run its script.
    private func audit(_ options: String...) throws -> (output: String, status: Int32) {
        try run(["/sbin/apk", "audit", "--ignore-busybox-symlinks"] + options)
    }

    @Test func apkFindsNothingWrongWithTheRoot() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        #expect(install("alpine-base").status == 0)
        #expect(try run("/bin/sh", "-c", "echo shell") == ("shell\n", 0))
        #expect(try audit("--full") == ("", 0))
        #expect(try audit("--system", "--check-permissions") == ("", 0))
        #expect(
            try run("/sbin/apk", "info", "-L", "musl").output
                == "musl-1.2.4_git20230717-r4 contains:\nlib/ld-musl-x86_64.so.1\nlib/libc.musl-x86_64.so.1\n\n")
        // A place that no audit looks at.
        try FileManager.default.copyItem(atPath: repository, toPath: root + "/tmp/repository")
        let apk = { (arguments: [String]) in
            try self.run("/sbin/apk", arguments[0], "--no-scripts", "-X", "/tmp/repository", arguments[1])
        }
        #expect(try apk(["fix", "--simulate"]).output.hasSuffix("in 25 packages\n"))
        #expect(try apk(["fix", "musl"]).output.contains("(1/1) Reinstalling musl"))
        #expect(try apk(["add", "chrony"]).output.hasSuffix("in 36 packages\n"))
        // What apk has written, this program reads, and takes for what it is.
        #expect(install("chrony").output.contains("Nothing to do"))
        #expect(try apk(["del", "chrony"]).output.hasSuffix("in 25 packages\n"))
        #expect(try run("/bin/tar", "-tf", "/lib/apk/db/scripts.tar").output.contains("\nbusybox-1.36.1-r15."))
        #expect(try audit("--full") == ("", 0))
    }
}
