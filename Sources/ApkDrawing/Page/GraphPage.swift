internal import ApkFormats

/// A package graph as one HTML file that needs nothing else: no network, no server, no library.
struct GraphPage {
    private let graph: PackageGraph

    init(_ graph: PackageGraph) { self.graph = graph }

    var text: String {
        let title = graph.requests.isEmpty ? "Installed packages" : graph.requests.joined(separator: " ")
        let totals =
            "\(graph.packages.count) package\(graph.packages.count == 1 ? "" : "s")"
            + " · \(humanSize(graph.installedSize)) installed · \(humanSize(graph.downloadSize)) to download"
        let picture = GraphPicture(graph)
        let emptyCount = graph.packages.count { $0.installedSize <= 0 }
        let mapNote =
            emptyCount == 0
            ? "" : "\(emptyCount) package\(emptyCount == 1 ? " has" : "s have") no files, and no place on this map."
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>\(Markup.escaped(title)) — packages</title>
            <style>
            :root { \(Palette.bright) }
            @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { \(Palette.dark) } }
            :root[data-theme=dark] { \(Palette.dark) }
            \(Palette.graphRules)
            \(PageStyle.text)
            </style>
            </head>
            <body>
            <header>
            <div class="what"><h1 title="\(Markup.escaped(title))">\(Markup.escaped(title))</h1><p>\(Markup.escaped(totals))</p></div>
            <nav aria-label="View"><button type="button" data-view="graph" aria-pressed="true">Graph</button>\
            <button type="button" data-view="map" aria-pressed="false">Sizes</button></nav>
            <label class="find"><span class="unseen">Find a package</span>\
            <input id="find" type="search" placeholder="Find a package  ( / )" autocomplete="off" spellcheck="false">\
            <output id="found"></output></label>
            <span class="zoom"><button type="button" id="out" title="Smaller (−)">−</button>\
            <button type="button" id="fit" title="Fit the width (0)">Fit</button>\
            <button type="button" id="in" title="Larger (+)">+</button></span>
            <button type="button" id="theme" title="Bright or dark">◐</button>
            </header>
            <main>
            <section id="graph-view" aria-label="Graph">
            <div id="legend">
            \(Legend(picture).html)</div>
            <div id="graph" class="view" tabindex="0">
            \(picture.drawing())</div>
            </section>
            <section id="map" class="view" hidden aria-label="Sizes">
            \(TreemapPicture(graph).element())\(mapNote.isEmpty ? "" : "<p class=\"map-note\">\(mapNote)</p>\n")</section>
            <aside id="side" aria-live="polite"></aside>
            </main>
            <div id="tip" role="tooltip" hidden></div>
            <script type="application/json" id="data">\(Markup.scriptData(data.line))</script>
            <script>
            \(PageScript.text)
            </script>
            </body>
            </html>

            """
    }

    /// What the script shows: packages as `[name, version, installed, download, reason, summary, departure]` with sizes as people
    /// read them, and edges as `[from, to, requirements, kind]` with `from` a package, or -1 - *n* for request *n*.
    private var data: JSON {
        let reasons = ReasonText(graph)
        let packages = graph.packages.enumerated().map { place, package in
            JSON.array([
                .string(package.name), .string(package.version), .string(humanSize(package.installedSize)),
                .string(humanSize(package.downloadSize)), .string(reasons.sentence(place)), .string(package.summary),
                .string(reasons.departure(place) ?? ""),
            ])
        }
        let edges = graph.edges.map { edge in
            let from: Int
            switch edge.from {
            case .request(let place): from = -1 - place
            case .package(let place): from = place
            }
            return JSON.array([
                .integer(from), .integer(edge.to), .array(edge.requirements.map { .string($0) }),
                .string(edge.kind.rawValue),
            ])
        }
        return .object([
            ("requests", .array(graph.requests.map { .string($0) })), ("packages", .array(packages)),
            ("edges", .array(edges)),
        ])
    }
}
