import ApkRepositories
import ApkResolver
import ApkSolver
import ApkTestSupport
import Foundation
import Testing

/// The cache of universes that need not be read again: the same answers as from the indexes, whatever happens to it.
@Suite struct CompiledIndexTests {
    /// A directory of the test's own, taken away at its end.
    private final class Directory {
        let path = NSTemporaryDirectory() + "apkresolve-compiled-\(UUID().uuidString)"
        var compiled: String { path + "/compiled" }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// The only file in the cache.
        func file() throws -> String {
            let names = try FileManager.default.contentsOfDirectory(atPath: compiled)
            try #require(names.count == 1)
            return compiled + "/" + names[0]
        }
    }

    private func options(_ directory: Directory?) -> RepositoryOptions {
        var options = RepositoryOptions()
        options.repositories = [checkout.appendingPathComponent("Fixtures/repository").path]
        options.keyDirectories = [checkout.appendingPathComponent("Fixtures/keys").path]
        options.architecture = "x86_64"
        options.compiledIndexDirectory = directory?.compiled
        return options
    }

    /// What each package alone leads to, with the facts that come from the records.
    private func answers(_ catalog: Catalog) -> [String] {
        let resolver = Resolver(universe: catalog.universe)
        return (0..<catalog.universe.packageCount).map { index in
            let package = PackageID(index)
            let name = catalog.universe.name(of: package)
            let packages = (try? resolver.resolve([name]))?.packages.map { catalog.universe.label(of: $0) } ?? []
            return "\(catalog.universe.label(of: package)): \(packages.joined(separator: " "))"
        }
    }

    private func records(_ catalog: Catalog) -> [String] {
        (0..<catalog.universe.packageCount).map { catalog.universe.field("C", of: PackageID($0)) }
    }

    @Test func theSecondRunReadsNoIndexAndAnswersAlike() throws {
        let directory = Directory()
        let first = try Catalog.load(options(directory))
        first.keepCompiled()
        let second = try Catalog.load(options(directory))
        #expect(!first.universe.areRecordsApart)
        #expect(second.universe.areRecordsApart)
        #expect(second.universe.hasUsualConditions == first.universe.hasUsualConditions)
        #expect(answers(second) == answers(first))
        #expect(records(second) == records(first))
        #expect(second.repositories == first.repositories)
        #expect(second.architecture == first.architecture)
    }

    @Test func aDamagedFileIsNotUsedOrOnlyWhereItIsWhole() throws {
        let directory = Directory()
        let first = try Catalog.load(options(directory))
        first.keepCompiled()
        let file = try directory.file()
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let expected = answers(first)
        let expectedRecords = records(first)
        var random = TestNumbers(seed: 7)
        for round in 0..<150 {
            var bytes = whole
            if round % 5 == 0 {
                bytes = bytes.prefix(Int(random.next() % UInt64(bytes.count)))
            } else {
                let place = Int(random.next() % UInt64(bytes.count))
                bytes[place] ^= UInt8(1 + random.next() % 255)
            }
            try bytes.write(to: URL(fileURLWithPath: file))
            let catalog = try Catalog.load(options(directory))
            #expect(answers(catalog) == expected, "round \(round)")
            for (found, wanted) in zip(records(catalog), expectedRecords) where found != wanted {
                #expect(found.isEmpty, "round \(round)")
            }
        }
    }

    @Test func whatOthersMayWriteIsNotUsed() throws {
        let directory = Directory()
        try Catalog.load(options(directory)).keepCompiled()
        let file = try directory.file()
        for (path, mode, usual) in [(file, 0o666, 0o600), (directory.compiled, 0o777, 0o700)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(try !Catalog.load(options(directory)).universe.areRecordsApart, "\(path)")
            try FileManager.default.setAttributes([.posixPermissions: usual], ofItemAtPath: path)
            #expect(try Catalog.load(options(directory)).universe.areRecordsApart, "\(path)")
        }
    }

    @Test func aKeyThatIsGoneGivesNoTrust() throws {
        let directory = Directory()
        try Catalog.load(options(directory)).keepCompiled()
        var options = options(directory)
        let empty = directory.path + "/keys"
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        options.keyDirectories = [empty]
        #expect { try Catalog.load(options) } throws: { ($0 as? RepositoryError)?.code == .untrusted }
    }

    /// An unsigned index whose records have flaws of every kind, with a version to tell two of the same size apart.
    private func flawedIndex(_ version: Int) -> Data {
        func record(_ name: String, _ fields: String) -> String {
            "C:Q1\(String(repeating: name.uppercased(), count: 27))=\nP:\(name)\nV:\(version)\nA:x86_64\nS:1\nI:1\n\(fields)\n"
        }
        let records = [
            record("a", "D:b<1.x.y\n"), record("e", "D:a><\n"), record("i", "X:?\n"), record("m", "x:?\n"),
            record("q", "i:a=..\np:so:f=.. g==\n"), record("u", "D:m\n"),
        ]
        return Data(IndexBuilder(records.joined(separator: "\n"), signatures: []).bytes())
    }

    @Test func whatIsWrongWithRecordsIsKeptAndAChangedIndexIsReadAgain() throws {
        let directory = Directory()
        let repository = directory.path + "/repository"
        let index = repository + "/x86_64/APKINDEX.tar.gz"
        try FileManager.default.createDirectory(atPath: repository + "/x86_64", withIntermediateDirectories: true)
        try flawedIndex(1).write(to: URL(fileURLWithPath: index))
        var options = options(directory)
        options.repositories = [repository]
        options.allowUntrusted = true
        // A file that was written just now could change again without a trace, so nothing is kept of it.
        let fresh = try Catalog.load(options)
        fresh.keepCompiled()
        #expect(try !Catalog.load(options).universe.areRecordsApart)
        Thread.sleep(forTimeInterval: 3.1)
        // Nor when it was read while it was fresh.
        fresh.keepCompiled()
        #expect(try !Catalog.load(options).universe.areRecordsApart)

        let first = try Catalog.load(options)
        first.keepCompiled()
        let second = try Catalog.load(options)
        #expect(second.universe.areRecordsApart)
        #expect(first.universe.problems.count >= 6)
        #expect(second.universe.problems == first.universe.problems)
        #expect(answers(second) == answers(first))

        let size = try Data(contentsOf: URL(fileURLWithPath: index)).count
        let changed = flawedIndex(2)
        #expect(changed.count == size)
        try changed.write(to: URL(fileURLWithPath: index))
        let third = try Catalog.load(options)
        #expect(!third.universe.areRecordsApart)
        #expect(third.universe.label(of: PackageID(0)) == "a-2")
    }

    /// `APKRESOLVE_KILLS` sets how many processes are killed while they write (default 10).
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.program), "no release build of apkresolve"))
    func aKilledWriterLeavesNothingWrong() throws {
        let directory = Directory()
        let arguments = [
            "resolve", "--batch", "/dev/null", "--arch", "x86_64", "--cache-dir", directory.path,
            "-X", checkout.appendingPathComponent("Fixtures/repository").path,
            "--keys-dir", checkout.appendingPathComponent("Fixtures/keys").path,
        ]
        let count = ProcessInfo.processInfo.environment["APKRESOLVE_KILLS"].flatMap { Int($0) } ?? 10
        var random = TestNumbers(seed: 11)
        var own = options(nil)
        let expected = answers(try Catalog.load(own))
        own.compiledIndexDirectory = directory.path + "/v1/compiled"
        for round in 0..<count {
            if round % 3 == 0 { try? FileManager.default.removeItem(atPath: directory.path + "/v1") }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.program)
            process.arguments = arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(random.next() % 30_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(answers(try Catalog.load(own)) == expected, "round \(round)")
        }
    }

    private static let program = checkout.appendingPathComponent(".build/release/apkresolve").path
}

/// Numbers from a seed.
private struct TestNumbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
