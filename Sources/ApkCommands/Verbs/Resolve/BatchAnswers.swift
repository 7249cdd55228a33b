internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver

/// Answers lines of requests, each with one line of JSON, all against one universe.
struct BatchAnswers: Sendable {
    private let resolver: Resolver
    private let catalog: Catalog
    private let options: ResolveOptions
    private let showsStatistics: Bool
    private let facts: PackageFacts

    init(_ catalog: Catalog, options: ResolveOptions, showsStatistics: Bool) {
        self.catalog = catalog
        self.options = options
        self.showsStatistics = showsStatistics
        facts = PackageFacts(catalog)
        resolver = Resolver(universe: catalog.universe, world: catalog.world)
    }

    /// The answers in the order of the lines, found by several threads.
    func answers(_ lines: [String], threads: Int) -> [[UInt8]] {
        Workers.map(count: lines.count, threads: threads) { answer(lines[$0]) }
    }

    private func answer(_ line: String) -> [UInt8] {
        let requests = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        let start = ContinuousClock.now
        do throws(ResolutionError) {
            let resolution = try resolver.resolve(requests, options: options)
            let stats = RunStatistics(loadTime: 0, solveTime: (ContinuousClock.now - start).milliseconds, resolution)
            var document = ResolutionDocument(resolution, catalog)
            document.facts = facts
            // A package takes some 600 bytes.
            return document.json(stats: showsStatistics ? stats : nil)
                .lineBytes(expecting: 1024 + 768 * resolution.packages.count)
        } catch {
            let members: [(String, JSON)] = [
                ("schema", .integer(1)), ("requests", .array(requests.map { .string($0) })),
                ("error", ResolutionErrorText(error).json),
            ]
            return JSON.object(members).lineBytes()
        }
    }
}
