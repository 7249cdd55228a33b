import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// Who owns what two packages ship, by apk's rules; and what an upgrade or a removal leaves.
struct OwnershipTests {
    /// Two packages that ship `etc/file`, and who has it afterwards; nil for a conflict.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var first: [String] = []
        var second: [String] = []
        var origin: String?
        var owner: String?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "no relation", owner: nil),
        Case(name: "the later replaces", second: ["replaces = a"], owner: "b"),
        Case(name: "the later replaces another version", second: ["replaces = a>2"], owner: nil),
        Case(name: "the later replaces this version", second: ["replaces = a<2"], owner: "b"),
        Case(name: "the earlier replaces", first: ["replaces = b"], owner: "a"),
        Case(name: "both replace", first: ["replaces = b"], second: ["replaces = a"], owner: "b"),
        Case(
            name: "both replace, the earlier with priority", first: ["replaces = b", "replaces_priority = 2"],
            second: ["replaces = a", "replaces_priority = 1"], owner: "a"),
        Case(
            name: "both replace, the later with priority", first: ["replaces = b", "replaces_priority = 1"],
            second: ["replaces = a", "replaces_priority = 2"], owner: "b"),
        Case(name: "one origin", origin: "same", owner: "b"),
        Case(
            name: "a provided name is not replaced", first: ["provides = virtual=1"], second: ["replaces = virtual"],
            owner: nil),
    ]

    @Test(arguments: cases)
    func decides(_ test: Case) throws {
        let directory = TestDirectory()
        func package(_ name: String, _ lines: [String]) -> TestPackage {
            TestPackage(name, origin: test.origin, lines: lines) { $0.checkedFile("etc/file", name) }
        }
        let packages = [package("a", test.first), package("b", test.second)]
        guard let owner = test.owner else {
            #expect(throws: RootError.self) { try install(packages, into: directory.root) }
            var options = RunOptions()
            options.merge.forcesOverwrite = true
            let plan = try install(packages, into: directory.root, options: options)
            #expect(plan.notices.contains { $0.kind == .forcedOverwrite })
            #expect(directory.text("etc/file") == "b")
            return
        }
        let plan = try install(packages, into: directory.root)
        #expect(directory.text("etc/file") == owner)
        #expect(plan.database.owner(of: "etc/file".utf8)?.name == owner)
        let other = owner == "a" ? "b" : "a"
        #expect(plan.database[other]?.files.files.isEmpty == true)
        #expect(plan.database[other]?.files.directories.contains { $0.path.elementsEqual("etc".utf8) } == true)
    }

    @Test func ownershipIsTheSameInTwoRuns() throws {
        let directory = TestDirectory()
        try install([TestPackage("a") { $0.checkedFile("etc/file", "a") }], into: directory.root)
        let plan = try install(
            [TestPackage("b", lines: ["replaces = a"]) { $0.checkedFile("usr/file", "b") }], into: directory.root)
        #expect(plan.database["a"]?.files.files.count == 1)
        let taking = try install(
            [TestPackage("c", lines: ["replaces = b"]) { $0.checkedFile("usr/file", "c") }], into: directory.root)
        #expect(taking.database["b"]?.files.files.isEmpty == true)
        #expect(directory.text("usr/file") == "c")
        // When the new owner goes, the file goes, and the old one does not get it back.
        let after = try install([TestPackage](), removing: ["c"], into: directory.root)
        #expect(directory.text("usr/file") == nil)
        #expect(after.database["b"]?.files.files.isEmpty == true)
    }

    @Test func directoriesHaveTheModeOfTheirOwner() throws {
        let directory = TestDirectory()
        try install(
            [
                TestPackage("b") { $0.directory("shared", mode: 0o700) },
                TestPackage("c", lines: ["replaces_priority = 7"]) { $0.directory("shared", mode: 0o711) },
                TestPackage("a") { $0.directory("shared", mode: 0o755) },
            ], into: directory.root)
        let mode = try FileManager.default.attributesOfItem(atPath: directory.root + "/shared")[.posixPermissions]
        #expect(mode as? Int == 0o711)
    }

    @Test func upgradeReplacesAndRemoves() throws {
        let directory = TestDirectory()
        try install(
            [
                TestPackage("a") { tar in
                    tar.checkedFile("usr/share/old/file", "1")
                    tar.checkedFile("usr/share/both", "1")
                    tar.checkedLink("usr/share/link", to: "both")
                    tar.directory("usr/share/becomes")
                    tar.checkedFile("usr/share/becomes/inside", "1")
                }
            ], into: directory.root)
        let plan = try install(
            [
                TestPackage("a", "2.0-r0") { tar in
                    tar.checkedFile("usr/share/new", "2")
                    tar.checkedFile("usr/share/both", "2")
                    tar.checkedFile("usr/share/link/file", "2")
                    tar.checkedLink("usr/share/becomes", to: "new")
                }
            ], into: directory.root)
        #expect(directory.text("usr/share/both") == "2")
        #expect(directory.text("usr/share/new") == "2")
        #expect(directory.text("usr/share/link/file") == "2")
        #expect(directory.target("usr/share/becomes") == "new")
        #expect(!FileManager.default.fileExists(atPath: directory.root + "/usr/share/old"))
        #expect(plan.database["a"]?.record.version == "2.0-r0")
    }

    @Test func directoryWithForeignFilesDoesNotBecomeALink() throws {
        let directory = TestDirectory()
        try install([TestPackage("a") { $0.checkedFile("usr/dir/inside", "1") }], into: directory.root)
        try directory.make("usr/dir/mine", "do not lose")
        let error = #expect(throws: RootError.self) {
            try install([TestPackage("a", "2.0-r0") { $0.checkedLink("usr/dir", to: "other") }], into: directory.root)
        }
        #expect(error?.code == .typeConflict)
        #expect(directory.text("usr/dir/mine") == "do not lose")
        #expect(directory.text("usr/dir/inside") == "1")
    }

    /// Rows of the table in apk-formats.md §9: what is in protected directories.
    @Test func configurationIsKept() throws {
        let directory = TestDirectory()
        func version(_ number: String) -> TestPackage {
            TestPackage("a", "\(number).0-r0") { tar in
                tar.checkedFile("etc/changed", number)
                tar.checkedFile("etc/untouched", number)
                tar.checkedFile("etc/same", number)
                tar.checkedFile("usr/share/plain", number)
            }
        }
        try install([version("1")], into: directory.root)
        try directory.make("etc/changed", "mine")
        try directory.make("etc/same", "2")
        try directory.make("usr/share/plain", "mine")
        let plan = try install([version("2")], into: directory.root)
        #expect(directory.text("etc/changed") == "mine")
        #expect(directory.text("etc/changed.apk-new") == "2")
        #expect(directory.text("etc/untouched") == "2")
        #expect(directory.text("etc/untouched.apk-new") == nil)
        #expect(directory.text("etc/same") == "2")
        #expect(directory.text("etc/same.apk-new") == nil)
        #expect(directory.text("usr/share/plain") == "2")
        #expect(plan.notices.map(\.kind) == [.newConfiguration])
        // The database has the new digest in any case.
        let digest = Checksum(bytes: TestHash.sha1(Array("2".utf8)))?.identity
        let files = try #require(plan.database["a"]).files
        for file in files.files { #expect(file.digest?.identity == digest) }
        let removal = try install([TestPackage](), removing: ["a"], into: directory.root)
        #expect(removal.notices.contains { $0.kind == .keptConfiguration })
        #expect(directory.text("etc/changed") == "mine")
        #expect(directory.text("etc/changed.apk-new") == nil)
        #expect(directory.text("etc/untouched") == nil)
        #expect(!FileManager.default.fileExists(atPath: directory.root + "/usr"))
    }

    /// A person's `etc/file`, and two packages that ship it in one run, of which the second one gets it.
    struct SharedConfiguration: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Whether the first package was there before, with a file that the person changed.
        var isUpgrade = false
        var isForced = false
        var mine = "mine"
        /// `etc/file` and the file beside it afterwards.
        var file = "mine"
        var beside: String? = "b"
    }

    static let sharedConfigurations: [SharedConfiguration] = [
        .init(testDescription: "both are new"),
        .init(testDescription: "both are new, and nothing but force allows it", isForced: true),
        .init(testDescription: "an upgrade", isUpgrade: true),
        .init(testDescription: "an upgrade, and nothing but force allows it", isUpgrade: true, isForced: true),
        .init(testDescription: "the file is as the first package has it", mine: "a", file: "b", beside: nil),
        .init(testDescription: "the file is as the second package has it", mine: "b", file: "b", beside: nil),
    ]

    @Test(arguments: sharedConfigurations) func configurationOfTwoPackagesIsKept(_ test: SharedConfiguration) throws {
        let directory = TestDirectory()
        if test.isUpgrade {
            try install([TestPackage("a", "0.1-r0") { $0.checkedFile("etc/file", "old") }], into: directory.root)
        }
        try directory.make("etc/file", test.mine)
        var options = RunOptions()
        options.merge.forcesOverwrite = test.isForced
        let plan = try install(
            [
                TestPackage("a") { $0.checkedFile("etc/file", "a") },
                TestPackage("b", lines: test.isForced ? [] : ["replaces = a"]) { $0.checkedFile("etc/file", "b") },
            ], into: directory.root, options: options)
        #expect(directory.text("etc/file") == test.file)
        #expect(directory.text("etc/file.apk-new") == test.beside)
        #expect(plan.database.owner(of: "etc/file".utf8)?.name == "b")
        let notices = plan.notices.filter { $0.kind == .newConfiguration }
        #expect(notices.map(\.package) == (test.beside == nil ? [] : ["b-1.0-r0"]))
        try install([TestPackage](), removing: ["b"], into: directory.root)
        #expect(directory.text("etc/file.apk-new") == nil)
    }

    @Test func purgeRemovesConfiguration() throws {
        let directory = TestDirectory()
        try install([TestPackage("a") { $0.checkedFile("etc/changed", "1") }], into: directory.root)
        try directory.make("etc/changed", "mine")
        var options = RunOptions()
        options.merge.purges = true
        try install([TestPackage](), removing: ["a"], into: directory.root, options: options)
        #expect(directory.text("etc/changed") == nil)
    }

    @Test func filesOfTheRootAreProtectedByItsOwnRules() throws {
        let directory = TestDirectory()
        try directory.make("etc/apk/protected_paths.d/local.list", "+opt/conf*\n-etc/plain\n")
        try directory.make("opt/conf.d/file", "mine")
        try directory.make("etc/plain/file", "mine")
        try install(
            [
                TestPackage("a") { tar in
                    tar.checkedFile("opt/conf.d/file", "new")
                    tar.checkedFile("etc/plain/file", "new")
                }
            ], into: directory.root)
        #expect(directory.text("opt/conf.d/file") == "mine")
        #expect(directory.text("opt/conf.d/file.apk-new") == "new")
        #expect(directory.text("etc/plain/file") == "new")
    }

    /// Directories without an entry are made, which is said, unless another package has the entry.
    @Test func directoriesWithoutAnEntryAreSaid() throws {
        let directory = TestDirectory()
        let packages = [
            TestPackage("a") { tar in
                tar.checkedFile("usr/share/a/file", "a")
                tar.directory("usr/lib/a")
            },
            TestPackage("b") { tar in
                tar.directory("usr")
                tar.directory("usr/lib")
            },
        ]
        let notices = try install(packages, into: directory.root, world: "a b").notices
        #expect(notices.map(\.kind) == [.impliedDirectory, .impliedDirectory])
        #expect(notices.map { String(decoding: $0.path, as: UTF8.self) } == ["usr/share", "usr/share/a"])
        #expect(notices.map(\.package) == ["a-1.0-r0", "a-1.0-r0"])
    }

    /// The longest names leave no room for the suffix of a new configuration file, and can be removed all the same.
    @Test(arguments: [247, 248, 255]) func theLongestNamesGo(_ count: Int) throws {
        let directory = TestDirectory()
        let name = "usr/" + String(repeating: "n", count: count)
        try install(
            [TestPackage("a") { $0.checkedFile("usr/n", "a", pax: [("path", name)]) }], into: directory.root, world: "a"
        )
        #expect(directory.text(name) == "a")
        try install([TestPackage](), removing: ["a"], into: directory.root)
        #expect(directory.text(name) == nil)
    }
}
