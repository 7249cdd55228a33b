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

    init(_ resolution: Resolution, _ catalog: Catalog) {
        self.resolution = resolution
        self.catalog = catalog
    }

    func json(stats: RunStatistics?) -> JSON {
        let universe = resolution.universe
        let reasons = resolution.reasons()
        var dependencies: [PackageID: [JSON]] = [:]
        for edge in resolution.edges where !edge.isCondition {
            guard let owner = edge.owner else { continue }
            dependencies[owner, default: []].append(
                .object([
                    ("requirement", .string(edge.requirement.description)),
                    ("provider", .string(universe.name(of: edge.provider))),
                ]))
        }
        let packages = resolution.packages.map { package in
            JSON.object(
                [
                    ("name", .string(universe.name(of: package))),
                    ("version", .string(universe.version(of: package))),
                    ("architecture", .string(universe.architecture(of: package))),
                    ("repository", universe.repository(of: package).map { .integer($0) } ?? .null),
                    ("checksum", .string(universe.field("C", of: package))),
                    ("downloadSize", .integer(Int(clamping: universe.downloadSize(of: package)))),
                    ("installedSize", .integer(Int(clamping: universe.installedSize(of: package)))),
                    ("origin", .string(universe.field("o", of: package))),
                    ("license", .string(universe.field("L", of: package))),
                    ("dependencies", .array(dependencies[package] ?? [])),
                    ("reason", reason(reasons[package])),
                ] + (sizes[package] ?? []))
        }
        let totals = Totals(resolution)
        var members: [(String, JSON)] = [
            ("schema", .integer(1)),
            ("requests", .array(resolution.requests.map { .string($0) })),
            ("architecture", .string(catalog.architecture)),
            ("repositories", .array(catalog.repositories.map(repository))),
            ("packages", .array(packages)),
            ("totals", totals.json),
        ]
        if resolution.goesFurther {
            members.append(("beyondApk", .array(DetourText.lines(resolution).dropFirst().map { .string($0.trimmed) })))
        }
        if !universe.installedPackages.isEmpty { members.append(("changes", .array(resolution.changes.map(change)))) }
        if let minimum = MinimumText(resolution) { members.append(("optimum", minimum.json)) }
        if let alternatives { members.append(("alternatives", alternatives.json)) }
        if let stats { members.append(("stats", stats.json)) }
        return .object(members)
    }

    private func repository(_ repository: LoadedRepository) -> JSON {
        .object([
            ("location", .string(repository.location)),
            ("tag", repository.tags.compactMap { $0 }.first.map { .string($0) } ?? .null),
            ("description", .string(repository.description)),
            ("sha256", .string(repository.sha256)),
            ("packages", .integer(repository.packageCount)),
            ("signedBy", repository.signedBy.map { .string($0) } ?? .null),
        ])
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
