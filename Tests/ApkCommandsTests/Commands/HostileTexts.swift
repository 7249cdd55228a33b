import ApkTestSupport
import Foundation
import Testing

@testable import ApkCommands

@Suite("what packages, indexes and users call things reaches no terminal as it is")
struct HostileTexts {
    /// Sets a title, colours, rings, turns the direction of writing: what an index lets through, and what it does not.
    static let hostile = "x\u{1b}]0;evil\u{7}\u{1b}[31m\u{9b}32m\u{202e}"

    /// What is written goes into the repository's directory, which stands for `DIR`.
    static let commands: [[String]] = [
        ["resolve", "a"], ["resolve", "a", "--closure"], ["resolve", "a", "--format", "tree"],
        ["resolve", "a", "--format", "apk"], ["resolve", "a", "--sizes"], ["resolve", "a", "--minimize", "size"],
        ["resolve", hostile], ["resolve", hostile, "--format", "apk"], ["why", "a", "--for", "a"],
        ["why", hostile, "--for", "a"], ["graph", "a"], ["index", "list"], ["index", "check"],
        ["index", "search", "a"],
        ["index", hostile], ["fetch", "a"], ["fetch", "a", "--to", "DIR/\(hostile)"], ["install", "a", "--simulate"],
        ["lock", "a", "-o", "-", "--update", hostile], ["verify", hostile],
        ["extract", hostile, "--root", "DIR/\(hostile)"],
        ["diff", hostile, "a"], ["resolve", "@\(hostile)"], ["resolve", "a", "--\(hostile)"],
        ["resolve", "a", "--minimize", hostile], ["cache", hostile], ["image", "a", "-o", "DIR/\(hostile).tar.gz"],
        ["resolve", "a", "--arch", hostile], ["resolve", "a", "-X", hostile],
    ]

    @Test(arguments: commands, ["T", "L", "U", "P", "V", "D", "p", "o", "A", "C", "i", "r", "\u{1b}"])
    func areEscaped(_ command: [String], _ field: String) throws {
        var package = PackageBuilder()
        (package.name, package.origin) = ("a", "a")
        let values = ["D": "b\(Self.hostile)", "p": "a=1 \(Self.hostile)=2", "i": "a \(Self.hostile)"]
        let repository = try TestRepository([
            .init(package, fields: [field: values[field] ?? Self.hostile], fileName: "a-1.0-r0.apk")
        ])
        let console = Console(isLive: false)
        let words = command.map { $0.replacingOccurrences(of: "DIR", with: repository.directory) }
        _ = ApkResolveCommand.run(words + repository.options, console: console)
        let shown = console.output + console.errors
        let raw = shown.unicodeScalars.filter { scalar in
            scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
        }
        #expect(raw.isEmpty, "\(raw.map(\.value)) in \(shown)")
    }

    @Test(
        "colours and line breaks of our own stay",
        arguments: commands.filter { !$0.contains { $0.contains(hostile) } } + [
            ["resolve", "aa"], ["resolve", "a", "!a"], ["resolve", "aa", "--format", "apk"],
            ["why", "b", "--for", "a"],
            ["resolve", "a@tag", "--format", "apk"], ["diff", "/nowhere", "/"], ["index", "check", "/nowhere"],
        ])
    func ownColoursStay(_ command: [String]) throws {
        var package = PackageBuilder()
        package.name = "a"
        package.lines = ["depend = b"]
        var other = PackageBuilder()
        other.name = "b"
        let repository = try TestRepository([.init(package, fields: ["D": "b"]), .init(other)])
        let console = Console(isLive: false)
        _ = ApkResolveCommand.run(command + ["--color", "always"] + repository.options, console: console)
        let shown = console.output + console.errors
        #expect(!shown.isEmpty && !shown.contains("\\"), "\(shown)")
    }

    @Test("descriptions stand in their column, and whole in JSON")
    func descriptions() throws {
        var package = PackageBuilder()
        package.name = "a"
        let repository = try TestRepository([.init(package, fields: ["T": "d\u{1b}[31m\u{202e}\t"])])
        let table = Console(isLive: false)
        #expect(ApkResolveCommand.run(["index", "list"] + repository.options, console: table) == 0)
        #expect(table.output.hasSuffix("\na        1.0-r0      4096 B  d\\x1b[31m\\u{202e}\\t\n"), "\(table.output)")
        let document = Console(isLive: false)
        let words = ["index", "list", "--format", "json"] + repository.options
        #expect(ApkResolveCommand.run(words, console: document) == 0)
        #expect(document.output.contains(#""description": "d\u001b[31m\u202e\t""#), "\(document.output)")
    }

    @Test("names in a package, before anybody trusts it")
    func namesInAPackage() throws {
        var package = PackageBuilder()
        package.signatures = [.by(.first, .sha256)]
        package.content = { $0.file("usr/\u{1b}]0;evil\u{7}", "x") }
        let repository = try TestRepository([.init(package)])
        let console = Console(isLive: false)
        let words = ["extract", repository.path("repository/x86_64/example-1.0-r0.apk"), "--allow-untrusted"]
        let keys = ["--keys-dir", repository.path("keys"), "--root", repository.path("root")]
        #expect(ApkResolveCommand.run(words + keys, console: console) == 5)
        #expect(console.errors.contains("(usr/\\x1b]0;evil\\x07)"), "\(console.errors)")
    }

    @Test("a path that other programs read")
    func aPathForPrograms() {
        let console = Console(isLive: false)
        #expect(ApkResolveCommand.run(["cache", "path", "--cache-dir", "/c\u{202e}"], console: console) == 0)
        #expect(console.output == "/c\u{202e}\n")
    }
}
