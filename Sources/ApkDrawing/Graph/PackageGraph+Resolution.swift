internal import ApkFormats
public import ApkResolver
internal import ApkSolver

extension PackageGraph {
    /// The graph of an answer.
    public init(_ resolution: Resolution) {
        let universe = resolution.universe
        var places: [PackageID: Int] = [:]
        for (place, package) in resolution.packages.enumerated() { places[package] = place }
        var requests: [String] = []
        var edges: [Edge] = []
        var known: [Ends: Int] = [:]
        for edge in resolution.edges {
            guard let to = places[edge.provider] else { continue }
            let requirement = edge.requirement.description
            let from: End
            if let owner = edge.owner {
                guard let place = places[owner], place != to else { continue }
                from = .package(place)
            } else {
                if !requests.contains(requirement) { requests.append(requirement) }
                from = .request(requests.firstIndex(of: requirement) ?? 0)
            }
            let isNamed = edge.requirement.name == universe.name(of: edge.provider)
            let kind: Kind = edge.isCondition ? .installIf : isNamed ? .name : .provided
            if let place = known[Ends(from: from, to: to)] {
                if !edges[place].requirements.contains(requirement) { edges[place].requirements.append(requirement) }
                if kind.rank < edges[place].kind.rank { edges[place].kind = kind }
            } else {
                known[Ends(from: from, to: to)] = edges.count
                edges.append(Edge(from: from, to: to, requirements: [requirement], kind: kind))
            }
        }
        // What a request keeps out belongs to the picture too, without an edge.
        requests += resolution.requests.filter { $0.hasPrefix("!") && !requests.contains($0) }
        let packages = resolution.footprints().map { footprint in
            let package = footprint.package
            return Package(
                name: universe.name(of: package), version: universe.version(of: package),
                downloadSize: footprint.downloadSize, installedSize: footprint.installedSize,
                summary: universe.field("T", of: package), exclusiveCount: footprint.exclusive.count,
                exclusiveInstalledSize: footprint.exclusiveInstalledSize)
        }
        self.init(requests: requests, packages: packages, edges: edges)
    }

    private struct Ends: Hashable {
        var from: End
        var to: Int
    }
}

extension PackageGraph.Kind {
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
