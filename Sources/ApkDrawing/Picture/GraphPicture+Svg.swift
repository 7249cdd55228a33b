internal import ApkFormats

/// The picture as SVG.
extension GraphPicture {
    private static let margin = 24

    /// A document of its own with title and legend, for bright and dark surroundings.
    func document() -> String {
        let style = """
            <style>
            svg { \(Palette.bright) }
            @media (prefers-color-scheme: dark) { svg { \(Palette.dark) } }
            \(Palette.graphRules)
            </style>

            """
        let header = header()
        let wanted = header.map { $0.x + $0.width }.max() ?? 0
        let width = max(layout.width, wanted, 420)
        let legend = Legend(self).rows(width: width)
        let top = Self.margin + 62
        var head = header.map { $0.svg(dx: Self.margin, dy: Self.margin) }.joined()
        head += legend.svg(dx: Self.margin, dy: top)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + element(style: style, head: head, width: width + 2 * Self.margin, top: top + legend.height + 20)
    }

    /// The drawing alone as an element of a page, which brings colours, rules, title and legend.
    func drawing() -> String {
        element(style: "", head: "", width: layout.width + 2 * Self.margin, top: Self.margin)
    }

    private func element(style: String, head: String, width: Int, top: Int) -> String {
        let left = (width - layout.width) / 2
        let height = top + layout.height + Self.margin
        let description = graph.requests.isEmpty ? "packages" : graph.requests.joined(separator: " ")
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" class="graph">
            <title>\(Markup.escaped("What \(description) needs"))</title>
            \(style)<defs>

            """
        for kind in ["name", "provided", "installIf", "request", "cycle"] {
            svg += """
                <marker id="tip-\(kind)" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" \
                markerUnits="userSpaceOnUse" orient="auto-start-reverse">\
                <path class="tip-\(kind)" d="M0 0.8L8 4L0 7.2z"/></marker>

                """
        }
        svg += "</defs>\n<rect class=\"paper\" width=\"\(width)\" height=\"\(height)\"/>\n\(head)"
        svg += "<g transform=\"translate(\(left) \(top))\">\n"
        for route in layout.routes { svg += path(route) }
        let reasons = ReasonText(graph)
        for place in graph.requests.indices { svg += request(place) }
        for place in graph.packages.indices { svg += package(place, reasons) }
        svg += "</g>\n</svg>\n"
        return svg
    }

    private func header() -> [PlacedText] {
        let count = graph.packages.count
        let room = max(layout.width, 420)
        let title = TextMetrics.shortened(
            graph.requests.isEmpty ? "Installed packages" : graph.requests.joined(separator: " "), to: room, size: 18,
            isBold: true)
        let totals =
            "\(count) package\(count == 1 ? "" : "s") · \(humanSize(graph.installedSize)) installed"
            + " · \(humanSize(graph.downloadSize)) to download"
        let hidden = graph.edges.count - layout.routes.count
        let notes =
            hidden > 0
            ? "\(layout.routes.count) of \(graph.edges.count) edges drawn; longer chains"
                + "\(hubs.isEmpty ? "" : " and dots") stand for the rest" : ""
        return [
            PlacedText(title, x: 0, y: 16, size: 18, isBold: true, style: "title"),
            PlacedText(totals, x: 0, y: 36, size: 11, style: "note"),
            PlacedText(notes, x: 0, y: 52, size: 11, style: "note"),
        ].filter { !$0.text.isEmpty }
    }

    private func path(_ route: LayeredLayout.Route) -> String {
        let edge = graph.edges[route.edge]
        let from: String
        var kind = edge.kind.rawValue
        switch edge.from {
        case .request(let place):
            from = "r\(place)"
            kind = "request"
        case .package(let place): from = "\(place)"
        }
        if route.isReversed { kind = "cycle" }
        let points = route.points
        var data = "M\(points[0].x) \(points[0].y)"
        for (previous, point) in zip(points, points.dropFirst()) where previous != point {
            if previous.x == point.x {
                data += "V\(point.y)"
            } else {
                let middle = (previous.y + point.y) / 2
                data += "C\(previous.x) \(middle) \(point.x) \(middle) \(point.x) \(point.y)"
            }
        }
        // An edge that closes a cycle leads upwards: its tip is at its upper end.
        let tip = route.isReversed ? "marker-start" : "marker-end"
        return """
            <path class="edge \(kind)" data-from="\(from)" data-to="\(edge.to)" \(tip)="url(#tip-\(kind))" d="\(data)"/>

            """
    }

    private func request(_ place: Int) -> String {
        let (card, origin) = (cards[place], layout.origins[place])
        return """
            <g class="request" data-request="\(place)" transform="translate(\(origin.x) \(origin.y))">\
            <title>\(Markup.escaped((graph.requests[place].hasPrefix("!") ? "kept out by the request " : "the request ") + graph.requests[place]))</title>\
            <rect class="request-box" width="\(card.width)" height="\(card.height)" rx="13"/>\
            <text class="label" x="\(card.textStart)" y="17">\(Markup.escaped(card.label))</text></g>

            """
    }

    private func package(_ place: Int, _ reasons: ReasonText) -> String {
        let box = graph.requests.count + place
        let (card, origin, package) = (cards[box], layout.origins[box], graph.packages[place])
        let hover =
            "\(package.name)-\(package.version)\n\(humanSize(package.installedSize)) installed, "
            + "\(humanSize(package.downloadSize)) to download\n\(reasons.sentence(place))"
            + (reasons.departure(place).map { "\n" + $0 } ?? "")
        let middle = card.height / 2
        var svg = """
            <g class="package \(roles[place].rawValue)" data-package="\(place)" \
            transform="translate(\(origin.x) \(origin.y))"><title>\(Markup.escaped(hover))</title>\
            <rect class="card" width="\(card.width)" height="\(card.height)" rx="6"/>
            """
        if card.side > 0 {
            let slot = card.textStart - 17
            svg += """
                <rect class="area" x="\(9 + (slot - card.side) / 2)" y="\(middle - card.side / 2)" \
                width="\(card.side)" height="\(card.side)" rx="\(min(3, card.side / 6))"/>
                """
        }
        svg += """
            <text class="label" x="\(card.textStart)" y="\(middle - 2)">\(Markup.escaped(card.label))</text>\
            <text class="detail" x="\(card.textStart)" y="\(middle + 12)">\(Markup.escaped(card.detail))</text>
            """
        let dots = hubs.indices.filter { hubs[$0].askers.contains(place) }
        for (position, hub) in dots.enumerated() {
            let x = card.width / 2 + 10 * position - 5 * (dots.count - 1)
            svg += "<circle class=\"hub-\(hub)\" cx=\"\(x)\" cy=\"\(card.height)\" r=\"4\"/>"
        }
        if let hub = hubs.firstIndex(where: { $0.package == place }) {
            svg += "<circle class=\"hub-\(hub)\" cx=\"\(card.width / 2)\" cy=\"0\" r=\"5\"/>"
        }
        return svg + "</g>\n"
    }
}

/// A line of text at a place.
struct PlacedText {
    var text: String
    var x: Int
    /// The base line.
    var y: Int
    var width: Int
    var style: String

    init(_ text: String, x: Int, y: Int, size: Int, isBold: Bool = false, style: String) {
        self.text = text
        self.x = x
        self.y = y
        self.style = style
        width = TextMetrics.width(text, size: size, isBold: isBold)
    }

    func svg(dx: Int, dy: Int) -> String {
        "<text class=\"\(style)\" x=\"\(x + dx)\" y=\"\(y + dy)\">\(Markup.escaped(text))</text>\n"
    }
}
