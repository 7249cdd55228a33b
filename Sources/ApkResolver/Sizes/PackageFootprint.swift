internal import ApkFormats
public import ApkSolver

/// What one package of an answer costs, and what would go with it.
public struct PackageFootprint: Sendable, Hashable {
    public let package: PackageID
    /// Its own size in bytes: installed (`I`) and to download (`S`).
    public let installedSize: Int
    public let downloadSize: Int
    /// All that would leave the answer with it, itself included, in the order of installation.
    public let exclusive: [PackageID]
    /// What these take together, in bytes.
    public let exclusiveInstalledSize: Int
    public let exclusiveDownloadSize: Int
    /// The packages that depend on it or bring it in by its `install_if`, in the order of installation; by more than one
    /// it is shared.
    public let neededBy: [PackageID]
    /// Whether a request or the root's world asks for it.
    public let isRequested: Bool
    /// The nearest package without which it would not be here; nil if only the requests as a whole keep it.
    public let owner: PackageID?
}

extension Resolution {
    /// What each package costs and what would go with it, in the order of ``packages``.
    ///
    /// What goes is what nothing in the answer would ask for any more; packages that would then come in instead, by an
    /// `install_if` with `!`, are not looked at.
    public func footprints() -> [PackageFootprint] {
        let dominators = graph.dominators()
        var exclusive = [[Int]](repeating: [], count: packages.count)
        for (place, row) in dominators.enumerated() {
            for other in row { exclusive[other].append(place) }
        }
        var users: [PackageID: Set<PackageID>] = [:]
        var requested: Set<PackageID> = []
        for edge in graph.edges where edge.owner != edge.provider {
            if let owner = edge.owner {
                users[edge.provider, default: []].insert(owner)
            } else {
                requested.insert(edge.provider)
            }
        }
        func sum(_ places: [Int], _ size: (PackageID) -> UInt64) -> Int {
            places.saturatingSum { Int(clamping: size(packages[$0])) }
        }
        return packages.indices.map { place in
            let package = packages[place]
            let needed = users[package] ?? []
            // The dominator that itself has the most of them is the nearest one.
            let owner = dominators[place].filter { $0 != place }.max { left, right in
                (dominators[left].count, right) < (dominators[right].count, left)
            }
            return PackageFootprint(
                package: package, installedSize: sum([place], universe.installedSize),
                downloadSize: sum([place], universe.downloadSize), exclusive: exclusive[place].map { packages[$0] },
                exclusiveInstalledSize: sum(exclusive[place], universe.installedSize),
                exclusiveDownloadSize: sum(exclusive[place], universe.downloadSize),
                neededBy: packages.filter { needed.contains($0) }, isRequested: requested.contains(package),
                owner: owner.map { packages[$0] })
        }
    }
}
