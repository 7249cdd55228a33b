internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// An answer as a tree from the requests down; what was shown before is only named again.
struct TreeText {
    private let resolution: Resolution
    private let console: Console
    private var children: [PackageID: [Edge]] = [:]

    init(_ resolution: Resolution, _ console: Console) {
        self.resolution = resolution
        self.console = console
        for edge in resolution.edges {
            guard let owner = edge.owner, owner != edge.provider else { continue }
            if children[owner, default: []].contains(where: { $0.provider == edge.provider }) { continue }
            children[owner, default: []].append(edge)
        }
    }

    var text: DisplayText {
        var text: DisplayText = ""
        var shown: Set<PackageID> = []
        // Depth first with a list of what is still to come, each with the lines that lead to it.
        for root in resolution.edges where root.owner == nil {
            var pending: [(edge: Edge, prefix: String, branch: String, next: String)] = [(root, "", "", "")]
            while let (edge, prefix, branch, next) = pending.popLast() {
                let below = children[edge.provider] ?? []
                let isNew = shown.insert(edge.provider).inserted
                text += "\(prefix)\(branch)\(label(edge))\(isNew || below.isEmpty ? "" : console.dim(" …"))\n"
                guard isNew else { continue }
                for (index, child) in below.enumerated().reversed() {
                    let isLast = index == below.count - 1
                    pending.append((child, prefix + next, isLast ? "└─ " : "├─ ", isLast ? "   " : "│  "))
                }
            }
        }
        return text
    }

    private func label(_ edge: Edge) -> DisplayText {
        let universe = resolution.universe
        let name = universe.name(of: edge.provider)
        let isPlain = edge.requirement.description == name
        let why = edge.isCondition ? "install_if \(edge.requirement)" : edge.requirement.description
        return "\(universe.label(of: edge.provider))\(isPlain && !edge.isCondition ? "" : console.dim("  [\(why)]"))"
    }
}
