internal import ApkFormats

/// A package graph in the language of Graphviz, with all its edges.
struct DotText {
    private let graph: PackageGraph

    init(_ graph: PackageGraph) { self.graph = graph }

    var text: String {
        var text = "digraph packages {\n    node [shape=box];\n"
        for (place, request) in graph.requests.enumerated() {
            text += "    r\(place) [label=\(Self.quoted(request)), shape=oval];\n"
        }
        for (place, package) in graph.packages.enumerated() {
            let label = Self.quoted(package.name + "\n" + package.version)
            text += "    p\(place) [label=\(label), comment=\"\(package.installedSize) bytes\"];\n"
        }
        for edge in graph.edges {
            let from =
                switch edge.from {
                case .request(let place): "r\(place)"
                case .package(let place): "p\(place)"
                }
            let style =
                switch edge.kind {
                case .name: "solid"
                case .provided: "solid, color=gray"
                case .installIf: "dashed"
                }
            let tooltip = Self.quoted(edge.requirements.joined(separator: " "))
            text += "    \(from) -> p\(edge.to) [style=\(style), tooltip=\(tooltip)];\n"
        }
        return text + "}\n"
    }

    /// The text in double quotes. A line break becomes the escape for one; no other character but quote and backslash
    /// means anything there.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.isObeyed: quoted += "\u{fffd}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
