internal import ApkFormats

/// Says what the signs of a picture mean; only of those that it has.
struct Legend {
    /// A sign, in a box of its own, and what it means.
    struct Item {
        var sign: String
        var width: Int
        var height = 14
        var text: String
        /// Whether the sign shows a size, which holds in a drawing that is not scaled.
        var isScale = false
    }

    private(set) var items: [Item] = []
    private static let textSize = 11

    init(_ picture: GraphPicture) {
        let graph = picture.graph
        if !graph.requests.isEmpty {
            items.append(
                Item(
                    sign: "<rect class=\"request-box\" y=\"1\" width=\"26\" height=\"12\" rx=\"6\"/>", width: 26,
                    text: "a request"))
        }
        let meanings: [(PackageGraph.Role, String)] = [
            (.requested, "what a request is for"), (.provider, "chosen for a name that several could provide"),
            (.dependency, "needed by others"), (.installIf, "comes by itself (install_if)"),
            (.installed, "installed, asked for by nothing"),
        ]
        for (role, text) in meanings where picture.roles.contains(role) {
            let sign = """
                <g class="\(role.rawValue)"><rect class="card" x="1" y="1" width="24" height="12" rx="3"/>\
                <rect class="area" x="5" y="4" width="6" height="6"/></g>
                """
            items.append(Item(sign: sign, width: 26, text: text))
        }
        let drawn = picture.layout.routes.map { route in
            if case .request = graph.edges[route.edge].from { return "request" }
            return route.isReversed ? "cycle" : graph.edges[route.edge].kind.rawValue
        }
        let edges = [
            ("name", "asks for the package by name"), ("provided", "asks for a name that it provides (so:, cmd:, …)"),
            ("installIf", "brings it in"), ("cycle", "closes a cycle"),
        ]
        for (kind, text) in edges where drawn.contains(kind) {
            let sign = "<path class=\"edge \(kind)\" marker-end=\"url(#tip-\(kind))\" d=\"M0 7H26\"/>"
            items.append(Item(sign: sign, width: 26, text: text))
        }
        for (number, hub) in picture.hubs.enumerated() {
            let package = graph.packages[hub.package]
            items.append(
                Item(
                    sign: "<circle class=\"hub-\(number)\" cx=\"5\" cy=\"7\" r=\"4\"/>", width: 10,
                    text: "asks for \(package.name), as \(hub.askers.count) do"))
        }
        addSizes(picture)
    }

    /// Two squares of round sizes.
    private mutating func addSizes(_ picture: GraphPicture) {
        let sizes = zip(
            picture.graph.packages.map(\.installedSize), picture.cards.dropFirst(picture.graph.requests.count))
        guard let (largest, card) = sizes.max(by: { $0.0 < $1.0 }), largest > 0 else { return }
        let scale = SquareScale(largest: largest, side: card.side)
        let steps = [1, 10, 100].flatMap { [$0 << 10, $0 << 20] } + [1 << 30, 10 << 30]
        let fitting = steps.sorted().filter { (5...44).contains(scale.side($0)) }
        for size in fitting.suffix(2) {
            let side = scale.side(size)
            let unit =
                size >= 1 << 30 ? "\(size >> 30) GiB" : size >= 1 << 20 ? "\(size >> 20) MiB" : "\(size >> 10) KiB"
            items.append(
                Item(
                    sign: "<rect class=\"area\" width=\"\(side)\" height=\"\(side)\" rx=\"\(min(3, side / 6))\"/>",
                    width: side, height: side, text: "\(unit) installed", isScale: true))
        }
    }

    /// The items as parts of a page with the drawing in it, which wraps them as it has room, and scales the drawing alone.
    var html: String {
        items.filter { !$0.isScale }.map { item in
            """
            <span class="legend"><svg xmlns="http://www.w3.org/2000/svg" width="\(item.width)" height="\(item.height)" \
            aria-hidden="true">\(item.sign)</svg>\(Markup.escaped(item.text))</span>

            """
        }.joined()
    }

    /// The items in rows.
    struct Rows {
        fileprivate(set) var placed: [(item: Item, x: Int, middle: Int)] = []
        fileprivate(set) var height = 0

        func svg(dx: Int, dy: Int) -> String {
            var svg = "<g class=\"legend\">\n"
            for (item, x, middle) in placed {
                svg += "<g transform=\"translate(\(dx + x) \(dy + middle - item.height / 2))\">\(item.sign)</g>"
                let text = Markup.escaped(item.text)
                svg += "<text x=\"\(dx + x + item.width + 7)\" y=\"\(dy + middle + 4)\">\(text)</text>\n"
            }
            return svg + "</g>\n"
        }
    }

    /// The items in rows that are no wider than `width`.
    func rows(width: Int) -> Rows {
        var rows = Rows()
        var row: [(item: Item, x: Int)] = []
        var x = 0
        func finishRow() {
            let height = (row.map(\.item.height).max() ?? 0) + 8
            rows.placed += row.map { ($0.item, $0.x, rows.height + height / 2) }
            rows.height += height
            row = []
            x = 0
        }
        for item in items {
            let itemWidth = item.width + 7 + TextMetrics.width(item.text, size: Self.textSize)
            if x > 0, x + itemWidth > width { finishRow() }
            row.append((item, x))
            x += itemWidth + 22
        }
        finishRow()
        return rows
    }
}
