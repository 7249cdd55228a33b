internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// What each package takes and what would go with it, the most rewarding first.
struct SizesTable {
    private let resolution: Resolution
    private let footprints: [PackageFootprint]
    private let requested: Set<PackageID>
    private var universe: Universe { resolution.universe }

    init(_ resolution: Resolution) {
        self.resolution = resolution
        footprints = resolution.footprints()
        requested = Set(footprints.filter(\.isRequested).map(\.package))
    }

    func text(_ console: Console) -> DisplayText {
        let ranked = footprints.enumerated().sorted { left, right in
            let (a, b) = (left.element.exclusiveInstalledSize, right.element.exclusiveInstalledSize)
            return a != b ? a > b : left.offset > right.offset
        }.map(\.element)
        let rows = ranked.map { footprint in
            [
                universe.name(of: footprint.package), humanSize(footprint.installedSize),
                humanSize(footprint.exclusiveInstalledSize), String(footprint.exclusive.count), keeps(footprint),
            ]
        }
        let total = Totals(resolution)
        return Table(
            header: ["PACKAGE", "INSTALLED", "FREES", "PACKAGES", "WHAT KEEPS IT"], rows: rows,
            rightAligned: [1, 2, 3]
        ).text(console)
            + "\(total.count) package\(total.count == 1 ? "" : "s"), \(humanSize(total.installedSize)) installed;"
            + " FREES is what would go if nothing asked for the package any more, itself included\n"
    }

    private func keeps(_ footprint: PackageFootprint) -> String {
        let most = 4
        let names = footprint.neededBy.map { universe.name(of: $0) }
        let rest = names.count > most ? " and \(names.count - most) more" : ""
        let users = names.prefix(most).joined(separator: ", ") + rest
        let all = (footprint.isRequested ? ["requested"] : []) + (users.isEmpty ? [] : [users])
        // That everything goes with what was asked for needs no saying.
        guard names.count > 1, !footprint.isRequested, let owner = footprint.owner, !requested.contains(owner) else {
            return all.joined(separator: ", ")
        }
        return "\(users); all of them go with \(universe.name(of: owner))"
    }

    /// The figures of each package as members of its JSON object.
    var members: [PackageID: [(String, JSON)]] {
        var members: [PackageID: [(String, JSON)]] = [:]
        for footprint in footprints {
            func labels(_ packages: [PackageID]) -> JSON { .array(packages.map { .string(universe.name(of: $0)) }) }
            members[footprint.package] = [
                (
                    "exclusive",
                    .object([
                        ("packages", .integer(footprint.exclusive.count)),
                        ("installedSize", .integer(footprint.exclusiveInstalledSize)),
                        ("downloadSize", .integer(footprint.exclusiveDownloadSize)),
                        ("names", labels(footprint.exclusive)),
                    ])
                ),
                ("neededBy", labels(footprint.neededBy)),
                ("goesWith", footprint.owner.map { .string(universe.name(of: $0)) } ?? .null),
            ]
        }
        return members
    }
}
