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

let benchmarks: [any Benchmark] = [
    LoadBenchmark(options: options), SolveBenchmark(options: options, request: "nodejs"),
    IndexFormatBenchmark(options: options, format: .text), IndexFormatBenchmark(options: options, format: .adb),
]
for benchmark in benchmarks { try measure(benchmark) }
