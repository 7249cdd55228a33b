internal import ApkFormats

/// Why a package is there, in one sentence.
struct ReasonText {
    private let graph: PackageGraph
    private let incoming: [[PackageGraph.Edge]]

    init(_ graph: PackageGraph) {
        self.graph = graph
        incoming = graph.edgesToPackages
    }

    /// Such as `requested as nodejs`, `needed by npm (so:libz.so.1) and 3 more`, `comes with icu-libs`.
    func sentence(_ package: Int) -> String {
        let requested = incoming[package].compactMap { edge -> String? in
            guard case .request = edge.from else { return nil }
            return edge.requirements.joined(separator: ", ")
        }
        if !requested.isEmpty { return "requested as " + PackageGraph.list(requested) }
        let needed = names(package) { $0.kind != .installIf }
        if !needed.isEmpty { return "needed by " + PackageGraph.list(needed) }
        let conditions = names(package) { $0.kind == .installIf }
        if !conditions.isEmpty { return "comes by itself with " + PackageGraph.list(conditions) }
        return "was installed, and nothing asks for it"
    }

    /// What would go with a package, such as `with it 4 others would go, 48.3 MiB in all`; nil if it alone would.
    func departure(_ package: Int) -> String? {
        let others = graph.packages[package].exclusiveCount - 1
        guard others > 0 else { return nil }
        let size = humanSize(graph.packages[package].exclusiveInstalledSize)
        return "with it \(others) other\(others == 1 ? "" : "s") would go, \(size) in all"
    }

    private func names(_ package: Int, where isWanted: (PackageGraph.Edge) -> Bool) -> [String] {
        incoming[package].filter(isWanted).compactMap { edge in
            guard case .package(let owner) = edge.from else { return nil }
            let name = graph.packages[owner].name
            let isObvious = edge.requirements == [graph.packages[package].name]
            return isObvious || edge.kind == .installIf ? name : "\(name) (\(edge.requirements[0]))"
        }
    }
}

extension PackageGraph {
    /// At most three of the texts, and how many more there are.
    static func list(_ texts: [String]) -> String {
        let most = 3
        let rest = texts.count > most ? " and \(texts.count - most) more" : ""
        return texts.prefix(most).joined(separator: ", ") + rest
    }
}
