import ApkArchive
import ApkFormats
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

/// Rows C of archive-safety.md: whatever packages hold and whatever a root already has, nothing outside it is touched,
/// and a refused run leaves nothing behind.
struct ConfinementTests {
    /// A set of packages that must be refused, and why.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var name: String
        var code: RootError.Code
        var packages: [TestPackage]
        var links: [(path: String, target: String)] = []
        var testDescription: String { name }
    }

    static let refusals: [Refusal] = [
        // The reader already refuses an archive in which one name is two things; the tree would.
        Refusal(
            name: "a symlink, then a file through it, in one archive", code: .badPackage,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedLink("link", to: "OUTSIDE")
                    tar.checkedFile("link/file", "x")
                }
            ]),
        Refusal(
            name: "the same with a link that stays inside", code: .badPackage,
            packages: [
                TestPackage("a") { tar in
                    tar.directory("etc")
                    tar.checkedLink("link", to: "etc")
                    tar.checkedFile("link/file", "x")
                }
            ]),
        Refusal(
            name: "a symlink out of the root in one package, a file through it in another", code: .pathThroughLink,
            packages: [
                TestPackage("a") { $0.checkedLink("link", to: "../OUTSIDE") },
                TestPackage("b") { $0.checkedFile("link/file", "x") },
            ]),
        Refusal(
            name: "an absolute symlink to nothing, a file through it in another package", code: .pathThroughLink,
            packages: [
                TestPackage("a") { $0.checkedLink("link", to: "/nowhere") },
                TestPackage("b") { $0.checkedFile("link/file", "x") },
            ]),
        Refusal(
            name: "a loop of links", code: .tooManyLinks,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedLink("one", to: "two")
                    tar.checkedLink("two", to: "one")
                },
                TestPackage("b") { $0.checkedFile("one/file", "x") },
            ]),
        Refusal(
            name: "a chain of 41 links", code: .tooManyLinks,
            packages: [
                TestPackage("a") { tar in
                    tar.directory("l41")
                    for number in 0..<41 { tar.checkedLink("l\(number)", to: "l\(number + 1)") }
                },
                TestPackage("b") { $0.checkedFile("l0/file", "x") },
            ]),
        Refusal(
            name: "a directory where another package has a symlink's file", code: .typeConflict,
            packages: [
                TestPackage("a") { $0.checkedFile("thing", "x") },
                TestPackage("b") { $0.checkedFile("thing/inside", "x") },
            ]),
        Refusal(
            name: "a symlink where another package has a directory", code: .typeConflict,
            packages: [
                TestPackage("a") { tar in
                    tar.directory("thing")
                    tar.checkedFile("thing/inside", "x")
                },
                TestPackage("b") { $0.checkedLink("thing", to: "/etc") },
            ]),
        Refusal(
            name: "a hard link to an absolute name", code: .badHardLink,
            packages: [TestPackage("a") { $0.hardLink("link", to: "/etc/passwd") }]),
        Refusal(
            name: "a hard link upwards", code: .badHardLink,
            packages: [TestPackage("a") { $0.hardLink("link", to: "../OUTSIDE/secret") }]),
        Refusal(
            name: "a hard link to nothing", code: .badHardLink,
            packages: [TestPackage("a") { $0.hardLink("link", to: "missing") }]),
        Refusal(
            name: "a hard link to a later entry", code: .badHardLink,
            packages: [
                TestPackage("a") { tar in
                    tar.hardLink("link", to: "later")
                    tar.checkedFile("later", "x")
                }
            ]),
        Refusal(
            name: "a hard link to itself", code: .badHardLink,
            packages: [TestPackage("a") { $0.hardLink("link", to: "link") }]),
        Refusal(
            name: "a hard link to a directory", code: .badHardLink,
            packages: [
                TestPackage("a") { tar in
                    tar.directory("dir")
                    tar.hardLink("link", to: "dir")
                }
            ]),
        Refusal(
            name: "a hard link to a symlink (F, CVE-2024-12718)", code: .badHardLink,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedLink("symlink", to: "/etc/passwd")
                    tar.hardLink("link", to: "symlink")
                }
            ]),
        Refusal(
            name: "a hard link to a device", code: .badHardLink,
            packages: [
                TestPackage("a") { tar in
                    tar.entry(tar.header("device", type: "6"))
                    tar.hardLink("link", to: "device")
                }
            ]),
        Refusal(
            name: "a hard link to a character device", code: .badHardLink,
            packages: [
                TestPackage("a") { tar in
                    tar.entry(tar.header("device", type: "3"))
                    tar.hardLink("link", to: "device")
                }
            ]),
        Refusal(
            name: "a hard link to the placeholder, which no root gets", code: .badHardLink,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedFile(".dummy", "")
                    tar.hardLink("link", to: ".dummy")
                }
            ]),
        Refusal(
            name: "a hard link with another digest than its file", code: .badPackage,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedFile("file", "x")
                    tar.hardLink("again", to: "./file")
                    let digest = String(repeating: "0", count: 40)
                    tar.hardLink("link", to: "again", pax: [("APK-TOOLS.checksum.SHA1", digest)])
                }
            ]),
        Refusal(
            name: "a hard link, then a file of its name", code: .badPackage,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedFile("file", "x")
                    tar.hardLink("link", to: "file")
                    tar.checkedFile("link", "written through")
                }
            ]),
        Refusal(
            name: "a hard link to a name through a link", code: .badPackage,
            packages: [
                TestPackage("a") { tar in
                    tar.checkedFile("dir/file", "x")
                    tar.checkedLink("link", to: "dir")
                    tar.hardLink("link/second", to: "dir/file")
                }
            ]),
        Refusal(
            name: "a hard link to a file of another package", code: .badHardLink,
            packages: [
                TestPackage("a") { $0.checkedFile("file", "x") },
                TestPackage("b") { $0.hardLink("link", to: "file") },
            ]),
        Refusal(
            name: "apk's database", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("lib/apk/db/installed", "P:evil\n") }]),
        Refusal(
            name: "apk's database where some layouts have it", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("usr/lib/apk/db/scripts.tar.gz", "x") }]),
        Refusal(
            name: "apk's temporary names", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("etc/.apk.0011223344", "x") }]),
        Refusal(
            name: "this program's stage", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile(".apkresolve/journal", "x") }]),
        Refusal(
            name: "a whiteout of image layers", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("etc/.wh.passwd", "") }]),
        Refusal(
            name: "apk's temporary names, as a directory", code: .reservedPath,
            packages: [TestPackage("a") { $0.directory("etc/.apk.0011223344") }]),
        Refusal(
            name: "apk's world", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("etc/apk/world", "evil") }]),
        Refusal(
            name: "apk's database through a link of another package", code: .reservedPath,
            packages: [
                TestPackage("a") { tar in
                    tar.directory("lib/apk/db")
                    tar.checkedLink("usr", to: "lib/apk")
                },
                TestPackage("b") { $0.checkedFile("usr/db/other", "x") },
            ]),
        Refusal(
            name: "the stage of this run through a link of another package", code: .reservedPath,
            packages: [
                TestPackage("a") { $0.checkedLink("usr", to: ".apkresolve") },
                TestPackage("b") { $0.checkedFile("usr/journal", "x") },
            ]),
        Refusal(
            name: "the stage of this run through a link of the root", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("etc/journal", "x") }], links: [("etc", "/.apkresolve")]),
        Refusal(
            name: "a file in proc through a link of the root", code: .reservedPath,
            packages: [
                TestPackage("a") { $0.directory("proc") }, TestPackage("b") { $0.checkedFile("etc/kcore", "x") },
            ], links: [("etc", "proc")]),
        Refusal(
            name: "a link in place of apk's database", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedLink("lib/apk/db", to: "/etc") }]),
        Refusal(
            name: "a link in place of apk's settings", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedLink("etc/apk", to: "../tmp") }]),
        Refusal(
            name: "a file in proc", code: .reservedPath,
            packages: [TestPackage("a") { $0.checkedFile("proc/self", "x") }]),
        Refusal(
            name: "a symlink in the root that leads out of it", code: .pathThroughLink,
            packages: [TestPackage("a") { $0.checkedFile("etc/file", "x") }], links: [("etc", "OUTSIDE")]),
        Refusal(
            name: "a prefix sibling: root, and root-evil beside it", code: .pathThroughLink,
            packages: [TestPackage("a") { $0.checkedFile("etc/file", "x") }], links: [("etc", "../root-evil")]),
        Refusal(
            name: "a symlink in the root to itself", code: .tooManyLinks,
            packages: [TestPackage("a") { $0.checkedFile("etc/file", "x") }], links: [("etc", "/etc")]),
    ]

    @Test(arguments: refusals)
    func refuses(_ refusal: Refusal) throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        for sibling in [outside, directory.root + "-evil"] {
            try FileManager.default.createDirectory(atPath: sibling, withIntermediateDirectories: true)
        }
        try "secret".write(toFile: outside + "/secret", atomically: true, encoding: .utf8)
        for link in refusal.links {
            try directory.link(link.path, to: link.target.replacingOccurrences(of: "OUTSIDE", with: outside))
        }
        let before = directory.names("")
        let error = #expect(throws: RootError.self) { try install(refusal.packages, into: directory.root) }
        #expect(error?.code == refusal.code)
        #expect(error?.package.isEmpty == false)
        #expect(directory.names("").filter { $0 != "root" } == before.filter { $0 != "root" })
        #expect(try String(contentsOfFile: outside + "/secret", encoding: .utf8) == "secret")
        // What a package is refused for by itself is seen without any root.
        guard refusal.packages.count == 1, refusal.links.isEmpty else { return }
        let file = directory.path + "/a.apk"
        try Data(refusal.packages[0].builder.build().bytes).write(to: URL(fileURLWithPath: file))
        let report = TestPackage.verifier.rootReport(path: file)
        #expect(report.failure?.code.rawValue == error?.archive?.code.rawValue ?? refusal.code.rawValue)
        #expect(report.failure?.tarOffset != nil)
        #expect(report.links.last?.outcome == .failed)
        if refusal.code != .badPackage { #expect(report.links.suffix(2).map(\.kind) == [.data, .files]) }
    }

    /// The same in two runs: what the first left is as little to be trusted.
    @Test(arguments: ["../outside", "OUTSIDE", "../../../../../../../..OUTSIDE", "missing", "link"])
    func linksOfAnEarlierRunLeadNowhereElse(_ target: String) throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        let text = target.replacingOccurrences(of: "OUTSIDE", with: outside)
        try install([TestPackage("a") { $0.checkedLink("link", to: text) }], into: directory.root, world: "a")
        let before = Snapshot(directory.path)
        let error = #expect(throws: RootError.self) {
            try install([TestPackage("b") { $0.checkedFile("link/file", "x") }], into: directory.root, world: "a b")
        }
        #expect(error?.code == (target == "link" ? .tooManyLinks : .pathThroughLink))
        #expect(error?.otherPackage == (target == "link" ? error?.otherPackage : "a-1.0-r0"))
        #expect(Snapshot(directory.path).differences(from: before).isEmpty)
    }

    /// What is in the root of a directory that a package wants as a file is nobody's to lose, empty or not.
    @Test(arguments: ["usr/thing", "usr/thing/inside", "usr/thing/inside/file"])
    func directoriesOfNobodyStay(_ path: String) throws {
        let directory = TestDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.root + "/" + path, withIntermediateDirectories: true)
        let before = Snapshot(directory.root)
        for package in [
            TestPackage("a") { $0.checkedFile("usr/thing", "x") },
            TestPackage("a") { $0.checkedLink("usr/thing", to: "y") },
        ] {
            let error = #expect(throws: RootError.self) { try install([package], into: directory.root) }
            #expect(error?.code == .typeConflict)
            #expect(error?.isResumable == false)
        }
        #expect(Snapshot(directory.root).differences(from: before).isEmpty)
    }

    /// What a root says of itself may be links too; they mean what they mean in it, and nothing outside is read.
    @Test(arguments: ["lib/apk/db/installed", "lib/apk/db/triggers", "lib/apk/db/scripts.tar", "etc/apk/world"])
    func statesAreReadInsideTheRoot(_ path: String) throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        // Read as any of them it would be refused, or show.
        try "secret".write(toFile: outside, atomically: true, encoding: .utf8)
        for target in [outside, String(repeating: "../", count: 30) + outside.dropFirst()] {
            try directory.link(path, to: target)
            let plan = try install(
                [TestPackage("a") { $0.checkedFile("bin/a", "x") }], into: directory.root, world: "a")
            #expect(plan.database.packages.map(\.name) == ["a"])
            #expect(try String(contentsOfFile: outside, encoding: .utf8) == "secret")
            try FileManager.default.removeItem(atPath: directory.root)
        }
    }

    @Test func bothOwnersAreNamed() throws {
        let directory = TestDirectory()
        let error = #expect(throws: RootError.self) {
            try install(
                [
                    TestPackage("a") { $0.checkedFile("etc/file", "a") },
                    TestPackage("b") { $0.checkedFile("etc/file", "b") },
                ], into: directory.root)
        }
        #expect(error?.code == .fileConflict)
        #expect(error?.package == "b-1.0-r0")
        #expect(error?.otherPackage == "a-1.0-r0")
    }

    /// usr-merge: links among the directories of a root lead where they say, as long as that is in the root.
    @Test(arguments: ["usr/lib", "/usr/lib", "./usr/../usr/lib"])
    func followsLinksInsideTheRoot(_ target: String) throws {
        let directory = TestDirectory()
        try directory.make("usr/lib/there", "")
        try directory.link("lib", to: target)
        try install([TestPackage("a") { $0.checkedFile("lib/new/file", "text") }], into: directory.root)
        #expect(directory.text("usr/lib/new/file") == "text")
        #expect(directory.target("lib") == target)
    }

    @Test func followsLinksOfOtherPackagesInsideTheRoot() throws {
        let directory = TestDirectory()
        let layout = TestPackage("layout") { tar in
            tar.directory("usr")
            tar.directory("usr/lib")
            tar.checkedLink("lib", to: "usr/lib")
        }
        let plan = try install([layout, TestPackage("a") { $0.checkedFile("lib/file", "text") }], into: directory.root)
        #expect(directory.text("usr/lib/file") == "text")
        // The database has the package's own path, as apk writes it.
        #expect(plan.database.owner(of: "lib/file".utf8)?.name == "a")
        #expect(plan.databaseDirectory.elementsEqual("usr/lib/apk/db".utf8))
    }

    /// A file with two paths is one file, whoever ships it: a conflict shows although the names differ.
    @Test func conflictsShowThroughLinks() throws {
        let directory = TestDirectory()
        try directory.make("usr/lib/there", "")
        try directory.link("lib", to: "usr/lib")
        #expect(throws: RootError.self) {
            try install(
                [
                    TestPackage("a") { $0.checkedFile("lib/file", "a") },
                    TestPackage("b") { $0.checkedFile("usr/lib/file", "b") },
                ], into: directory.root)
        }
    }

    /// Modes, owners and times go to what a package ships, never through a symlink that has its name.
    @Test func linksAtFinalNamesAreReplaced() throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        try "secret".write(toFile: outside, atomically: true, encoding: .utf8)
        try directory.link("bin/tool", to: outside)
        try directory.link("bin/other", to: outside)
        try install(
            [
                TestPackage("a") { tar in
                    tar.checkedFile("bin/tool", "mine", mode: 0o4755)
                    tar.checkedLink("bin/other", to: "tool")
                }
            ], into: directory.root)
        #expect(directory.text("bin/tool") == "mine")
        #expect(directory.target("bin/tool") == nil)
        #expect(directory.target("bin/other") == "tool")
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == "secret")
        let attributes = try FileManager.default.attributesOfItem(atPath: outside)
        #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o4000 == 0)
    }

    /// CVE-2024-12718: all that is changed of a file apart from its content. Whatever of it a package says of a name that
    /// is a symlink, or a script does to one, the file behind the link outside stays as it is.
    @Test func attributesAreNotGivenThroughLinks() throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside + "/dir", withIntermediateDirectories: true)
        try "secret".write(toFile: outside + "/file", atomically: true, encoding: .utf8)
        for (name, target) in [("file", "/file"), ("link", "/file"), ("pipe", "/file"), ("touched", "/file")] {
            try directory.link("bin/" + name, to: outside + target)
        }
        try directory.link("bin/dir", to: outside + "/dir")
        func facts() -> [String] {
            ["/file", "/dir"].map { path in
                var status = stat()
                lstat(outside + path, &status)
                return
                    "\(status.st_mode) \(status.st_uid):\(status.st_gid) \(status.st_mtim.tv_sec) \(status.st_ctim.tv_nsec)"
            }
        }
        let before = facts()
        let script = "#!/bin/sh\nchmod 4777 /bin/touched\nchown 7:7 /bin/touched\nchmod 0777 /bin/dir\n"
        try install(
            [
                TestPackage("a", scripts: ["post-install": script]) { tar in
                    var header = tar.header("bin/file", mode: 0o6777)
                    (header.userID, header.groupID, header.userName, header.groupName) = (.octal(7), .octal(8), [], [])
                    header.modificationTime = .octal(1_000_000_000)
                    tar.pax([
                        ("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1([])).utf8)),
                        ("SCHILY.xattr.user.evil", [1]),
                    ])
                    tar.entry(header)
                    header.type = UInt8(ascii: "2")
                    header.name = Array("bin/link".utf8)
                    header.linkName = Array("elsewhere".utf8)
                    tar.pax([
                        ("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1(Array("elsewhere".utf8))).utf8))
                    ])
                    tar.entry(header)
                    header.type = UInt8(ascii: "6")
                    (header.name, header.linkName) = (Array("bin/pipe".utf8), [])
                    tar.entry(header)
                }
            ], into: directory.root, world: "a")
        #expect(directory.target("bin/link") == "elsewhere")
        #expect(directory.target("bin/touched") == outside + "/file")
        #expect(facts() == before)
    }

    /// A name of two is taken over by another package: the file behind the other name stays what it was.
    @Test func aHardLinkIsNotWrittenThrough() throws {
        let directory = TestDirectory()
        let first = TestPackage("a") { tar in
            tar.checkedFile("bin/one", "first")
            tar.hardLink("bin/two", to: "bin/one")
        }
        let second = TestPackage("b", lines: ["replaces = a"]) { $0.checkedFile("bin/two", "second") }
        for packages in [[[first, second]], [[first], [second]]] {
            for run in packages { try install(run, into: directory.root, world: "a b") }
            #expect(directory.text("bin/one") == "first")
            #expect(directory.text("bin/two") == "second")
            try FileManager.default.removeItem(atPath: directory.root)
        }
    }

    /// A package may bring keys, as alpine-keys does. They count from the next run on, and never in place of those that a
    /// root has.
    @Test func keysOfPackagesDoNotReplaceThose() throws {
        let directory = TestDirectory()
        try directory.make("etc/apk/keys/known.rsa.pub", "mine")
        let plan = try install(
            [
                TestPackage("a") { tar in
                    tar.checkedFile("etc/apk/keys/known.rsa.pub", "theirs")
                    tar.checkedFile("etc/apk/keys/new.rsa.pub", "new")
                }
            ], into: directory.root, world: "a")
        #expect(directory.text("etc/apk/keys/known.rsa.pub") == "mine")
        #expect(directory.text("etc/apk/keys/known.rsa.pub.apk-new") == "theirs")
        #expect(directory.text("etc/apk/keys/new.rsa.pub") == "new")
        #expect(plan.notices.map(\.kind) == [.newConfiguration])
    }

    /// A file that has a second name outside is replaced, not written into.
    @Test func hardLinksToOutsideAreNotWrittenThrough() throws {
        let directory = TestDirectory()
        try directory.make("bin/tool", "shared")
        try FileManager.default.linkItem(atPath: directory.root + "/bin/tool", toPath: directory.path + "/outside")
        try install([TestPackage("a") { $0.checkedFile("bin/tool", "mine") }], into: directory.root)
        #expect(directory.text("bin/tool") == "mine")
        #expect(try String(contentsOfFile: directory.path + "/outside", encoding: .utf8) == "shared")
    }

    /// A process that swaps a directory for a symlink between the plan and the write is not followed.
    @Test func swappedDirectoriesAreNotFollowed() throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try directory.make("etc/there", "")
        let root = try StagingRoot(path: directory.root, creates: false, waits: true, system: SystemInterface())
        let packages = try root.staged([TestPackage("a") { $0.checkedFile("etc/file", "x") }.verified()])
        let plan = try root.plan(RootChanges(packages.map { .install($0, tag: nil) }, world: World()))
        try FileManager.default.moveItem(atPath: directory.root + "/etc", toPath: directory.root + "/etc.old")
        try directory.link("etc", to: outside)
        let error = #expect(throws: RootError.self) { try root.commit(plan) }
        #expect(error?.code == .rootChanged)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    /// The same while the run writes: another thread swaps a directory for a link out of the root, back and forth, as fast
    /// as it can. Whatever a run then does, nothing comes to be outside.
    @Test func aRaceIsNotWon() throws {
        let directory = TestDirectory()
        let outside = directory.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try directory.make("etc/dir/there", "")
        let place = directory.root + "/etc/dir"
        try FileManager.default.createSymbolicLink(atPath: place + ".link", withDestinationPath: outside)
        let isOver = Locked(false)
        let swapper = WorkerThread {
            while !isOver.withLock({ $0 }) {
                rename(place, place + ".real")
                rename(place + ".link", place)
                rename(place, place + ".link")
                rename(place + ".real", place)
            }
        }
        let package = try TestPackage("a") { tar in
            for number in 0..<50 {
                tar.checkedFile("etc/dir/file\(number)", "x", mode: 0o4755)
                tar.checkedLink("etc/dir/link\(number)", to: "x")
                tar.directory("etc/dir/sub\(number)", mode: 0o700)
            }
        }.verified()
        var outcomes: Set<String> = []
        for _ in 0..<30 {
            do {
                try install([package], into: directory.root, world: "a")
                outcomes.insert("done")
            } catch {
                outcomes.insert("refused")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
        }
        isOver.withLock { $0 = true }
        swapper?.join()
        #expect(!outcomes.isEmpty)
        // Left alone, the next run puts everything right.
        try install([package], into: directory.root, world: "a")
        #expect(directory.text("etc/dir/file49") == "x")
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    /// Every file that this program makes has at most the mode 0644 (CVE-2025-53945, CVE-2025-54059).
    @Test func generatedFilesAreNotWritableForOthers() throws {
        let directory = TestDirectory()
        let plan = try install([TestPackage("a") { $0.checkedFile("bin/a", "x") }], into: directory.root, world: "a")
        let generated = plan.tree.nodes.filter { $0.owner == nil && $0.kind == .regular }
        #expect(generated.count >= 5)
        for node in generated {
            #expect(node.mode & ~0o644 == 0)
            let path = directory.root + "/" + String(decoding: node.path, as: UTF8.self)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == Int(node.mode))
        }
    }
}
