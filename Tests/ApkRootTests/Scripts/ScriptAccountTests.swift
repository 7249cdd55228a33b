import ApkArchive
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// The accounts that scripts make are those that busybox makes; each row was taken from busybox 1.36.1-r15.
struct ScriptAccountTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Behind it there may be `|| …` to end well.
        var script: String
        /// What stands behind the lines that were there.
        var users = ""
        var groups = ""
        /// The members of nogroup.
        var nobodies = ""
        var home: (path: String, mode: UInt32, user: UInt32, group: UInt32)?
        var testDescription: String { script }
    }

    private static let rows = [
        Row(
            script: "adduser -S foo", users: "foo:x:101:65533:Linux User,,,:/home/foo:/sbin/nologin\n", nobodies: "foo",
            home: ("home/foo", 0o2755, 101, 65533)),
        Row(
            script: "addgroup -S g; adduser -S -D -h /var/h -g Foo -G g foo",
            users: "foo:x:101:101:Foo:/var/h:/sbin/nologin\n", groups: "g:x:101:foo\n",
            home: ("var/h", 0o2755, 101, 101)),
        Row(
            script: "mkdir -m 700 /var/h; adduser -S -h /var/h foo",
            users: "foo:x:101:65533:Linux User,,,:/var/h:/sbin/nologin\n", nobodies: "foo",
            home: ("var/h", 0o2755, 101, 65533)),
        Row(
            script: "adduser -S -h /var/a/b foo", users: "foo:x:101:65533:Linux User,,,:/var/a/b:/sbin/nologin\n",
            nobodies: "foo"),
        Row(
            script: "addgroup -g 1000 zz; adduser -D foo", users: "foo:x:1001:1001:Linux User,,,:/home/foo:/bin/ash\n",
            groups: "zz:x:1000:\nfoo:x:1001:\n", home: ("home/foo", 0o2755, 1001, 1001)),
        Row(script: "addgroup foo; adduser -D foo || [ $? = 1 ]", groups: "foo:x:1000:\n"),
        Row(script: "addgroup -g 777 zz; adduser -D -u 777 foo || [ $? = 1 ]", groups: "zz:x:777:\n"),
        Row(script: "adduser -S -G nope foo || addgroup foo", groups: "foo:x:1000:\n"),
        Row(
            script: "addgroup -S 'fo$'; addgroup -S f.o-; addgroup 12", groups: "fo$:x:101:\nf.o-:x:102:\n12:x:1000:\n"),
        Row(
            script: """
                for n in .foo '$' 'f$o' f@o fö '' 'a b'; do addgroup -S "$n" && exit 1; adduser -S "$n" && exit 1; done
                addgroup -g 256001 zz || adduser -S -u 256001 zz || addgroup -g 4294967294 zz || addgroup -g 256000 zz
                """, groups: "zz:x:256000:\n"),
        Row(script: "adduser old nogroup", nobodies: "old"),
    ]

    private static let users = "root:x:0:0::/:/bin/sh\nold:x:100:100::/:/bin/sh\n"
    private static func groups(_ nobodies: String) -> String { "root:x:0:\nold:x:100:\nnogroup:x:65533:\(nobodies)\n" }

    private func root() throws -> TestDirectory {
        let directory = TestDirectory()
        try directory.make("etc/passwd", Self.users)
        try directory.make("etc/group", Self.groups(""))
        for path in ["home/x", "var/x"] { try directory.make(path, "") }
        return directory
    }

    @Test(arguments: rows)
    func made(_ row: Row) throws {
        let directory = try root()
        let script = "#!/bin/sh\n" + row.script
        let plan = try install(
            [TestPackage("a", scripts: ["post-install": script]) { $0.checkedFile("usr/a", "x") }],
            into: directory.root,
            world: "a")
        #expect(plan.scripts.map(\.outcome) == [.emulated], "\(plan.scripts)")
        #expect(directory.text("etc/passwd") == Self.users + row.users)
        #expect(directory.text("etc/group") == Self.groups(row.nobodies) + row.groups)
        if let home = row.home {
            let node = try #require(plan.node(home.path))
            #expect((node.mode, node.user, node.group) == (home.mode, home.user, home.group))
        }
    }

    @Test func nogroupMustBeThere() throws {
        #expect(try plan(script: "mkdir /etc; adduser -S foo").scripts.map(\.outcome) == [.needsYou])
    }

    /// A line that somebody left in the shadow file is replaced.
    @Test func shadowLinesAreReplaced() throws {
        let directory = try root()
        try directory.make("etc/shadow", "root:!::0:::::\nfoo:secret::0:::::\nbar:!::0:::::\n")
        var options = RunOptions()
        options.time = 86400 * 20000
        try install(
            [TestPackage("a", scripts: ["post-install": "adduser -S foo"]) { $0.checkedFile("usr/a", "x") }],
            into: directory.root, options: options, world: "a")
        #expect(directory.text("etc/shadow") == "root:!::0:::::\nbar:!::0:::::\nfoo:!:20000:0:99999:7:::\n")
    }

    /// A directory that a script made before its package came with it stays as the script left it; one that the package
    /// made is set back when everything is in place.
    @Test(
        arguments: [
            ("pre-install", "adduser -S -h /var/own foo", 0o2755, 101),
            ("pre-install", "mkdir -m 700 /var/own", 0o700, 0),
            ("post-install", "adduser -S -h /var/own foo", 0o755, 0), ("post-install", "chmod 1777 /var/own", 0o755, 0),
            ("trigger", "chmod 1777 /var/own", 0o1777, 0),
        ] as [(String, String, UInt32, UInt32)])
    func directoriesOfThePackage(_ kind: String, _ script: String, _ mode: UInt32, _ user: UInt32) throws {
        let directory = try root()
        let plan = try install(
            [
                TestPackage("a", lines: ["triggers = /usr"], scripts: [kind: script]) { tar in
                    tar.checkedFile("usr/a", "x")
                    tar.directory("var")
                    tar.directory("var/own")
                }
            ], into: directory.root, world: "a")
        let node = try #require(plan.node("var/own"))
        #expect(plan.scripts.map(\.outcome) == [.emulated], "\(plan.scripts)")
        #expect((node.mode, node.user) == (mode, user))
        #expect(node.owner == "a-1.0-r0")
    }

    /// What is made in a directory with the setgid bit gets its group, and as a directory its bit.
    @Test func groupsComeFromAbove() throws {
        let plan = try plan(
            script: "mkdir /d; chown 8:12 /d; chmod 2755 /d; mkdir -p /d/a/b; mkdir -m 700 /d/c; ln -s x /d/l")
        for (path, mode) in [("d/a", 0o2755), ("d/a/b", 0o2755), ("d/c", 0o700), ("d/l", 0o777)] as [(String, UInt32)] {
            let node = try #require(plan.node(path))
            #expect((node.mode, node.user, node.group) == (mode, 0, 12), "\(path)")
        }
    }

    /// `NAME:` is the group of the user's line, and `-h` is about the link.
    @Test func owners() throws {
        let directory = try root()
        let script = "ln -s a /usr/l; chown -h 5:6 /usr/l; chown old: /nope /usr/a; [ $? = 1 ]"
        let plan = try install(
            [TestPackage("a", scripts: ["post-install": script]) { $0.checkedFile("usr/a", "x") }],
            into: directory.root,
            world: "a")
        let (link, file) = (try #require(plan.node("usr/l")), try #require(plan.node("usr/a")))
        #expect((link.user, link.group, file.user, file.group) == (5, 6, 100, 100))
    }
}
