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

/// What does not fit together is refused while the root is still as it was.
struct TypeChangeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let old: @Sendable (inout TarBuilder) -> Void
        let new: @Sendable (inout TarBuilder) -> Void
        /// What somebody does to the root in between.
        let between: @Sendable (TestDirectory) throws -> Void
        let code: RootError.Code
        let path: String
    }

    private static let longName = "etc/" + String(repeating: "n", count: 248)

    private static let cases: [Case] = [
        Case(
            testDescription: "a directory has the name of an .apk-new file", old: { $0.checkedFile("etc/foo", "1") },
            new: { $0.checkedFile("etc/foo", "2") },
            between: {
                try $0.make("etc/foo", "mine")
                try FileManager.default.createDirectory(
                    atPath: $0.root + "/etc/foo.apk-new", withIntermediateDirectories: false)
            }, code: .typeConflict, path: "etc/foo.apk-new"),
        Case(
            testDescription: "the package has that directory itself", old: { $0.checkedFile("etc/foo", "1") },
            new: {
                $0.checkedFile("etc/foo.apk-new/x", "")
                $0.checkedFile("etc/foo", "2")
            }, between: { try $0.make("etc/foo", "mine") }, code: .typeConflict, path: "etc/foo.apk-new"),
        Case(
            testDescription: "the package has that file itself", old: { $0.checkedFile("etc/foo", "1") },
            new: {
                $0.checkedFile("etc/foo.apk-new", "")
                $0.checkedFile("etc/foo", "2")
            }, between: { try $0.make("etc/foo", "mine") }, code: .fileConflict, path: "etc/foo.apk-new"),
        Case(
            testDescription: "the package has that file itself, later in its archive",
            old: { $0.checkedFile("etc/foo", "1") },
            new: {
                $0.checkedFile("etc/foo", "2")
                $0.checkedFile("etc/foo.apk-new", "")
            }, between: { try $0.make("etc/foo", "mine") }, code: .fileConflict, path: "etc/foo.apk-new"),
        Case(
            testDescription: "a name that .apk-new makes too long",
            old: { $0.checkedFile("long", "1", pax: [("path", longName)]) },
            new: { $0.checkedFile("long", "2", pax: [("path", longName)]) },
            between: { try Data("mine".utf8).write(to: URL(fileURLWithPath: "\($0.root)/\(longName)")) },
            code: .systemFailure,
            path: longName + ".apk-new"),
        Case(
            testDescription: "a directory with a changed file becomes a link", old: { $0.checkedFile("etc/d/f", "1") },
            new: { $0.checkedLink("etc/d", to: "e") }, between: { try $0.make("etc/d/f", "mine") },
            code: .typeConflict, path: "etc/d"),
        Case(
            testDescription: "a directory with a FIFO, which never counts as unchanged, becomes a file",
            old: { $0.entry($0.header("etc/d/f", type: "6")) }, new: { $0.checkedFile("etc/d", "2") },
            between: { _ in }, code: .typeConflict, path: "etc/d"),
        Case(
            testDescription: "a changed file becomes a directory", old: { $0.checkedFile("etc/d", "1") },
            new: { $0.checkedFile("etc/d/f", "2") }, between: { try $0.make("etc/d", "mine") }, code: .typeConflict,
            path: "etc/d"),
        Case(
            testDescription: "a directory where apk's database has a file", old: { $0.checkedFile("usr/a", "1") },
            new: { $0.checkedFile("usr/a", "2") },
            between: {
                try FileManager.default.removeItem(atPath: $0.root + "/lib/apk/db/triggers")
                try $0.make("lib/apk/db/triggers/in", "")
            }, code: .typeConflict, path: "lib/apk/db/triggers"),
    ]

    @Test(arguments: cases) func isRefusedFirst(_ example: Case) throws {
        let directory = TestDirectory()
        try install([TestPackage("a", content: example.old)], into: directory.root, world: "a")
        try example.between(directory)
        let before = Snapshot(directory.root)
        let error = #expect(throws: RootError.self) {
            try install([TestPackage("a", "2.0-r0", content: example.new)], into: directory.root, world: "a")
        }
        #expect(error?.code == example.code)
        #expect(error.map { String(decoding: $0.path, as: UTF8.self) } == example.path)
        #expect(error?.isResumable == false)
        #expect(Snapshot(directory.root) == before)
    }

    private static let layout = TestPackage("layout") { tar in
        tar.directory("usr/lib")
        tar.checkedLink("lib", to: "usr/lib")
    }
    private static let databaseNames = ["installed", "lock", "scripts.tar.gz", "triggers"]

    /// The link over which apk's database is reached goes: the database comes along to where apk looks for it.
    @Test(arguments: [false, true]) func theDatabaseFollowsWhenItsLinkGoes(isUpgrade: Bool) throws {
        let directory = TestDirectory()
        try install([Self.layout, TestPackage("b") { $0.checkedFile("usr/b", "b") }], into: directory.root, world: "b")
        #expect(directory.target("lib") == "usr/lib")
        if isUpgrade {
            let unmerged = TestPackage("layout", "2.0-r0") { $0.directory("lib") }
            try install([unmerged], into: directory.root, world: "b")
        } else {
            try install([TestPackage](), removing: ["layout"], into: directory.root, world: "b")
        }
        #expect(directory.target("lib") == nil)
        #expect(Self.databaseNames.allSatisfy { directory.names().contains("lib/apk/db/" + $0) })
        #expect(!directory.names().contains("usr/lib/apk/db"))
        let state = try RootState(path: directory.root)
        #expect(state.database.packages.map(\.name) == (isUpgrade ? ["b", "layout"] : ["b"]))
        #expect(state.hasLock)
    }

    /// The `.apk-new` of one package's file is another package's file: it is not overwritten, and stays when the first one
    /// goes.
    @Test func anotherPackagesFileIsNotTakenForALeftover() throws {
        let directory = TestDirectory()
        let packages = [
            TestPackage("a") { $0.checkedFile("etc/foo", "a") },
            TestPackage("b") { $0.checkedFile("etc/foo.apk-new", "b") },
        ]
        try install(packages, into: directory.root, world: "b")
        try directory.make("etc/foo", "mine")
        let error = #expect(throws: RootError.self) {
            try install(
                [TestPackage("a", "2.0-r0") { $0.checkedFile("etc/foo", "a2") }], into: directory.root, world: "b")
        }
        #expect(error?.code == .fileConflict)
        #expect(error?.otherPackage == "b-1.0-r0")
        try install([TestPackage](), removing: ["a"], into: directory.root, world: "b")
        #expect(directory.text("etc/foo.apk-new") == "b")
    }

    /// After a path that is not there, the root itself is still found.
    @Test func aMissingPathIsNotTakenForTheRoot() throws {
        let directory = TestDirectory()
        try directory.make("usr/lib/there", "")
        var view = RootView(try Directory.open(path: directory.root, system: SystemInterface()))
        #expect(try view.kind(of: Array("usr/lib/apk/db/installed".utf8)) == nil)
        #expect(try view.kind(of: Array("usr".utf8)) == .directory)
        #expect(try view.kind(of: Array("there".utf8)) == nil)
    }

    /// A hard link that says another digest than its target has (row B: wrong per-file SHA-1).
    @Test func aHardLinkHasTheDigestOfItsTarget() throws {
        let directory = TestDirectory()
        let package = TestPackage("a") { tar in
            tar.checkedFile("usr/a", "a")
            tar.pax([("APK-TOOLS.checksum.SHA1", Array(TestHash.hex(TestHash.sha1(Array("b".utf8))).utf8))])
            tar.hardLink("usr/b", to: "usr/a")
        }
        let error = #expect(throws: RootError.self) { try install([package], into: directory.root) }
        #expect(error?.archive?.code == .checksumMismatch)
        #expect(directory.names() == [])
    }

    /// Sparse files of 4 GB in place of apk's (row D): refused by their size, and the lock is not read at all.
    @Test(arguments: ["etc/apk/world", "etc/passwd", "lib/apk/db/installed", "lib/apk/db/apkresolve.mtree"])
    func hugeFilesAreNotRead(_ path: String) throws {
        let directory = TestDirectory()
        try directory.make(path, "")
        try directory.make("lib/apk/db/lock", "")
        #expect(truncate(directory.root + "/" + path, 4 << 30) == 0)
        #expect(truncate(directory.root + "/lib/apk/db/lock", 4 << 30) == 0)
        let package = TestPackage("a") { $0.checkedFile("usr/a", "a") }
        let error = #expect(throws: RootError.self) { try install([package], into: directory.root, world: "a") }
        #expect(error?.systemError == EFBIG)
        #expect(error.map { String(decoding: $0.path, as: UTF8.self) } == path)
    }
}
