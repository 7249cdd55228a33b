import ApkCommands
import ApkTestSupport
import Foundation
import Testing

/// `verify`: its lines, its JSON and its exit status, word for word.
@Suite struct VerifyCommands {
    static let fixtures = checkout.appendingPathComponent("Fixtures").path

    private func run(_ arguments: [String]) -> (output: String, errors: String, status: Int32) {
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(["verify"] + arguments, console: console)
        let output = console.output.replacingOccurrences(of: Self.fixtures, with: "FIXTURES")
        return (output, console.errors.replacingOccurrences(of: Self.fixtures, with: "FIXTURES"), status)
    }

    static func path(_ name: String) -> String { "\(fixtures)/\(name)" }
    static let keys = ["--keys-dir", path("keys")]
    static let package = path("repository/x86_64/hello-classic-1.0-r2.apk")
    static let unsigned = path("edge/x86_64/hello-plain-3.0-r0.apk")

    /// A package with some bytes of it changed, in a directory that goes with the body.
    private func withChanged(_ change: (inout Data) -> Void, _ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: Self.package))
        change(&bytes)
        let file = directory.appendingPathComponent("changed.apk")
        try bytes.write(to: file)
        try body(file.path)
    }

    @Test func aPackageByItsSignature() {
        let (output, errors, status) = run([Self.package] + Self.keys)
        let lines = output.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines.first == "FIXTURES/repository/x86_64/hello-classic-1.0-r2.apk  hello-classic 1.0-r2 noarch")
        #expect(lines.dropFirst().first == "  ok      signature  by apkresolve-test-only.rsa.pub RSA")
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ok      ") })
        #expect(errors == "" && status == 0)
    }

    @Test func anUnsignedPackageByTheIndexThatNamesIt() {
        let alone = run([Self.unsigned] + Self.keys)
        #expect(
            alone.output == """
                FIXTURES/edge/x86_64/hello-plain-3.0-r0.apk: refused
                  FAILED  signature  is not signed; `--allow-untrusted` takes it all the same

                """)
        #expect(alone.status == 3)
        let indexed = run([Self.unsigned, "-X", Self.path("edge"), "--arch", "x86_64"] + Self.keys)
        #expect(indexed.output.contains("  -       signature  not looked at: a signed index names this file\n"))
        #expect(indexed.output.contains(", as in the index that apkresolve-test-only.rsa.pub signed\n"))
        #expect(indexed.status == 0)
        let accepted = run([Self.unsigned, "--allow-untrusted"])
        #expect(accepted.output.contains("  none    signature  no signature by a trusted key"))
        #expect(accepted.status == 0)
    }

    @Test func anIndex() {
        let (output, _, status) = run([Self.path("repository/x86_64/APKINDEX.tar.gz")] + Self.keys)
        #expect(
            output == """
                FIXTURES/repository/x86_64/APKINDEX.tar.gz  index of 58 packages
                  ok      signature  by apkresolve-test-only.rsa.pub RSA
                  ok      records    58 packages

                """)
        #expect(status == 0)
    }

    @Test func severalFilesAndTheirCount() {
        let files = [Self.package, Self.unsigned, Self.path("README.md"), Self.path("absent.apk")]
        let (output, _, status) = run(files + Self.keys)
        #expect(output.contains("README.md: refused\n  FAILED  structure  is neither a package nor an index at byte 0"))
        #expect(
            output.contains("absent.apk: refused\n  FAILED  structure  cannot be opened: No such file or directory\n"))
        #expect(output.hasSuffix("4 files checked, 3 refused\n"))
        #expect(status == 3)
        #expect(run([Self.path("absent.apk")]).status == 4)
        #expect(run([Self.path("README.md")]).status == 5)
        #expect(run([Self.package, Self.package, "-q"] + Self.keys).output == "")
        #expect(run([]).status == 2)
    }

    @Test func changedFiles() throws {
        let index = ["-X", Self.path("repository"), "--arch", "x86_64"]
        try withChanged({ $0.removeLast(20) }) { file in
            let alone = run([file] + Self.keys)
            #expect(alone.output.contains("  FAILED  data       ends too early at byte "))
            #expect(alone.status == 3)
            #expect(
                run([file] + Self.keys + index).output.contains("FAILED  size       has another size than the index"))
        }
        try withChanged({ $0[$0.count - 5] ^= 1 }) { file in
            let (output, _, status) = run([file] + Self.keys + index)
            #expect(output.contains("  ok      identity   Q1"))
            #expect(output.contains("  FAILED  data       has compressed data that does not fit its "))
            #expect(status == 3)
        }
        try withChanged({ $0[40] ^= 1 }) { file in
            #expect(run([file] + Self.keys).output.contains("  FAILED  "))
        }
    }

    /// What extraction refuses of a package by itself, with the rest of the chain before it.
    @Test(arguments: [
        (
            "lib/apk/db/installed", "file", "", 5,
            "ships a path that is not a package's to have at byte 2048 of the uncompressed data (lib/apk/db/installed)"
        ),
        (
            "link", "absent", "", 5,
            "has a hard link that cannot be made at byte 2048 of the uncompressed data (link); expected an earlier file of"
                + " the package, found absent"
        ),
        (
            "link", "file", "0", 3,
            "has a file that does not fit its digest at byte 2048 of the uncompressed data (link); expected "
                + String(repeating: "0", count: 40) + ", found 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
        ),
    ])
    func whatNoRootTakes(_ path: String, _ target: String, _ digit: String, _ status: Int32, _ words: String) throws {
        var builder = PackageBuilder()
        builder.content = { tar in
            tar.checkedFile("file", "a")
            let digest = String(repeating: digit, count: 40)
            tar.hardLink(path, to: target, pax: digit.isEmpty ? [] : [("APK-TOOLS.checksum.SHA1", digest)])
        }
        let bytes = builder.build().bytes
        try withChanged({ $0 = Data(bytes) }) { file in
            let result = run([file, "--allow-untrusted"])
            let lines = result.output.split(separator: "\n").map { $0.dropFirst(2) }
            #expect(lines.suffix(2).first?.hasPrefix("ok      data       SHA-256 ") == true)
            #expect(lines.last.map(String.init) == "FAILED  files      " + words)
            #expect(result.status == status)
        }
    }

    @Test func json() throws {
        let (output, _, status) = run([Self.package, Self.unsigned, "--format", "json"] + Self.keys)
        let document = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        let files = try #require(document["files"] as? [[String: Any]])
        #expect(document["schema"] as? Int == 1 && files.count == 2 && status == 3)
        #expect(files[0]["verified"] as? Bool == true)
        #expect(files[0]["kind"] as? String == "package")
        #expect(files[0]["name"] as? String == "hello-classic")
        #expect((files[0]["sha256"] as? String)?.count == 64)
        let links = try #require(files[0]["links"] as? [[String: String]])
        #expect(links.map { $0["link"] } == ["signature", "metadata", "data", "files"])
        #expect(links.allSatisfy { $0["outcome"] == "proved" })
        #expect(files[1]["verified"] as? Bool == false)
        #expect((files[1]["error"] as? [String: Any])?["code"] as? String == "unsigned")
    }
}
