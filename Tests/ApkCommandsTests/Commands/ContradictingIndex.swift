import ApkCommands
import ApkTestSupport
import Foundation
import Testing

/// Row A/S18: one name and version with two identities.
@Suite struct ContradictingIndex {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("index-\(UUID().uuidString)")

    /// A record of the package `a` in version 1.
    private func record(_ checksum: String) -> String { "C:\(checksum)\nP:a\nV:1-r0\nA:x86_64\nS:1\nI:1\n\n" }

    private func resolve(_ repositories: [String]) throws -> (output: String, errors: String, status: Int32) {
        defer { try? FileManager.default.removeItem(at: directory) }
        var options = ["a", "--closure", "--arch", "x86_64", "--allow-untrusted"]
        for (number, text) in repositories.enumerated() {
            let place = directory.appendingPathComponent("\(number)/x86_64")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let bytes = IndexBuilder(text, signatures: []).bytes()
            try Data(bytes).write(to: place.appendingPathComponent("APKINDEX.tar.gz"))
            options += ["-X", directory.appendingPathComponent("\(number)").path]
        }
        let console = Console(isLive: false)
        let status = ApkResolveCommand.run(options, console: console)
        return (console.output, console.errors.replacingOccurrences(of: directory.path, with: "DIR"), status)
    }

    private let first = "Q1/J2XyarXzv/9NRbDDLNXhkiMJ5Y="
    private let second = "Q1yr5GtntfQwciROrFI3LQGJs4Oa4="

    @Test func isRefused() throws {
        let (output, errors, status) = try resolve([record(first) + record(second)])
        #expect(output == "" && status == 5)
        #expect(
            errors == """
                error: DIR/0: field C: duplicate-package in `a-1-r0`; expected one build of a version in an index

                """)
    }

    @Test func isNoneWhereTheIdentityIsTheSame() throws {
        #expect(try resolve([record(first) + record(first)]) == ("a-1-r0\n", "", 0))
    }

    @Test func isNoneBetweenRepositories() throws {
        #expect(try resolve([record(first), record(second)]) == ("a-1-r0\n", "", 0))
    }
}
