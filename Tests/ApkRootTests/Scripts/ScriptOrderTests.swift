import ApkArchive
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// Scripts see the root as it is at their point in apk's order: the files of a version that goes until it is gone, those
/// of one that comes from when it has come.
struct ScriptOrderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var kind: String
        var script: String
        /// What becomes of it; where it is emulated it makes `/made`.
        var outcome = ScriptAccount.Outcome.emulated
        var testDescription: String { "\(kind): \(script)" }
    }

    private static let old = "[ -f /usr/old ] && [ -d /usr/own ] && [ -e /usr/own/old ] && [ -f /usr/link/old ]"
    private static let rows = [
        Row(kind: "pre-upgrade", script: "\(old) && [ ! -e /usr/new ] && mkdir /made"),
        Row(kind: "post-upgrade", script: "[ ! -e /usr/old ] && [ ! -L /usr/link ] && [ -f /usr/new ] && mkdir /made"),
        Row(kind: "post-upgrade", script: "[ -f /etc/kept ] && [ ! -e /etc/gone ] && mkdir /made"),
        Row(kind: "pre-upgrade", script: "for i in /usr/own/*; do [ $i = /usr/own/old ] && mkdir /made; done"),
        Row(kind: "post-upgrade", script: "rm -f /usr/old /usr/own/old; rmdir /usr/own || mkdir /made"),
        Row(kind: "pre-upgrade", script: "if [ -f /usr/old ]; then mv /usr/old /usr/moved; fi", outcome: .needsYou),
        Row(kind: "pre-upgrade", script: "mkdir /made; rm -f /usr/old", outcome: .needsYou),
        Row(kind: "pre-upgrade", script: "mkdir /made; ln -sf x /usr/old", outcome: .needsYou),
        Row(kind: "pre-upgrade", script: "mkdir /made; ln -sfn x /usr/link", outcome: .needsYou),
        Row(kind: "pre-upgrade", script: "mkdir /made; chmod 700 /usr/old", outcome: .needsYou),
        Row(kind: "pre-deinstall", script: "\(old) && mkdir /made"),
        Row(kind: "post-deinstall", script: "[ ! -e /usr/old ] && [ ! -d /usr/own ] && [ -d /usr ] && mkdir /made"),
        Row(kind: "post-deinstall", script: "mkdir /made; mkdir -p /usr/own", outcome: .needsYou),
        Row(kind: "post-deinstall", script: "ln -s x /usr/own/l || mkdir /made"),
    ]

    @Test(arguments: rows)
    func seen(_ row: Row) throws {
        let directory = TestDirectory()
        let isRemoval = row.kind.hasSuffix("deinstall")
        let first = TestPackage("a", "1.0-r0", scripts: isRemoval ? [row.kind: row.script] : [:]) { tar in
            for path in ["usr/old", "usr/own/old", "etc/kept", "etc/gone"] { tar.checkedFile(path, "1") }
            tar.symbolicLink("usr/link", to: "own")
        }
        let other = TestPackage("b") { $0.checkedFile("usr/b", "x") }
        try install([first, other], into: directory.root, world: "a b")
        try directory.make("etc/kept", "mine")
        let second = TestPackage("a", "2.0-r0", scripts: [row.kind: row.script]) { $0.checkedFile("usr/new", "2") }
        let plan = try install(
            isRemoval ? [] : [second], removing: isRemoval ? ["a"] : [], into: directory.root, world: "b")
        #expect(plan.scripts.map(\.outcome) == [row.outcome], "\(plan.scripts)")
        #expect(directory.names().contains("made") == (row.outcome == .emulated))
        #expect(directory.text("usr/old") == nil)
    }

    /// Files of packages of earlier steps are there, those of later ones are not.
    @Test func stepsAreInOrder() throws {
        let directory = TestDirectory()
        let script = "[ -f /usr/a ] && [ ! -e /usr/b ] && [ ! -e /usr/c ] && mkdir /made"
        let plan = try install(
            [
                TestPackage("a") { $0.checkedFile("usr/a", "x") },
                TestPackage("b", scripts: ["pre-install": script]) { $0.checkedFile("usr/b", "x") },
                TestPackage("c") { $0.checkedFile("usr/c", "x") },
            ], into: directory.root, world: "a b c")
        #expect(plan.scripts.map(\.outcome) == [.emulated])
    }

    /// The accounts that a script adds before its package brings others stay, as a person's would.
    @Test func accountsOfAnUpgrade() throws {
        let directory = TestDirectory()
        @Sendable func files(_ text: String) -> @Sendable (inout TarBuilder) -> Void {
            { tar in for path in ["etc/passwd", "etc/group"] { tar.checkedFile(path, text) } }
        }
        try install([TestPackage("a", "1.0-r0", content: files("root:x:0:0:\n"))], into: directory.root, world: "a")
        let script = "addgroup -S g"
        try install(
            [TestPackage("a", "2.0-r0", scripts: ["pre-upgrade": script], content: files("root:x:0:0:new\n"))],
            into: directory.root, world: "a")
        #expect(directory.text("etc/group") == "root:x:0:0:\ng:x:100:\n")
        #expect(directory.text("etc/group.apk-new") == "root:x:0:0:new\n")
        #expect(directory.text("etc/passwd") == "root:x:0:0:new\n")
    }

    // MARK: - Triggers

    /// The trigger of a package that comes gets all directories that match; that of one that stays the
    /// directories of packages that come or go, also those in which these have only other directories.
    @Test(
        arguments: [
            ("/usr/share/*", "fired/usr/share/icons", nil), ("/usr", "fired/usr", "fired/usr"),
            ("/", "fired", nil), ("/opt", nil, "fired/opt"), ("/opt/x", nil, "fired/opt/x"), ("/srv", nil, nil),
        ] as [(String, String?, String?)])
    func fires(_ pattern: String, _ coming: String?, _ staying: String?) throws {
        let directory = TestDirectory()
        @Sendable func ship(_ paths: [String]) -> @Sendable (inout TarBuilder) -> Void {
            { tar in
                for path in paths.dropLast() { tar.directory(path) }
                tar.checkedFile(paths[paths.count - 1], "x")
            }
        }
        let icons = TestPackage("icons", content: ship(["usr", "usr/share", "usr/share/icons", "usr/share/icons/i"]))
        try install([icons], into: directory.root, world: "icons")
        let script = "for i in \"$@\"; do mkdir -p \"/fired$i\"; done"
        let tool = TestPackage(
            "tool", lines: ["triggers = \(pattern)"], scripts: ["trigger": script], content: ship(["bin", "bin/tool"]))
        let first = try install([tool], into: directory.root, world: "icons tool")
        #expect(first.scripts.map(\.kind) == (coming == nil ? [] : [.trigger]))
        if let coming { #expect(first.node(coming)?.kind == .directory) }
        try? FileManager.default.removeItem(atPath: directory.root + "/fired")
        let other = TestPackage("other", content: ship(["usr", "usr/lib", "opt", "opt/x", "opt/x/y"]))
        let second = try install([other], into: directory.root, world: "icons tool other")
        #expect(second.scripts.map(\.kind) == (staying == nil ? [] : [.trigger]))
        if let staying { #expect(second.node(staying)?.kind == .directory) }
    }
}
