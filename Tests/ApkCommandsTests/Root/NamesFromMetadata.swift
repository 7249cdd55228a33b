import ApkCommands
import ApkTestSupport
import Foundation
import Testing

/// Row E (and CVE-2026-29051, CVE-2026-42574 of row F): what an index, a package or a lock calls itself never becomes a
/// path outside of the directory meant, whatever the verb.
struct NamesFromMetadata {
    static let verbs = ["install", "tar", "extract", "fetch", "cache", "image", "lock"]

    /// Where a name stands, and what is written there.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var request = "a"
        var change: @Sendable (inout PackageBuilder) -> Void = { _ in }
        var fields: [String: String] = [:]
        var fileName: String?
    }

    static let cases =
        ["../../x", "..", "/etc/x", "x/../../../y"].flatMap { name in
            [
                Case(
                    testDescription: "the index and the package: name \(name)", request: name,
                    change: { $0.name = name },
                    fileName: "x.apk"),
                Case(
                    testDescription: "the package: name \(name)", change: { $0.name = name }, fields: ["P": "a"],
                    fileName: "a-1.0-r0.apk"),
            ]
        } + [
            Case(testDescription: "the index: version", fields: ["V": "1/../../x"]),
            Case(
                testDescription: "the package: version", change: { $0.version = "1/../../x" }, fields: ["V": "1.0-r0"],
                fileName: "a-1.0-r0.apk"),
            Case(testDescription: "the index: architecture", fields: ["A": "../x"]),
            Case(
                testDescription: "the package: architecture", change: { $0.architecture = "../x" },
                fields: ["A": "x86_64"]),
            Case(testDescription: "the index: origin", fields: ["o": "../../x"]),
            Case(testDescription: "the package: origin", change: { $0.origin = "../../x" }),
            Case(testDescription: "a provided name", request: "../../y", fields: ["p": "../../y=1"]),
        ]

    @Test(arguments: verbs, cases)
    func leadNowhere(_ verb: String, _ test: Case) throws {
        var package = PackageBuilder()
        (package.name, package.origin) = ("a", "a")
        test.change(&package)
        let repository = try TestRepository([.init(package, fields: test.fields, fileName: test.fileName)])
        let file = test.fileName ?? "\(package.name)-\(package.version).apk"
        let target = repository.path("target/deep/enough")
        let before = repository.names
        let console = Console(isLive: false)
        let words =
            switch verb {
            case "install": ["install", test.request, "--root", target]
            case "tar": ["install", test.request, "--format", "tar", "-o", repository.path("target.tar")]
            case "extract": ["extract", repository.path("repository/x86_64/\(file)"), "--root", target]
            case "fetch": ["fetch", test.request, "--to", target]
            case "cache": ["fetch", test.request]
            case "image": ["image", test.request, "--format", "oci", "-o", repository.path("target")]
            default: ["lock", test.request, "-o", repository.path("target.json")]
            }
        var options = repository.options
        if verb == "cache" { options = options.dropLast() + ["--cache-dir", target] }
        if verb == "extract" { options = ["--keys-dir", repository.path("keys")] }
        let status = ApkResolveCommand.run(words + options, console: console)
        #expect([0, 1, 3, 5].contains(status), "\(console.errors)")
        let new = repository.names.filter { !before.contains($0) }
        #expect(new.allSatisfy { $0.hasPrefix("target") }, "\(new)")
        #expect(!FileManager.default.fileExists(atPath: "/etc/x"))
        // What was refused left nothing at all.
        if status != 0 { #expect(new.allSatisfy { verb == "cache" && $0.hasPrefix("target") }, "\(new)") }
    }

    /// The same in a lock, which is only as good as whoever wrote it.
    @Test(arguments: ["install", "fetch", "image"], ["name", "version", "architecture"])
    func ofALockLeadNowhere(_ verb: String, _ key: String) throws {
        var package = PackageBuilder()
        (package.name, package.origin) = ("a", "a")
        let repository = try TestRepository([.init(package)])
        let lock = repository.path("lock.json")
        #expect(
            ApkResolveCommand.run(["lock", "a", "-o", lock] + repository.options, console: Console(isLive: false)) == 0)
        let text = try String(contentsOfFile: lock, encoding: .utf8)
        let values = ["name": "a", "version": "1.0-r0", "architecture": "x86_64"]
        let old = "\"\(key)\": \"\(values[key] ?? "")\""
        try #require(text.contains(old))
        try text.replacingOccurrences(of: old, with: "\"\(key)\": \"../../x\"")
            .write(toFile: lock, atomically: true, encoding: .utf8)
        let before = repository.names
        let output = verb == "install" ? "--root" : verb == "fetch" ? "--to" : "-o"
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(
            [verb, "--locked", "--lock", lock, output, repository.path("target/deep/enough")] + repository.options,
            console: console)
        #expect([1, 3, 5].contains(status), "\(console.errors)")
        #expect(repository.names == before)
    }

    @Test(arguments: ["../x", "..", "/etc", "a b", "x86_64/../../y", ""])
    func ofAnOptionLeadNowhere(_ architecture: String) throws {
        let repository = try TestRepository([.init(PackageBuilder())])
        let before = repository.names
        let console = Console(isLive: false)
        let words = [
            "install", "example", "-X", repository.path("repository"), "--keys-dir", repository.path("keys"), "--arch",
            architecture, "--root", repository.path("target"),
        ]
        #expect(ApkResolveCommand.run(words, console: console) == 2)
        #expect(console.errors.hasPrefix("error: --repository: field A: invalid-name"))
        #expect(repository.names == before)
    }
}
