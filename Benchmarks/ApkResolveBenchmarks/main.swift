import ApkRepositories
import ApkResolver
import ApkSolver
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

if CommandLine.arguments.dropFirst().first == CommandRun.flag {
    exit(CommandRun.runAsLauncher(Array(CommandLine.arguments.dropFirst(2))))
}
guard let suite = BenchmarkOptions(Array(CommandLine.arguments.dropFirst())) else {
    print(BenchmarkOptions.help)
    exit(2)
}
assert(
    {
        print("WARNING: a debug build; its figures say nothing. Use `swift run -c release apkresolve-benchmarks`.")
        return true
    }())

var catalogOptions = RepositoryOptions()
catalogOptions.repositories = suite.repositories
catalogOptions.keyDirectories = [suite.keys]
catalogOptions.architecture = "x86_64"
let isReal = suite.repositories != ["Fixtures/repository"]
var report = BenchmarkReport(isJSON: suite.isJSON)

// Whole processes: the program beside this one, and the peers that are installed. The yardstick comes first.
let directory = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
var template = Array("/tmp/apkresolve-benchmarks.XXXXXX".utf8CString)
guard let scratch = mkdtemp(&template).map({ String(cString: $0) }) else {
    print("error: /tmp: no directory can be made there")
    exit(1)
}
let commands = CommandBenchmark.resolving(
    (directory + ["apkresolve"]).joined(separator: "/"), repositories: suite.repositories, keys: suite.keys,
    architecture: "x86_64", cache: scratch)
report.yardstick = commands.first { $0.name.hasPrefix("gzip") }?.measure(repetitions: suite.repetitions)?.median
for command in commands where suite.filter.isEmpty || command.name.contains(suite.filter) {
    if let measurement = command.measure(repetitions: suite.repetitions) {
        report.add(measurement)
    } else if !suite.isJSON {
        print("\(command.name): not measured, \(command.arguments[0]) is not there or fails")
    }
}

// Inside of this process.
var benchmarks: [any Benchmark] = [
    LoadBenchmark(options: catalogOptions), SolveBenchmark(options: catalogOptions, request: "nodejs"),
    IndexFormatBenchmark(options: catalogOptions, format: .text),
    IndexFormatBenchmark(options: catalogOptions, format: .adb),
    MinimizeBenchmark(["nodejs"], .size, options: catalogOptions),
    MinimizeBenchmark(UniverseGenerator(.wolfi, names: 3_000), requestCount: 10, .packages),
    MinimizeBenchmark(UniverseGenerator(.wolfi, names: 3_000), requestCount: 10, .size),
]
if isReal {
    benchmarks.append(MinimizeBenchmark(["kde-applications", "gnome", "libreoffice"], .size, options: catalogOptions))
}
benchmarks += ImageBenchmark.all(catalogOptions, in: scratch)
for benchmark in benchmarks where suite.filter.isEmpty || benchmark.name.contains(suite.filter) {
    report.add(try measure(benchmark, repetitions: suite.repetitions))
}

let latencies = ["every name alone"] + Objective.allCases.map { "minimize \($0.rawValue), every name alone" }
for (label, objective) in zip(latencies, [nil] + Objective.allCases.map { Optional($0) })
where suite.filter.isEmpty || label.contains(suite.filter) {
    var options = ResolveOptions()
    options.minimize = objective
    options.explains = false
    NameLatencies(
        resolver: Resolver(universe: try Catalog.load(catalogOptions).universe), options: options, label: label
    ).report()
}

// Packages become a root: those that lie beside the index, and made ones of a known shape.
if suite.filter.isEmpty || suite.filter.contains("extract") {
    let program = (directory + ["apkresolve"]).joined(separator: "/")
    let repetitions = min(suite.repetitions, 5)
    let real = ExtractBenchmark(
        repository: suite.repositories[0], architecture: catalogOptions.architecture ?? "", keys: suite.keys,
        program: program)
    try real?.run(&report, repetitions: repetitions)
    let place = ExtractBenchmark.place
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    try ExtractBenchmark(MadePackages(in: place), program: program).run(&report, repetitions: repetitions)
}

if let plots = suite.plots {
    for (file, title, axis, series) in [
        (
            "growth-size.svg", "Cost by number of packages, shaped like Alpine", "packages",
            try GrowthBenchmark.bySize(most: suite.largest)
        ),
        (
            "growth-versions.svg", "Cost by versions of a name, shaped like Wolfi, 1000 names",
            "most versions of a name",
            try GrowthBenchmark.byVersions()
        ),
    ] {
        for series in series {
            let costs = series.points.map { "\(($0.cost * 1000).rounded() / 1000)" }.joined(separator: ", ")
            print("\(file): \(series.name) grows as size^\((series.exponent * 100).rounded() / 100): \(costs)")
        }
        guard let output = fopen("\(plots)/\(file)", "w") else {
            print("error: \(plots)/\(file) cannot be written")
            exit(1)
        }
        fputs(GrowthPlot(title: title, axis: axis, series: series).svg, output)
        fclose(output)
    }
}

try FileManager.default.removeItem(atPath: scratch)

if let path = suite.saved, !report.save(to: path) {
    print("error: \(path) cannot be written")
    exit(1)
}
if let path = suite.baseline {
    let regressions = try report.regressions(from: path)
    for line in regressions { print("regression: \(line)") }
    if !regressions.isEmpty { exit(1) }
}
