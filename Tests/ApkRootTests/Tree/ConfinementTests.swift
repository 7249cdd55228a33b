import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

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
            name: "a hard link to a symlink", code: .badHardLink,
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
