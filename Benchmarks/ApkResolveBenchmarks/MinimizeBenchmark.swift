import ApkRepositories
import ApkResolver
import ApkSolver

/// Finds and proves the least answers to requests, each by itself, against a universe that is loaded already.
struct MinimizeBenchmark: Benchmark {
    let name: String
    let universe: () throws -> Universe
    let requests: [String]
    let objective: Objective

    /// - Parameter options: the repositories.
    init(_ requests: [String], _ objective: Objective, options: RepositoryOptions) {
        name = "minimize \(objective.rawValue) \(requests.joined(separator: ", "))"
        universe = { try Catalog.load(options).universe }
        (self.requests, self.objective) = (requests, objective)
    }

    /// The last names of a generated universe, which all others lead up to.
    init(_ generator: UniverseGenerator, requestCount: Int, _ objective: Objective) {
        name =
            "minimize \(objective.rawValue), \(generator.shape.rawValue) with \(generator.nameCount) names, "
            + "\(requestCount) requests"
        universe = { try generator.universe() }
        requests = [(1...requestCount).map { generator.name(generator.nameCount - $0) }.joined(separator: " ")]
        self.objective = objective
    }

    func setUp() throws -> () throws -> Int {
        let resolver = Resolver(universe: try universe())
        var options = ResolveOptions()
        options.minimize = objective
        options.explains = false
        let (requests, objective, name) = (requests, objective, name)
        var hasSpoken = false
        return {
            try requests.reduce(0) { sum, request in
                let words = request.split(separator: " ").map(String.init)
                let resolution = try resolver.resolve(words, options: options)
                if let minimum = resolution.minimum, !minimum.isProved, !hasSpoken {
                    hasSpoken = true
                    print("\(name): \(minimum.value) \(objective.rawValue) found, at least \(minimum.lowerBound)")
                }
                return sum + resolution.packages.count
            }
        }
    }
}

/// How much processor time each name of a universe takes when it is asked for alone, by the median of three tries: the
/// median of all names, the 99th percentile and the longest.
struct NameLatencies {
    let resolver: Resolver
    let options: ResolveOptions
    let label: String

    /// Asks for every `stride`-th name.
    func report(stride step: Int = 1) {
        let universe = resolver.universe
        var names: [String] = []
        var seen: Set<String> = []
        for package in universe.allPackages where seen.insert(universe.name(of: package)).inserted {
            names.append(universe.name(of: package))
        }
        var times: [(Double, String)] = []
        var (failed, unproved, smaller) = (0, 0, 0)
        for place in Swift.stride(from: 0, to: names.count, by: step) {
            var tries: [Double] = []
            var resolution: Resolution?
            for _ in 0..<3 {
                let start = processorMilliseconds()
                resolution = try? resolver.resolve([names[place]], options: options)
                tries.append(processorMilliseconds() - start)
            }
            guard let resolution else {
                failed += 1
                continue
            }
            if let minimum = resolution.minimum {
                if !minimum.isProved { unproved += 1 }
                if minimum.value < minimum.usual { smaller += 1 }
            }
            times.append((tries.sorted()[1], names[place]))
        }
        times.sort { $0.0 < $1.0 }
        guard let last = times.last else { return }
        func text(_ time: Double) -> String { "\((time * 1000).rounded() / 1000)" }
        print(
            "\(label): \(times.count) names, p50 \(text(times[times.count / 2].0))"
                + " p99 \(text(times[times.count * 99 / 100].0)) max \(text(last.0)) ms (\(last.1)); "
                + "\(smaller) smaller than apk's answer, \(unproved) not proved, \(failed) without an answer")
    }
}
