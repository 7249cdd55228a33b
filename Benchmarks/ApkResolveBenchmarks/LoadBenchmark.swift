import ApkRepositories
import ApkSolver

/// Reads and verifies the indexes and makes the universe of them.
struct LoadBenchmark: Benchmark {
    let options: RepositoryOptions
    var name: String { "load" }

    func setUp() throws -> () throws -> Int {
        let options = options
        return { try Catalog.load(options).universe.packageCount }
    }
}
