import ApkFormats
import ApkResolver
import ApkSolver

/// How the cost of reading and of solving, and the memory that a universe holds, grow with it.
struct GrowthBenchmark {
    /// What grows, and what it costs.
    struct Series {
        var name: String
        /// Sizes with costs in milliseconds, or in MiB.
        var points: [(size: Double, cost: Double)] = []

        /// The exponent of the power law that fits the points best: 1 is proportional, 0 is not growing at all.
        var exponent: Double {
            let logs = points.map { (x: logarithm($0.size), y: logarithm(max($0.cost, 1e-6))) }
            let count = Double(logs.count)
            let x = logs.reduce(0) { $0 + $1.x } / count
            let y = logs.reduce(0) { $0 + $1.y } / count
            let covariance = logs.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
            let variance = logs.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
            return variance > 0 ? covariance / variance : 0
        }
    }

    /// Measures reading the text and solving a request, for universes of Alpine's shape with 1,000 packages and more.
    static func bySize(most: Int) throws -> [Series] {
        var growth = Growth()
        var size = 1_000
        while size <= most {
            growth.add(Double(size), try cost(UniverseGenerator(.alpine, names: size)))
            size *= 10
        }
        return growth.series
    }

    /// The same for universes of Wolfi's shape with a thousand names, by the most versions that a name has.
    static func byVersions() throws -> [Series] {
        var growth = Growth()
        for versions in [1, 4, 16, 64, 256] {
            growth.add(
                Double(versions), try cost(UniverseGenerator(.wolfi, names: 1_000, maximumVersions: versions)))
        }
        return growth.series
    }

    private struct Cost {
        /// Milliseconds.
        var reading: Double
        var solving: Double
        /// MiB, the index's text included.
        var memory: Double
    }

    private struct Growth {
        private var read = Series(name: "read, ms")
        private var solve = Series(name: "solve, ms")
        private var memory = Series(name: "memory, MiB")

        var series: [Series] { [read, solve, memory] }

        mutating func add(_ size: Double, _ cost: Cost) {
            read.points.append((size, cost.reading))
            solve.points.append((size, cost.solving))
            memory.points.append((size, cost.memory))
        }
    }

    private static func cost(_ generator: UniverseGenerator) throws -> Cost {
        let text = generator.indexText()
        func read() throws -> Universe {
            var builder = UniverseBuilder(architectures: ["x86_64"])
            let (repository, _) = try builder.addRepository(RepositorySource(location: "generated"), tag: nil)
            let start = builder.text.count
            builder.text += text
            try builder.read(start..<builder.text.count, from: .repository(repository))
            return builder.finish()
        }
        let universe = try read()
        let reading = try fastest(3) { _ = try read() }
        let resolver = Resolver(universe: universe)
        // Popular names are those of low numbers; each of these has an answer of some packages.
        let requests = (1...20).map { generator.name(generator.nameCount / 2 + $0) }
        let solving = try fastest(5) {
            for request in requests { _ = try? resolver.resolve([request]) }
        }
        return Cost(
            reading: reading, solving: solving / Double(requests.count), memory: Double(universe.byteCount) / 1_048_576)
    }

    private static func fastest(_ repetitions: Int, _ work: () throws -> Void) throws -> Double {
        var best = Double.infinity
        for _ in 0..<repetitions {
            let start = processorMilliseconds()
            try work()
            best = min(best, processorMilliseconds() - start)
        }
        return best
    }
}
