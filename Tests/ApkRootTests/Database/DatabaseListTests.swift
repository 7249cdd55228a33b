import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// What the installed database and the files beside it say, as apk writes them.
struct DatabaseListTests {
    /// The lines of a package's directories, as the database has them.
    private static func directories(of name: String, in directory: TestDirectory) throws -> [String] {
        let database = try RootState(path: directory.root).database
        return try #require(database[name]).files.directories.map { String(decoding: $0.path, as: UTF8.self) }
    }

    /// A package that loses its only file at the top keeps the line of the root directory.
    @Test func theRootDirectoryStaysOnTheList() throws {
        let directory = TestDirectory()
        try install(
            [
                TestPackage("a") { $0.checkedFile("top", "a") },
                TestPackage("b", lines: ["replaces = a"]) { $0.checkedFile("top", "b") },
            ], into: directory.root, world: "a b")
        #expect(try Self.directories(of: "a", in: directory) == [""])
    }

    /// Directories keep the archive's order up to 32 of them; more are sorted if they are out of order.
    @Test(arguments: [(31, false), (32, true)]) func manyDirectoriesAreSorted(_ count: Int, isSorted: Bool) throws {
        let directory = TestDirectory()
        let names = (0..<count).reversed().map { String(format: "usr/%02d", $0) }
        try install(
            [TestPackage("a") { tar in for name in names { tar.checkedFile(name + "/file", name) } }],
            into: directory.root, world: "a")
        // And usr itself is one more.
        let expected = isSorted ? names.sorted() : names
        let found = try Self.directories(of: "a", in: directory)
        #expect(found.filter { $0.hasPrefix("usr/") } == expected)
        let files = try RootState(path: directory.root).database["a"]?.files.directories.map(\.files.count) ?? []
        #expect(files.reduce(0, +) == count)
    }

    /// A root that has keys is not made to trust others.
    @Test(arguments: [false, true]) func keysAreOnlyForRootsWithoutAny(hasKey: Bool) throws {
        let directory = TestDirectory()
        if hasKey { try directory.make("etc/apk/keys/theirs.rsa.pub", "key") }
        let root = try StagingRoot(path: directory.root, creates: true)
        var changes = RootChanges([], world: World())
        changes.keys = [RootChanges.Key(name: "ours.rsa.pub", content: [1])]
        try root.commit(root.plan(changes))
        try root.close()
        #expect(directory.names("root/etc/apk/keys") == [hasKey ? "theirs.rsa.pub" : "ours.rsa.pub"])
        // Without it apk 2 would refuse to change the root.
        #expect(directory.names().contains("var/cache/apk"))
    }

    /// apk 2 loses scripts that it does not find in its own file, so a root that has it gets that one too.
    @Test(arguments: [
        ("2.14.0-r5", ["scripts.tar", "scripts.tar.gz"]), ("3.0.0_pre1-r0", ["scripts.tar.gz"]),
        (nil, ["scripts.tar.gz"]),
    ]) func scriptsAreWhereTheRootsApkLooks(_ version: String?, _ expected: [String]) throws {
        let directory = TestDirectory()
        let waiting = TestPackage("a", scripts: ["post-deinstall": "#!/bin/sh\n"]) { $0.checkedFile("usr/a", "a") }
        let other = version.map { TestPackage("apk-tools", $0) { $0.checkedFile("sbin/apk", "apk") } }
        try install([waiting] + [other].compactMap(\.self), into: directory.root, world: "a")
        func names() -> [String] { directory.names("root/lib/apk/db").filter { $0.contains("scripts") } }
        #expect(names() == expected)
        // A root keeps the files that it has, and they stay alike.
        try install([TestPackage("b") { $0.checkedFile("usr/b", "b") }], into: directory.root, world: "a b")
        #expect(names() == expected)
        for name in expected.dropLast() {
            try FileManager.default.removeItem(atPath: "\(directory.root)/lib/apk/db/\(name)")
        }
        #expect(try RootState(path: directory.root).scripts.values.map(\.count) == [1])
    }
}
