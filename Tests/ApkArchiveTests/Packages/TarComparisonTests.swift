import ApkArchive
import ApkTestSupport
import Foundation
import Testing

/// GNU tar, given the same data members, finds the same names, types, modes, targets and contents.
// Enabled only where both the shared corpus and GNU tar are.
@Suite(.enabled(if: SharedFiles.isAvailable && hasTar, "needs the shared corpus and GNU tar"))
struct TarComparisonTests {
    /// A line as `tar -tv` writes it: type and permissions, owners, size or device, name and target.
    static func line(_ entry: ArchiveEntry) -> String {
        let types: [ArchiveEntry.Kind: String] = [
            .regular: "-", .hardLink: "h", .symbolicLink: "l", .characterDevice: "c", .blockDevice: "b",
            .directory: "d", .fifo: "p",
        ]
        var mode = ""
        for (shift, special, letter) in [(6, 0o4000, "s"), (3, 0o2000, "s"), (0, 0o1000, "t")]
            as [(UInt32, UInt32, String)]
        {
            let bits = entry.mode >> shift & 7
            mode += (bits & 4 != 0 ? "r" : "-") + (bits & 2 != 0 ? "w" : "-")
            let isSpecial = entry.mode & special != 0
            mode += isSpecial ? (bits & 1 != 0 ? letter : letter.uppercased()) : (bits & 1 != 0 ? "x" : "-")
        }
        var name = String(decoding: entry.path, as: UTF8.self)
        if entry.kind == .directory { name += "/" }
        let target = String(decoding: entry.linkTarget, as: UTF8.self)
        if entry.kind == .symbolicLink { name += " -> " + target }
        if entry.kind == .hardLink { name += " link to " + target }
        return "\(types[entry.kind] ?? "?")\(mode) \(entry.userID)/\(entry.groupID) \(entry.size) \(name)"
    }

    /// One listing and one stream of contents for all packages below a directory would hide where a difference is, so
    /// each package is compared by itself.
    @Test(arguments: CorpusPackageTests.packages)
    func package(_ path: String) throws {
        let package = try CorpusPackageTests.verifier().verify(path: path)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("apk-tar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let segments = try #require(package.segments)
        let member = Data(try SharedFiles.bytes(path)[segments.data])
        try member.write(to: directory.appendingPathComponent("data.tar.gz"))
        let listing = String(
            decoding: try runTar(
                ["-tvzf", "data.tar.gz", "--numeric-owner", "--quoting-style=literal", "--full-time"],
                in: directory.path), as: UTF8.self)
        let expected = listing.split(separator: "\n").map { line in
            // The date and time stand in the fourth and fifth column.
            let columns = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            return [columns[0], columns[1], columns[2], columns[5]].joined(separator: " ")
        }
        // All contents, one after the other.
        let content = try runTar(["-xzOf", "data.tar.gz"], in: directory.path)
        var lines: [String] = []
        var found: [UInt8] = []
        var contents = try package.open()
        while let entry = try contents.next() {
            lines.append(Self.line(entry))
            while let chunk = try contents.nextChunk() { found += chunk }
        }
        _ = try contents.finish()
        #expect(lines == expected)
        #expect(found.elementsEqual(content), "contents")
    }
}

private let hasTar = (try? runTar(["--version"], in: "/"))?.starts(with: "tar (GNU tar)".utf8) ?? false

private func runTar(_ arguments: [String], in directory: String) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["LC_ALL=C", "TZ=UTC", "tar"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return bytes
}
