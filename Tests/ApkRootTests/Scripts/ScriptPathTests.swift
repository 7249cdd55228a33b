import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// What scripts make goes through the same gate as what packages ship, and never in apk's way.
struct ScriptPathTests {
    private static let long = String(repeating: "n", count: 256)
    private static let deep = String(repeating: "/d", count: 2048)

    @Test(arguments: [
        "ln -s x /.apkresolve/journal", "ln -s x /.apkresolve", "mkdir /.apkresolve", "mkdir -p /.apkresolve/in-0",
        "mkdir /.apk.x", "ln -s x /.wh.usr", "mkdir -p /usr/.wh.x/y", "ln -s x /proc/y", "mkdir -p /proc/y",
        "ln -s x /sys",
        "mkdir '/a\nb'", "ln -s x '/a\tb'", "ln -s 'a\nb' /x",
        "ln -s x /lib/apk/db/installed", "mkdir -p /lib/apk/db/installed", "ln -s x /usr/lib/apk/db/installed",
        "ln -s x /lib/apk/exec/x", "mkdir -p /lib/apk; ln -s x /lib/apk/db", "mkdir /lib; ln -s x /lib/apk",
        "ln -s /etc /lib", "ln -s usr/lib /lib",
        "mkdir -p /etc/apk; ln -s x /etc/apk/world", "mkdir -p /etc/apk; ln -s x /etc/apk/keys",
        "ln -s x /etc/apk/keys/k.rsa.pub", "mkdir -p /etc/apk; ln -s x /etc/apk/arch",
        "mkdir -p /etc/apk; ln -s x /etc/apk/repositories", "ln -s x /etc/apk/protected_paths.d/x.list",
        "mkdir /etc; ln -s /usr /etc/apk",
        "ln -s /usr /etc",
        "ln -sfn /usr /etc", "ln -s /lib/apk/db /d; ln -s x /d/installed",
        "mkdir /etc; ln -s etc /e; mkdir -p /e/apk/world",
        "mkdir /proc; ln -s proc /p; mkdir /p/x", "adduser -D -h /.apkresolve x",
        "mkdir -p /etc/apk; adduser -D -h /etc/apk/x x",
        "mkdir /etc; ln -s passwd /etc/passwd; adduser -D -H x",
        "mkdir /etc; ln -s /.apkresolve/journal /etc/passwd; adduser -D -H x",
        "mkdir /etc; ln -s apk/world /etc/passwd; adduser -D -H x",
        "mkdir /etc; ln -s /usr /etc/passwd; adduser -D -H x",
        "mkdir -p /var/\(long)", "ln -s x /\(long)", "adduser -D -h /usr/\(long) x", "ln -s /\(long) /usr",
        "ln -s '' /x", "ln -s \(String(repeating: "t", count: 4096)) /x", "mkdir -p \(deep)",
        "adduser -D -h \(deep) x",
        "ln -s b /a; ln -s a /b; mkdir /a/x", "mkdir /../\u{301}x", "mkdir ..",
    ])
    func refused(_ script: String) throws {
        let plan = try plan(script: "mkdir -p /usr/made\n" + script)
        #expect(plan.scripts.map(\.outcome) == [.needsYou], "\(plan.scripts)")
        // Nothing of it is done, and everything else is.
        #expect(plan.node("usr/made") == nil)
        #expect(plan.node("usr/u")?.kind == .regular)
        for path in ["lib/apk/db/installed", "etc/apk/world"] { #expect(plan.node(path)?.kind == .regular) }
    }

    /// apk's directories count where the root's links put them.
    @Test(arguments: [
        "ln -s x /foo/apk/db/installed", "ln -s x /foo/apk", "ln -s x /lib/apk/db/x", "mkdir -p /foo/apk/db",
    ])
    func refusedThroughLinksOfTheRoot(_ script: String) throws {
        let plan = try plan(script: script, links: [("lib", "foo"), ("foo/x", "y")])
        #expect(plan.scripts.map(\.outcome) == [.needsYou])
        #expect(plan.node("foo/apk/db/installed")?.kind == .regular)
    }

    @Test(arguments: [
        ("ln -s x /usr/l", "usr/l", "x"), ("ln -s /usr/x /", "x", "/usr/x"),
        ("mkdir /opt; ln -s ../a /opt", "opt/a", "../a"),
        ("ln -s usr /d; ln -sf /a/b /d", "usr/b", "/a/b"), ("ln -s a /l; ln -sfn b /l", "l", "b"),
        ("ln -s \(String(repeating: "t", count: 4095)) /x", "x", String(repeating: "t", count: 4095)),
        ("mkdir /etc; ln -s x /etc/apk-tools", "etc/apk-tools", "x"),
    ])
    func linked(_ script: String, _ path: String, _ target: String) throws {
        let plan = try plan(script: script)
        #expect(plan.scripts.map(\.outcome) == [.emulated], "\(plan.scripts)")
        #expect(plan.node(path)?.target == Array(target.utf8))
    }

    /// The kernel takes set-id bits off a program that gets another owner.
    @Test(
        arguments: [
            ("chown 5 /usr/u", 0o755), ("chown 5:6 /usr/u; chmod 4755 /usr/u", 0o4755),
            ("chmod 6755 /usr/u; chown :6 /usr/u", 0o755),
            ("chmod 2644 /usr/u; chown 5 /usr/u", 0o2644),
        ] as [(String, UInt32)])
    func setIDBits(_ script: String, _ mode: UInt32) throws {
        let plan = try plan(script: script)
        #expect(plan.scripts.map(\.outcome) == [.emulated])
        #expect(plan.node("usr/u")?.mode == mode)
    }

    /// Accounts are where the links of etc lead, as long as they lead into the root.
    @Test(arguments: ["../usr/etc/passwd", "/usr/etc/passwd", "hop", "../../../usr/etc/passwd"])
    func accountsThroughLinks(_ target: String) throws {
        let directory = TestDirectory()
        let accounts = "root:x:0:0::/:/bin/sh\nold:x:100:100::/:/bin/sh\n"
        try directory.make("usr/etc/passwd", accounts)
        try directory.make("etc/group", "root:x:0:\nnogroup:x:65533:\n")
        try directory.link("etc/hop", to: "/usr/etc/passwd")
        try directory.link("etc/passwd", to: target)
        let script = "#!/bin/sh\nadduser -S -D -H new\nadduser -S -D -H old || mkdir /known\n"
        let plan = try install(
            [
                TestPackage("a", scripts: ["pre-install": script]) { tar in
                    var header = tar.header("usr/owned")
                    header.userName = Array("old".utf8)
                    tar.entry(header)
                }
            ], into: directory.root, world: "a")
        #expect(plan.scripts.map(\.outcome) == [.emulated])
        #expect(plan.node("usr/owned")?.user == 100)
        #expect(directory.target("etc/passwd") == target)
        let added = "new:x:101:65533:Linux User,,,:/home/new:/sbin/nologin\n"
        #expect(directory.text("usr/etc/passwd") == accounts + added)
        #expect(directory.names().contains("known"))
    }

    /// A link that would lead out of the root leads to its place in the root, as for a process that has no other.
    @Test func accountsStayInTheRoot() throws {
        let directory = TestDirectory()
        let outside = directory.path + "/passwd"
        try "secret".write(toFile: outside, atomically: true, encoding: .utf8)
        try directory.link("etc/passwd", to: "../../passwd")
        let script = "#!/bin/sh\nadduser -D -H new\n"
        try install(
            [TestPackage("a", scripts: ["pre-install": script]) { $0.checkedFile("usr/a", "x") }], into: directory.root,
            world: "a")
        #expect(try String(contentsOfFile: outside, encoding: .utf8) == "secret")
        #expect(directory.target("etc/passwd") == "../../passwd")
        #expect(directory.text("passwd")?.hasPrefix("new:x:1000:") == true)
    }

    @Test func aDirectoryInPlaceOfAccountsNeedsYou() throws {
        let directory = TestDirectory()
        try directory.make("etc/passwd/file", "x")
        let script = "#!/bin/sh\nadduser -D -H new\n"
        let plan = try install(
            [TestPackage("a", scripts: ["pre-install": script]) { $0.checkedFile("usr/a", "x") }], into: directory.root,
            world: "a")
        #expect(plan.scripts.map(\.outcome) == [.needsYou])
        #expect(directory.text("etc/passwd/file") == "x")
    }
}
