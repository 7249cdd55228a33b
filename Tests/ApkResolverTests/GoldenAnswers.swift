import ApkArchive
import ApkFormats
import ApkSolver
import Foundation
import Testing

/// What apk 3.0.6 answered on real releases: the same packages in the same order, and an error where apk has one.
///
/// The files come from `APKRESOLVE_GOLDEN` (default `../shared/golden` beside the checkout), the indexes that they name
/// from `APKRESOLVE_CORPUS` (default `../shared/corpus/alpine`). Where there are none the suite is skipped.
@Suite(.enabled(if: !Recorded.goldenFiles.isEmpty, "no recorded answers: set APKRESOLVE_GOLDEN"))
struct GoldenAnswers {
    @Test(arguments: Recorded.goldenFiles)
    func release(_ file: URL) throws {
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        let universe = try golden.load()
        var wrong: [String] = []
        for (request, expected) in golden.results.sorted(by: { $0.key < $1.key }) {
            if try Golden.answer(request, universe) != expected.install { wrong.append(request) }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(golden.results.count): \(wrong.prefix(20))")
    }
}

/// A file of recorded answers.
struct Golden: Decodable {
    struct Index: Decodable {
        var repository: String
        var tag: String?
        var sha256: String
    }

    struct Answer: Decodable {
        /// `name-version` in apk's order; nil where apk has an error.
        var install: [String]?
        var error: String?
    }

    var architecture: String
    var indexes: [Index]
    var results: [String: Answer]

    /// Our answer to a request, words separated by blanks; nil where there is none.
    static func answer(_ request: String, _ universe: Universe) throws -> [String]? {
        let words = request.split(separator: " ").map(String.init)
        let requests = words.compactMap { Dependency($0) }
        guard requests.count == words.count,
            let transaction = try Transaction.make(.add(requests), universe: universe, world: []),
            transaction.problem.entriesWithUnknownTag.isEmpty
        else { return nil }
        let (_, changes) = try Solver.propagate(transaction.problem)
        return changes.errorCount == 0 ? changes.changes.compactMap(\.new).map { universe.label(of: $0) } : nil
    }

    /// The universe of the file's indexes.
    func load() throws -> Universe {
        var builder = UniverseBuilder(architectures: [architecture], expectedPackages: 25_000)
        for index in indexes {
            let path = Recorded.corpus.appendingPathComponent(index.repository).path
            let archive = try IndexArchive(keys: KeyRing(), policy: TrustPolicy(allowUntrusted: true)).read(path: path)
            try #require(archive.sha256Hex == index.sha256, "\(path) is not the index that was asked")
            let (repository, _) = try builder.addRepository(
                RepositorySource(location: index.repository), tag: index.tag)
            let start = builder.text.count
            builder.text += archive.text
            try builder.read(start..<builder.text.count, from: .repository(repository))
        }
        return builder.finish()
    }
}

/// Where recorded answers and real indexes lie.
enum Recorded {
    static let shared = checkout.deletingLastPathComponent().appendingPathComponent("shared")
    static let corpus = place("APKRESOLVE_CORPUS") ?? shared.appendingPathComponent("corpus/alpine")
    static let goldenFiles: [URL] = {
        let directory = place("APKRESOLVE_GOLDEN") ?? shared.appendingPathComponent("golden")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().map { directory.appendingPathComponent($0) }
    }()

    private static func place(_ variable: String) -> URL? {
        ProcessInfo.processInfo.environment[variable].map { URL(fileURLWithPath: $0) }
    }
}

/// The top of the checkout that this file is in.
let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
