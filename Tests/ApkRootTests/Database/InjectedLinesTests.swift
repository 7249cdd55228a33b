import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// Row F, "newline in a file name corrupting the installed database", and its relatives: nothing that a package says becomes
/// a line of its own in a file that is made of lines.
struct InjectedLinesTests {
    static let injected = "x\nF:etc\nR:shadow\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA="
    static let verifier = PackageVerifier(
        keys: KeyRing(keys: [(name: TestKey.first.name, pem: TestKey.first.publicPEM)]))

    static func version3(_ change: (inout ADBPackageBuilder) -> Void) -> [UInt8] {
        var builder = ADBPackageBuilder()
        builder.nodes = [.init("etc", .directory), .init("etc/file", .file([1]))]
        change(&builder)
        return builder.bytes(keys: [.first])
    }

    /// Packages in which one text has lines in it; most of them are refused before they could harm anybody.
    static let packages: [(String, [UInt8])] = [
        ("v2: a file's name", TestPackage("foo") { $0.checkedFile("etc/\(injected)", "x") }.builder.build().bytes),
        ("v2: a directory's name", TestPackage("foo") { $0.directory("etc/\(injected)") }.builder.build().bytes),
        ("v2: a link's target", TestPackage("foo") { $0.checkedLink("etc/link", to: injected) }.builder.build().bytes),
        (
            "v2: an attribute's name",
            TestPackage("foo") { tar in
                tar.checkedFile("etc/file", "x", pax: [("SCHILY.xattr.user.\(injected)", "x")])
            }.builder.build().bytes
        ),
        (
            "v2: a user's name",
            TestPackage("foo") { tar in
                tar.pax([("uname", Array("a\nb".utf8))])
                tar.checkedFile("etc/file", "x")
            }.builder.build().bytes
        ),
        ("v3: a file's name", version3 { $0.nodes.append(.init("etc/\(injected)", .file([1]))) }),
        ("v3: a directory's name", version3 { $0.nodes.append(.init(injected, .directory)) }),
        ("v3: a link's target", version3 { $0.nodes.append(.init("etc/link", .symbolicLink(injected))) }),
        ("v3: a user's name", version3 { $0.nodes[1].user = injected }),
        ("v3: an attribute's name", version3 { $0.nodes[1].attributes = [("user.\(injected)", [1])] }),
        ("v3: the name", version3 { $0.name = injected }),
        ("v3: the version", version3 { $0.version = injected }),
        ("v3: the architecture", version3 { $0.architecture = injected }),
        ("v3: a dependency", version3 { $0.dependencies = injected }),
        ("v3: a provided name", version3 { $0.provides = injected }),
        ("v3: a replaced name", version3 { $0.replaces = injected }),
        ("v3: a replaced version", version3 { $0.replaces = "a=1\nF:etc" }),
        ("v3: a condition", version3 { $0.installIf = injected }),
        ("v3: a trigger", version3 { $0.triggers = ["/etc", injected] }),
    ]

    @Test(arguments: packages)
    func databaseHasNoLinesButItsOwn(_ name: String, _ bytes: [UInt8]) throws {
        let directory = TestDirectory()
        let root = try StagingRoot(path: directory.root, creates: true)
        do {
            let package = try Self.verifier.verify(MemoryFile(bytes, name: "foo.apk"))
            let staged = try root.staged([package])
            let changes = RootChanges(staged.map { .install($0, tag: nil) }, world: World(parsing: Array("foo".utf8)))
            try root.commit(try root.plan(changes))
        } catch is RootError {
        } catch is ArchiveError {
        }
        try root.close()
        // Either there is nothing, or a database that has the package's own files alone.
        guard let text = directory.text("lib/apk/db/installed") else {
            return #expect(!FileManager.default.fileExists(atPath: directory.root))
        }
        let database = try InstalledDatabase(parsing: Array(text.utf8))
        #expect(database.packages.map(\.name) == ["foo"])
        #expect(!text.contains("\nR:shadow"))
        #expect(database.owner(of: "etc/shadow".utf8) == nil)
        #expect(database.text == Array(text.utf8))
        let triggers = directory.text("lib/apk/db/triggers") ?? ""
        #expect(triggers.split(separator: "\n").allSatisfy { $0.hasPrefix("Q1") || $0.hasPrefix("X1") })
    }
}
