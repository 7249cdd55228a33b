import ApkArchive
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Something is mounted in a root: what is staged on one file system gets its name on another (EXDEV), and what is mounted
/// for reading is found before anything changes.
@Suite(.enabled(if: geteuid() == 0, "needs the superuser, to mount file systems"))
struct MountedFileSystemTests {
    static func version(_ number: String) -> TestPackage {
        TestPackage("a", "\(number).0-r0") { tar in
            tar.checkedFile("bin/tool", "t\(number)", mode: 0o4711)
            // One file with names on both sides.
            tar.hardLink("usr/bin/tool", to: "bin/tool")
            tar.hardLink("usr/bin/again", to: "bin/tool")
            tar.pax([
                ("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1(Array("p\(number)".utf8))).utf8)),
                ("SCHILY.xattr.user.kept", [1, 2]),
            ])
            var header = tar.header("usr/bin/owned", mode: 0o6750)
            (header.userID, header.groupID, header.userName, header.groupName) = (.octal(7), .octal(8), [], [])
            header.size = .octal(2)
            tar.entry(header, Array("p\(number)".utf8))
            tar.checkedLink("usr/bin/link", to: "v\(number)")
            tar.entry(tar.header("usr/pipe", type: "6", mode: 0o622))
            tar.directory("usr/dir", mode: 0o2775)
            if number == "1" { tar.checkedFile("usr/only/old", "1") }
        }
    }

    /// Calls `body` with a directory on which a small file system is mounted.
    private func withMount(_ place: String, _ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let mount = try #require(ExternalTool("mount"))
        guard try mount.run(["-t", "tmpfs", "-o", "mode=755", "tmpfs", place]).status == 0 else {
            return print("nothing may be mounted here: \(place)")
        }
        defer { _ = try? ExternalTool("umount")?.run([place]) }
        try body()
    }

    /// A walk of files stays on one file system.
    private static func snapshots(_ root: String) -> [Snapshot] {
        ["bin", "etc", "lib", "usr"].map { Snapshot("\(root)/\($0)") }
    }

    @Test func filesAreCopiedToOtherFileSystems() throws {
        let plain = TestDirectory()
        let mounted = TestDirectory()
        try withMount(mounted.root + "/usr") {
            for number in ["1", "2"] {
                try install([Self.version(number)], into: plain.root, world: "a")
                try install([Self.version(number)], into: mounted.root, world: "a")
                #expect(FileManager.default.fileExists(atPath: mounted.root + "/usr/bin/tool"))
                // Names across file systems cannot be of one file, so their counts differ; nothing else does.
                let names = ["bin/tool", "usr/bin/tool", "usr/bin/again"]
                let (expected, found) = (Self.snapshots(plain.root), Self.snapshots(mounted.root))
                let differences = zip(expected, found).flatMap { $0.differences(from: $1) }
                #expect(Set(differences) == ["tool"])
                for name in names {
                    #expect(mounted.text(name) == "t\(number)")
                    var status = stat()
                    #expect(lstat(mounted.root + "/" + name, &status) == 0 && status.st_mode & 0o7777 == 0o4711)
                    #expect(status.st_nlink == (name == "bin/tool" ? 1 : 2))
                }
                let owned = RootFile(
                    descriptor: open(mounted.root + "/usr/bin/owned", O_RDONLY), system: SystemInterface())
                #expect(try owned.extendedAttributes() == [.init(name: Array("user.kept".utf8), value: [1, 2])])
            }
            try install([TestPackage](), removing: ["a"], into: mounted.root)
            #expect(try FileManager.default.contentsOfDirectory(atPath: mounted.root + "/usr").isEmpty)
        }
    }

    /// The process dies at each call in turn while it copies; the next run ends at the same.
    @Test func deathWhileCopyingIsRepaired() throws {
        let directory = TestDirectory()
        try withMount(directory.root + "/usr") {
            try install([Self.version("1")], into: directory.root, world: "a")
            let counter = FaultTests.Saboteur { _, _ in nil }
            try install([Self.version("2")], into: directory.root, system: counter.system, world: "a")
            let reference = Self.snapshots(directory.root)
            for last in FaultTests.turns(0..<counter.calls) {
                try install([Self.version("1")], into: directory.root, world: "a")
                let saboteur = FaultTests.Saboteur { number, _ in number > last ? .error(EIO) : nil }
                #expect(throws: RootError.self) {
                    try install([Self.version("2")], into: directory.root, system: saboteur.system, world: "a")
                }
                try install([Self.version("2")], into: directory.root, world: "a")
                #expect(Self.snapshots(directory.root) == reference, "call \(last)")
            }
        }
    }

    @Test func whatIsMountedForReadingIsFoundFirst() throws {
        let directory = TestDirectory()
        try withMount(directory.root + "/usr") {
            try install([Self.version("1")], into: directory.root, world: "a")
            let before = Self.snapshots(directory.root)
            let mount = try #require(ExternalTool("mount"))
            try #require(try mount.run(["-o", "remount,ro", directory.root + "/usr"]).status == 0)
            let error = #expect(throws: RootError.self) {
                try install([Self.version("2")], into: directory.root, world: "a")
            }
            #expect(error?.systemError == EROFS)
            #expect(error?.path == Array("usr/bin".utf8))
            #expect(error?.isResumable == false)
            #expect(Self.snapshots(directory.root) == before)
        }
    }

    enum Hold: CaseIterable { case mounted, immutable }

    /// What nobody may replace or remove is found before anything changes, and hinders no run that leaves it alone.
    @Test(arguments: Hold.allCases) func filesThatNobodyMayReplaceAreFoundFirst(_ hold: Hold) throws {
        let directory = TestDirectory()
        func package(_ number: String) -> TestPackage {
            TestPackage("a", "\(number).0-r0") { tar in
                tar.checkedFile("bin/held", number)
                tar.checkedFile("etc/held", number)
                tar.checkedFile("usr/other", number)
            }
        }
        try install([package("1")], into: directory.root, world: "a")
        try directory.make("etc/held", "a person's")
        let names = ["bin/held", "etc/held"]
        let words = { (name: String) -> (on: (String, [String]), off: (String, [String])) in
            let path = directory.root + "/" + name
            switch hold {
            case .mounted: return (("mount", ["--bind", path, path]), ("umount", [path]))
            case .immutable: return (("chattr", ["+i", path]), ("chattr", ["-i", path]))
            }
        }
        func run(_ command: (String, [String])) -> Bool {
            (try? ExternalTool(command.0)?.run(command.1).status) == 0
        }
        defer { for name in names { _ = run(words(name).off) } }
        for name in names {
            guard run(words(name).on) else { return print("no file can be held here: \(name)") }
        }
        let before = Self.snapshots(directory.root)
        for isRemoval in [false, true] {
            let error = #expect(throws: RootError.self) {
                if isRemoval {
                    try install([TestPackage](), removing: ["a"], into: directory.root)
                } else {
                    try install([package("2")], into: directory.root, world: "a")
                }
            }
            #expect(error?.systemError == (hold == .mounted ? EBUSY : EPERM))
            #expect(error?.path == Array("bin/held".utf8))
            #expect(error?.isResumable == false)
            #expect(Self.snapshots(directory.root) == before)
        }
        #expect(run(words("bin/held").off))
        try install([package("2")], into: directory.root, world: "a")
        #expect(directory.text("bin/held") == "2")
        #expect(directory.text("etc/held") == "a person's")
        #expect(directory.text("etc/held.apk-new") == "2")
    }
}
