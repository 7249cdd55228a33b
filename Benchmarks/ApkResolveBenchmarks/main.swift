import ApkRepositories
import ApkResolver
import ApkSolver

// apkresolve-benchmarks [DIR… --keys-dir KEYS]: without arguments the fixture repository.
var options = RepositoryOptions()
var arguments = Array(CommandLine.arguments.dropFirst())
if let place = arguments.firstIndex(of: "--keys-dir"), place + 1 < arguments.count {
    options.keyDirectories = [arguments[place + 1]]
    arguments.removeSubrange(place...place + 1)
}
options.repositories = arguments.isEmpty ? ["Fixtures/repository"] : arguments
if options.keyDirectories.isEmpty { options.keyDirectories = ["Fixtures/keys"] }
options.architecture = "x86_64"

assert(
    {
        print("WARNING: a debug build; its figures say nothing. Use `swift run -c release apkresolve-benchmarks`.")
        return true
    }())

var benchmarks: [any Benchmark] = [
    LoadBenchmark(options: options), SolveBenchmark(options: options, request: "nodejs"),
    IndexFormatBenchmark(options: options, format: .text), IndexFormatBenchmark(options: options, format: .adb),
    MinimizeBenchmark(["nodejs"], .size, options: options),
    MinimizeBenchmark(UniverseGenerator(.wolfi, names: 3_000), requestCount: 10, .packages),
    MinimizeBenchmark(UniverseGenerator(.wolfi, names: 3_000), requestCount: 10, .size),
]
if !arguments.isEmpty {
    benchmarks.append(MinimizeBenchmark(["kde-applications", "gnome", "libreoffice"], .size, options: options))
}
benchmarks += ImageBenchmark.all(options)
for benchmark in benchmarks { try measure(benchmark) }

let resolver = Resolver(universe: try Catalog.load(options).universe)
for objective in Objective.allCases {
    var options = ResolveOptions()
    options.minimize = objective
    options.explains = false
    NameLatencies(resolver: resolver, options: options, label: "minimize \(objective.rawValue), every name alone")
        .report()
}
