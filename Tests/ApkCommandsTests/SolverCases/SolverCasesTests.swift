import Foundation
import Testing

/// The cases recorded from apk 3.0.6, transcripts byte for byte.
///
/// Their directory comes from `APKRESOLVE_SOLVER_CASES`, by default `../shared/solver-cases` beside the checkout. Where
/// there is none the suite is skipped.
@Suite(.enabled(if: RecordedCases.directory != nil, "no directory of recorded cases: set APKRESOLVE_SOLVER_CASES"))
struct SolverCases {
    @Test(arguments: RecordedCases.names)
    func transcript(_ name: String) throws {
        let directory = try #require(RecordedCases.directory)
        let recorded = try SolverCase(directory.appendingPathComponent(name))
        let expectation = try #require(recorded.expectation)
        let text = try recorded.run(); #expect(text == expectation)
    }
}

enum RecordedCases {
    static let directory = existing(
        ProcessInfo.processInfo.environment["APKRESOLVE_SOLVER_CASES"].map { URL(fileURLWithPath: $0) }
            ?? checkout.deletingLastPathComponent().appendingPathComponent("shared/solver-cases"))

    static let names: [String] = {
        guard let directory, let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path) else {
            return []
        }
        return names.filter { $0.hasSuffix(".test") }.sorted()
    }()
}

/// The top of the checkout that this file is in.
let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

func existing(_ url: URL) -> URL? { FileManager.default.fileExists(atPath: url.path) ? url : nil }
