import ApkRepositories
import ApkResolver
import ApkSolver
import Foundation
import Testing

/// The snippet of the README, as it stands there.
@Suite struct LibraryExample {
    // snippet
    func closure(of requests: [String], repository: String, keys: String) throws -> [String] {
        var options = RepositoryOptions()
        options.repositories = [repository]
        options.keyDirectories = [keys]
        options.architecture = "x86_64"
        let catalog = try Catalog.load(options)
        let resolution = try Resolver(universe: catalog.universe).resolve(requests)
        return resolution.packages.map { catalog.universe.label(of: $0) }
    }
    // end of snippet

    @Test func runsAsWritten() throws {
        let fixtures = checkout.appendingPathComponent("Fixtures").path
        let packages = try closure(of: ["nodejs"], repository: fixtures + "/repository", keys: fixtures + "/keys")
        #expect(packages.count == 18)
        #expect(packages.first == "musl-1.2.4_git20230717-r4")
        #expect(packages.last == "nodejs-20.12.1-r0")
    }

    @Test func isTheOneOfTheReadme() throws {
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let readme = try String(contentsOf: checkout.appendingPathComponent("README.md"), encoding: .utf8)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasSuffix("// snippet") })
        let end = try #require(lines.firstIndex { $0.hasSuffix("// end of snippet") })
        let snippet = lines[(start + 1)..<end].map { $0.dropFirst(4) }.joined(separator: "\n")
        #expect(readme.contains("import ApkRepositories\nimport ApkResolver\nimport ApkSolver\n\n" + snippet))
    }
}
