import ApkRepositories
import ApkResolver
import ApkSolver

/// Answers one request against a universe that is loaded already.
struct SolveBenchmark: Benchmark {
    let options: RepositoryOptions
    let request: String
    var name: String { "solve \(request)" }

    func setUp() throws -> () throws -> Int {
        let resolver = Resolver(universe: try Catalog.load(options).universe)
        let request = request
        return { try resolver.resolve([request]).packages.count }
    }
}
