internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// An answer as JSON (schema 1 of the command line's contract).
struct ResolutionDocument {
    private let resolution: Resolution
    private let catalog: Catalog
    /// Other valid choices, if they were asked for.
    var alternatives: AlternativesText?
    /// What would go with each package, if that was asked for.
    var sizes: [PackageID: [(String, JSON)]] = [:]
    /// What does not depend on the answer, written before; only for answers that are one line each.
    var facts: PackageFacts?

    init(_ resolution: Resolution, _ catalog: Catalog) {
        self.resolution = resolution
        self.catalog = catalog
    }

    func json(stats: RunStatistics?) -> JSON {
        let universe = resolution.universe
        let reasons = resolution.reasons()
        // Edges come in the order of the packages that ask.
        var edges = resolution.edges.lazy.filter { !$0.isCondition && $0.owner != nil }.makeIterator()
        var edge = edges.next()
        var packages: [JSON] = []
        for package in resolution.packages {
            var dependencies: [JSON] = []
            while let next = edge, next.owner == package {
                dependencies.append(
                    .object([
                        ("requirement", .string(next.requirement.description)),
                        ("provider", .string(universe.name(of: next.provider))),
                    ]))
                edge = edges.next()
            }
            let rest: [(String, JSON)] =
                [("dependencies", .array(dependencies)), ("reason", reason(reasons[package]))]
                + (sizes[package] ?? [])
            packages.append(
                facts?.object(package, rest) ?? .object(PackageFacts.members(package, universe) + rest))
        }
        let totals = Totals(resolution)
        var members: [(String, JSON)] = [
            ("schema", .integer(1)),
            ("requests", .array(resolution.requests.map { .string($0) })),
            ("architecture", .string(catalog.architecture)),
            ("repositories", facts?.repositories ?? PackageFacts.repositories(catalog)),
            ("packages", .array(packages)),
            ("totals", totals.json),
        ]
        if resolution.goesFurther {
            members.append(
                ("beyondApk", .array(DetourText.lines(resolution).dropFirst().map { .string($0.shown.trimmed) })))
        }
        if !universe.installedPackages.isEmpty { members.append(("changes", .array(resolution.changes.map(change)))) }
        if let minimum = MinimumText(resolution) { members.append(("optimum", minimum.json)) }
        if let alternatives { members.append(("alternatives", alternatives.json)) }
        if let stats { members.append(("stats", stats.json)) }
        return .object(members)
    }

    private func reason(_ reason: InstallReason?) -> JSON {
        guard let reason else { return .null }
        return .object([("kind", .string(reason.kind.rawValue)), ("by", .array(reason.by.map { .string($0) }))])
    }

    private func change(_ change: Change) -> JSON {
        let universe = resolution.universe
        let package = change.new ?? change.old
        return .object([
            ("kind", .string(change.kind.rawValue)),
            ("name", package.map { .string(universe.name(of: $0)) } ?? .null),
            ("old", change.old.map { .string(universe.version(of: $0)) } ?? .null),
            ("new", change.new.map { .string(universe.version(of: $0)) } ?? .null),
        ])
    }
}

/// The sums of an answer.
struct Totals {
    let count: Int
    let downloadSize: Int
    let installedSize: Int

    init(_ resolution: Resolution) {
        let universe = resolution.universe
        count = resolution.packages.count
        downloadSize = resolution.packages.saturatingSum { Int(clamping: universe.downloadSize(of: $0)) }
        installedSize = resolution.packages.saturatingSum { Int(clamping: universe.installedSize(of: $0)) }
    }

    var json: JSON {
        .object([
            ("packages", .integer(count)), ("downloadSize", .integer(downloadSize)),
            ("installedSize", .integer(installedSize)),
        ])
    }
}
