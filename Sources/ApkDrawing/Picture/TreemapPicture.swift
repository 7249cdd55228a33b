internal import ApkFormats

/// Installed sizes as a map: the larger the tile, the larger the package.
struct TreemapPicture {
    private let graph: PackageGraph
    private let roles: [PackageGraph.Role]
    let tiles: [SquarifiedTreemap.Tile]
    static let width = 1200
    static let height = 720

    init(_ graph: PackageGraph) {
        self.graph = graph
        roles = graph.roles
        tiles =
            SquarifiedTreemap(sizes: graph.packages.map(\.installedSize), width: Self.width, height: Self.height).tiles
    }

    /// The map as an SVG element that takes its colours from the page around it.
    func element() -> String {
        let reasons = ReasonText(graph)
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(Self.height)" role="img" class="map">
            <title>Installed size of each package</title>

            """
        for tile in tiles {
            let package = graph.packages[tile.item]
            let hover =
                "\(package.name)-\(package.version)\n\(humanSize(package.installedSize)) installed\n"
                + reasons.sentence(tile.item)
            svg += """
                <g class="tile \(roles[tile.item].rawValue)" data-package="\(tile.item)" \
                transform="translate(\(tile.x) \(tile.y))"><title>\(Markup.escaped(hover))</title>\
                <rect class="face" x="1" y="1" width="\(max(1, tile.width - 2))" height="\(max(1, tile.height - 2))" \
                rx="\(min(3, min(tile.width, tile.height) / 8))"/>
                """
            svg += texts(tile, package) + "</g>\n"
        }
        return svg + "</svg>\n"
    }

    /// The name and the size where there is room for them, in smaller letters on smaller tiles; a name that would lose
    /// most of itself is left out.
    private func texts(_ tile: SquarifiedTreemap.Tile, _ package: PackageGraph.Package) -> String {
        let styles = [("large", 20), ("name", 12), ("small", 9)]
        for (style, size) in styles where style != "large" || (tile.width > 240 && tile.height > 120) {
            let inset = style == "small" ? 4 : 7
            let room = tile.width - 2 * inset
            guard tile.height >= size + 2 * inset - 3, room > 0 else { continue }
            let isLast = style == "small"
            let name = isLast ? TextMetrics.cut(package.name, to: room, size: size) : package.name
            guard TextMetrics.width(name, size: size) <= room else { continue }
            guard name == package.name || name.unicodeScalars.count >= 5 else { return "" }
            let top = inset + size - 2
            var svg = "<text class=\"\(style)\" x=\"\(inset)\" y=\"\(top)\">\(Markup.escaped(name))</text>"
            let detail = humanSize(package.installedSize)
            let detailSize = isLast ? 8 : 11
            if tile.height >= top + detailSize + inset + 4, TextMetrics.width(detail, size: detailSize) <= room {
                let base = top + detailSize + 4
                svg += "<text class=\"size \(style)\" x=\"\(inset)\" y=\"\(base)\">\(Markup.escaped(detail))</text>"
            }
            return svg
        }
        return ""
    }
}
