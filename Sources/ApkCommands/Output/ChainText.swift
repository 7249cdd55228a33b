internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// A chain of edges for people and for programs: each edge with the text of its constraint and where that is written.
struct ChainText {
    private let resolution: Resolution
    private let console: Console
    private var universe: Universe { resolution.universe }

    init(_ resolution: Resolution, _ console: Console) {
        self.resolution = resolution
        self.console = console
    }

    /// One line an edge, each further in than the one before.
    func lines(_ chain: [Edge]) -> [DisplayText] {
        chain.enumerated().map { depth, edge in
            let constraint = resolution.constraint(of: edge)
            let indent = String(repeating: "  ", count: depth)
            let owner =
                edge.owner.map { universe.name(of: $0) }
                ?? (constraint.source == .world ? "the root's world" : "request")
            let verb = edge.owner == nil ? "asks for" : edge.isCondition ? "completes install_if" : "depends on"
            let label = console.bold("\(universe.label(of: edge.provider))")
            return "\(indent)\(label)  \(owner) \(verb) \(constraint.text)\(place(constraint.source))"
        }
    }

    /// The repository, where there are several.
    private func place(_ source: Constraint.Source) -> DisplayText {
        switch source {
        case .repository(let index) where universe.repositories.count > 1:
            console.dim("  (\(Locations.short(universe.repositories[index].location)))")
        case .installedDatabase: console.dim("  (installed)")
        default: ""
        }
    }

    func json(_ chain: [Edge]) -> JSON {
        .array(
            chain.map { edge in
                let constraint = resolution.constraint(of: edge)
                return .object([
                    ("from", edge.owner.map { .string(universe.label(of: $0)) } ?? .null),
                    ("kind", .string(edge.owner == nil ? "request" : edge.isCondition ? "installIf" : "dependency")),
                    ("requirement", .string(constraint.text)), ("source", source(constraint.source)),
                    ("to", .string(universe.label(of: edge.provider))),
                ])
            })
    }

    private func source(_ source: Constraint.Source) -> JSON {
        switch source {
        case .request: .string("request")
        case .world: .string("world")
        case .repository(let index): .string(universe.repositories[index].location)
        case .installedDatabase: .string("installed")
        }
    }
}
