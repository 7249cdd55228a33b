import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkCommands

/// The verbs that change a root, on the boot repository of a release.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"), .serialized)
struct RootCommands {
    static let common = [
        "-X", SharedFiles.path("corpus/alpine/v3.19.1-boot"), "--keys-dir", SharedFiles.path("corpus/keys/alpine"),
        "--arch", "x86_64",
    ]
    private let directory = NSTemporaryDirectory() + "rootcommands-" + UUID().uuidString
    private var root: String { directory + "/root" }

    private func run(_ arguments: String...) -> (output: String, errors: String, status: Int32) {
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(arguments + Self.common + ["--root", root], console: console)
        return (console.output, console.errors, status)
    }

    private func database() throws -> InstalledDatabase {
        let text = try #require(FileManager.default.contents(atPath: root + "/lib/apk/db/installed"))
        return try InstalledDatabase(parsing: [UInt8](text))
    }

    @Test func aRootLivesThroughAllVerbs() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = run("install", "alpine-base")
        #expect(first.status == 0)
        #expect(first.output.hasPrefix("( 1/25) Installing alpine-baselayout-data"))
        #expect(first.output.hasSuffix("OK: 10.2 MiB in 25 packages\n"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root + "/bin/sh") == "/bin/busybox")
        let text = try database().text

        let again = run("install", "alpine-base")
        #expect(again.output == "Nothing to do.\nOK: 10.2 MiB in 25 packages\n")
        #expect(try database().text == text)

        #expect(run("install", "chrony", "--simulate").output.contains("Nothing was changed (--simulate).\n"))
        #expect(try database().text == text)
        #expect(run("install", "chrony").status == 0)
        #expect(try database()["chrony"] != nil)
        #expect(try String(contentsOfFile: root + "/etc/apk/world", encoding: .utf8) == "alpine-base\nchrony\n")

        try FileManager.default.removeItem(atPath: root + "/bin/busybox")
        #expect(run("fix", "busybox").output.contains("(1/1) Reinstalling busybox"))
        #expect(FileManager.default.fileExists(atPath: root + "/bin/busybox"))

        #expect(run("upgrade").output.hasPrefix("Nothing to do."))
        let stays = run("remove", "musl")
        #expect(stays.status == 0)
        #expect(stays.errors.contains("note: musl stays: "))
        #expect(run("remove", "chrony").status == 0)
        #expect(try database()["chrony"] == nil)
        #expect(try database()["libseccomp"] == nil)
        let gone = run("remove", "chrony")
        #expect(gone.status == 0 && gone.output.hasPrefix("Nothing to do."))
        #expect(gone.errors == "note: no installed package is called `chrony`\n")
        let unknown = run("remove", "alpine-base", "no-such-package")
        #expect(unknown.status == 1 && unknown.errors == "error: `no-such-package` is not installed\n")
        #expect(run("install", "tiny-cloud-alpine", "--strict-scripts").status == 1)
        let unknownNewer = run("upgrade", "no-such-package")
        #expect(unknownNewer.status == 1 && unknownNewer.errors == "error: `no-such-package` is not installed\n")
    }

    /// What needs no repository takes none that nobody named, and writes none down.
    @Test(arguments: ["remove", "fix"]) func noRepositoryIsTakenUnasked(_ verb: String) throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(run("install", "musl").status == 0)
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(
            [verb, "musl", "--root", root, "--repositories-file", "/dev/null", "--offline"], console: console)
        #expect(status == 0 && !console.errors.contains("dl-cdn"), "\(console.errors)")
        #expect(!FileManager.default.fileExists(atPath: root + "/etc/apk/repositories"))
    }

    /// A promise about scripts that nothing looks into is none.
    @Test(arguments: ["--simulate", "--no-scripts"]) func strictnessGoesWithNoBlindness(_ option: String) {
        let refusal = run("install", "musl", "--strict-scripts", option)
        #expect(refusal.status == 2)
        #expect(refusal.errors.hasPrefix("error: `--strict-scripts` does not go with `\(option)`\n"))
    }

    /// What needs a package by a name that it provides goes with it.
    @Test func dependentsOfProvidedNamesGoToo() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(run("install", "openssl", "wget").status == 0)
        let removal = run("remove", "--rdepends", "libcrypto3")
        #expect(removal.status == 0 && removal.errors.isEmpty)
        #expect(removal.output.hasSuffix("OK: 0 B in 0 packages\n"))
        #expect(try String(contentsOfFile: root + "/etc/apk/world", encoding: .utf8).split(separator: "\n").isEmpty)
    }

    @Test func aTarOfTheRootIsTheRoot() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory + "/tar", withIntermediateDirectories: true)
        #expect(run("install", "alpine-base").status == 0)
        let archive = directory + "/root.tar"
        #expect(run("install", "alpine-base", "--format", "tar", "-o", archive).status == 0)
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "xpf", archive, "-C", directory + "/tar", "--numeric-owner"]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        let compare = Process()
        compare.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compare.arguments = ["diff", "-r", "--no-dereference", root, directory + "/tar"]
        try compare.run()
        compare.waitUntilExit()
        #expect(compare.terminationStatus == 0)
    }

    /// The command is interrupted at random moments: it ends as a shell expects it, a new root is not there or whole, and
    /// nothing else is left.
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func interruptedRunsLeaveNothing(_ signal: Int32, _ status: Int32) throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let command = try #require(ExternalTool.program("apkresolve"), "the command is not built")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        func start(_ output: [String]) throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: command.path)
            process.arguments = ["install", "-q", "alpine-base", "chrony", "openssh", "tzdata"] + output + Self.common
            process.environment = ["TMPDIR": directory]
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            return process
        }
        let clock = ContinuousClock.now
        let reference = try start(["--root", directory + "/reference"])
        reference.waitUntilExit()
        try #require(reference.terminationStatus == 0)
        let whole = Double((ContinuousClock.now - clock).components.attoseconds) / 1e18
        var random = SplitMix64(seed: UInt64(signal))
        let isThorough = ProcessInfo.processInfo.environment["APKRESOLVE_SEEDS"] != nil
        for round in 0..<(isThorough ? 50 : 4) {
            let isArchive = round.isMultiple(of: 2)
            let output = isArchive ? ["--format", "tar", "-o", directory + "/root.tar"] : ["--root", root]
            let process = try start(output)
            Thread.sleep(forTimeInterval: whole * Double(random.next() % 1000) / 1000)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            // Before there is anything to take back, the system ends the process by itself.
            let isEndedBySystem = process.terminationReason == .uncaughtSignal && process.terminationStatus == signal
            #expect([0, status].contains(process.terminationStatus) || isEndedBySystem)
            let left = Set(try FileManager.default.contentsOfDirectory(atPath: directory))
            #expect(left.isSubset(of: ["reference", "root", "root.tar"]), "\(left)")
            if left.contains("root") {
                #expect(try database().packages.count > 25)
                #expect(!FileManager.default.fileExists(atPath: root + "/.apkresolve"))
                try FileManager.default.removeItem(atPath: root)
            }
            if left.contains("root.tar") { try FileManager.default.removeItem(atPath: directory + "/root.tar") }
        }
    }

    /// Several at once on a root that is not there yet, each with a request of its own, some of which fail and take away
    /// what they made; with a mask that takes nothing from the modes of new files.
    @Test func severalAtOnceEachGetTheirs() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let command = try #require(ExternalTool.program("apkresolve"), "the command is not built")
        let names = ["chrony", "openssl", "none", "tzdata", "none", "doas"]
        for _ in 0..<3 {
            let processes = try names.map { name in
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/bin/sh")
                let words = [command.path, "install", "-q", name, "--root", root] + Self.common
                process.arguments = ["-c", "umask 0; exec \"$@\"", "sh"] + words
                process.standardError = FileHandle.nullDevice
                process.standardOutput = FileHandle.nullDevice
                try process.run()
                return process
            }
            for (name, process) in zip(names, processes) {
                process.waitUntilExit()
                #expect(process.terminationStatus == (name == "none" ? 1 : 0), "\(name)")
            }
            let world = try String(contentsOfFile: root + "/etc/apk/world", encoding: .utf8)
            #expect(world == "chrony\ndoas\nopenssl\ntzdata\n")
            for name in names where name != "none" { #expect(try database()[name] != nil) }
            // CVE-2025-53945 and CVE-2025-54059: nothing that was made is for everybody to write to.
            for path in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? [] {
                var status = stat()
                guard lstat(root + "/" + path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { continue }
                #expect(status.st_mode & 0o002 == 0 || status.st_mode & S_ISVTX != 0, "\(path)")
            }
            #expect(!FileManager.default.fileExists(atPath: root + "/.apkresolve"))
            try FileManager.default.removeItem(atPath: root)
        }
    }

    /// The command is killed at random moments while it installs some 70 packages; the next run always ends at the same.
    @Test func killedRunsAreRepaired() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let command = products.appendingPathComponent("apkresolve")
        guard FileManager.default.isExecutableFile(atPath: command.path) else { return }
        let names = [
            "alpine-base", "chrony", "dhcpcd", "doas", "e2fsprogs-extra", "gnutls", "kbd-bkeymaps", "openssh",
            "openssl",
            "p11-kit", "tiny-cloud-alpine", "tzdata", "wget", "wpa_supplicant",
        ]
        func start(_ root: String) throws -> Process {
            let process = Process()
            process.executableURL = command
            process.arguments = ["install", "-q"] + names + Self.common + ["--root", root]
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            return process
        }
        let clock = ContinuousClock.now
        let reference = try start(directory + "/reference")
        reference.waitUntilExit()
        try #require(reference.terminationStatus == 0)
        let length =
            Double((ContinuousClock.now - clock).components.attoseconds) / 1e18
            + Double((ContinuousClock.now - clock).components.seconds)
        var random = SplitMix64(seed: 5)
        for _ in 0..<12 {
            let process = try start(root)
            Thread.sleep(forTimeInterval: length * Double(random.next() % 1000) / 1000)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let last = try start(root)
        last.waitUntilExit()
        #expect(last.terminationStatus == 0)
        let compare = Process()
        compare.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compare.arguments = ["diff", "-r", "--no-dereference", root, directory + "/reference"]
        try compare.run()
        compare.waitUntilExit()
        #expect(compare.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: root + "/.apkresolve"))
    }
}
