internal import ApkDrawing
internal import ApkFormats

/// A package graph as JSON (schema 1): packages and edges, the ends of edges as places in the lists.
struct GraphDocument {
    private let graph: PackageGraph

    init(_ graph: PackageGraph) { self.graph = graph }

    var json: JSON {
        let roles = graph.roles
        return .object([
            ("schema", .integer(1)),
            ("requests", .array(graph.requests.map { .string($0) })),
            (
                "packages",
                .array(
                    zip(graph.packages, roles).map { package, role in
                        .object([
                            ("name", .string(package.name)), ("version", .string(package.version)),
                            ("downloadSize", .integer(package.downloadSize)),
                            ("installedSize", .integer(package.installedSize)),
                            ("exclusivePackages", .integer(package.exclusiveCount)),
                            ("exclusiveInstalledSize", .integer(package.exclusiveInstalledSize)),
                            ("role", .string(role.rawValue)),
                        ])
                    })
            ),
            ("edges", .array(graph.edges.map(edge))),
        ])
    }

    private func edge(_ edge: PackageGraph.Edge) -> JSON {
        let from: (String, JSON) =
            switch edge.from {
            case .request(let place): ("request", .integer(place))
            case .package(let place): ("package", .integer(place))
            }
        return .object([
            from, ("to", .integer(edge.to)), ("kind", .string(edge.kind.rawValue)),
            ("requirements", .array(edge.requirements.map { .string($0) })),
        ])
    }
}
