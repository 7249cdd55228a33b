import Foundation
import Testing

@testable import ApkDrawing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The texts of pictures: well formed, complete, always the same.
@Suite struct PictureTexts {
    private static let hostile = [
        "</svg><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a&b<c>d'e\"f",
        "\u{202e}gnp.exe\u{0}\u{7}",
        "]]>", "<!--", "--></script>", "\\\" -> x; \\", "名前", String(repeating: "w", count: 500), "",
    ]

    private static let hostileGraph = PackageGraph(
        requests: hostile,
        packages: hostile.map {
            PackageGraph.Package(name: $0, version: $0, downloadSize: 1, installedSize: 5_000_000, summary: $0)
        },
        edges: hostile.indices.flatMap { place in
            [
                PackageGraph.Edge(from: .request(place), to: place, requirements: [hostile[place]], kind: .name),
                PackageGraph.Edge(
                    from: .package(place), to: (place + 1) % hostile.count, requirements: [hostile[place]],
                    kind: .provided),
            ]
        })

    @Test func hostileNamesStayTexts() throws {
        let svg = Self.hostileGraph.svg()
        try expectWellFormed(svg)
        #expect(!svg.contains("<script") && !svg.contains("<img"))
        let page = Self.hostileGraph.html()
        #expect(page.components(separatedBy: "<script").count == 3 && !page.contains("<img"))
        #expect(page.components(separatedBy: "</script").count == 3)
        #expect(!page.contains("\u{202e}gnp</") && !svg.contains("\u{202e}"))
        let dot = Self.hostileGraph.dot()
        // Quotes in pairs on each line, apart from escaped ones.
        for line in dot.split(separator: "\n") {
            let bare = line.replacingOccurrences(of: "\\\\", with: "").replacingOccurrences(of: "\\\"", with: "")
            #expect(bare.count { $0 == "\"" }.isMultiple(of: 2), "\(line)")
        }
    }

    @Test func everyPackageIsThere() throws {
        let graph = PackageGraph.random(seed: 7, count: 120)
        let svg = graph.svg()
        try expectWellFormed(svg)
        for place in graph.packages.indices { #expect(svg.contains("data-package=\"\(place)\"")) }
        #expect(svg == graph.svg() && graph.html() == graph.html())
    }

    @Test func sizesBeyondAllNumbersAreDrawnToo() throws {
        let packages = (0..<3).map {
            PackageGraph.Package(name: "p\($0)", version: "1", downloadSize: .max, installedSize: .max)
        }
        let graph = PackageGraph(requests: [], packages: packages, edges: [])
        try expectWellFormed(graph.svg())
        #expect(graph.installedSize == .max && graph.html().contains("p2"))
    }

    @Test func pagesAskTheNetworkForNothing() {
        let page = PackageGraph.random(seed: 1, count: 20).html()
        let namespace = "http://www.w3.org/2000/svg"
        let rest = page.replacingOccurrences(of: namespace, with: "")
        for word in ["http:", "https:", "src=", "@import", "url(http", "fetch("] {
            #expect(!rest.contains(word), "\(word)")
        }
    }

    @Test func longTextsLoseTheirMiddle() {
        let text = TextMetrics.shortened("a-very-long-name-of-a-package", to: 100, size: 12)
        #expect(text.hasPrefix("a-very-") && text.hasSuffix("ge") && text.contains("…"))
        #expect(TextMetrics.width(text, size: 12) <= 100 && TextMetrics.width(text, size: 12) > 80)
        #expect(TextMetrics.shortened("short", to: 100, size: 12) == "short")
        #expect(TextMetrics.cut("a-very-long-name", to: 60, size: 12) == "a-very-l…")
    }

    @Test func rolesAndReasons() {
        let graph = PackageGraph(
            requests: ["app"],
            packages: ["libc", "shell", "app", "docs", "left"].map {
                PackageGraph.Package(name: $0, version: "1", downloadSize: 1, installedSize: 1)
            },
            edges: [
                .init(from: .request(0), to: 2, requirements: ["app"], kind: .name),
                .init(from: .package(2), to: 0, requirements: ["so:libc.so.1"], kind: .provided),
                .init(from: .package(2), to: 1, requirements: ["/bin/sh"], kind: .provided),
                .init(from: .package(2), to: 3, requirements: ["app"], kind: .installIf),
            ])
        #expect(graph.roles == [.dependency, .provider, .requested, .installIf, .installed])
        let reasons = ReasonText(graph)
        #expect(
            graph.packages.indices.map { reasons.sentence($0) } == [
                "needed by app (so:libc.so.1)", "needed by app (/bin/sh)", "requested as app",
                "comes by itself with app", "was installed, and nothing asks for it",
            ])
        var heavy = graph
        heavy.packages[2].exclusiveCount = 4
        heavy.packages[2].exclusiveInstalledSize = 50_000_000
        #expect(ReasonText(heavy).departure(2) == "with it 3 others would go, 47.7 MiB in all")
        #expect(ReasonText(graph).departure(2) == nil)
    }

    @Test func dotHasAllEdges() {
        #expect(
            Self.small.dot() == #"""
                digraph packages {
                    node [shape=box];
                    r0 [label="app>1", shape=oval];
                    p0 [label="libc\n1.2-r0", comment="650000 bytes"];
                    p1 [label="app\n2-r0", comment="4000000 bytes"];
                    r0 -> p1 [style=solid, tooltip="app>1"];
                    p1 -> p0 [style=solid, color=gray, tooltip="so:libc.so.1"];
                }

                """#)
    }

    static let small = PackageGraph(
        requests: ["app>1"],
        packages: [
            .init(name: "libc", version: "1.2-r0", downloadSize: 400_000, installedSize: 650_000),
            .init(name: "app", version: "2-r0", downloadSize: 1_500_000, installedSize: 4_000_000),
        ],
        edges: [
            .init(from: .request(0), to: 1, requirements: ["app>1"], kind: .name),
            .init(from: .package(1), to: 0, requirements: ["so:libc.so.1"], kind: .provided),
        ])

    @Test func aSmallDrawingWordForWord() {
        let drawing = GraphPicture(Self.small).drawing()
        let lines = drawing.split(separator: "\n").filter { !$0.contains("marker id") }
        #expect(lines.joined(separator: "\n") == Self.golden)
    }

    private static let golden = """
        <svg xmlns="http://www.w3.org/2000/svg" width="251" height="296" viewBox="0 0 251 296" role="img" class="graph">
        <title>What app&gt;1 needs</title>
        <defs>
        </defs>
        <rect class="paper" width="251" height="296"/>
        <g transform="translate(24 24)">
        <path class="edge request" data-from="r0" data-to="1" marker-end="url(#tip-request)" d="M106 26V60"/>
        <path class="edge provided" data-from="1" data-to="0" marker-end="url(#tip-provided)" d="M106 162V196"/>
        <g class="request" data-request="0" transform="translate(70 0)"><title>the request app&gt;1</title>\
        <rect class="request-box" width="72" height="26" rx="13"/>\
        <text class="label" x="14" y="17">app&gt;1</text></g>
        <g class="package dependency" data-package="0" transform="translate(32 196)">\
        <title>libc-1.2-r0&#10;634 KiB installed, 390 KiB to download&#10;needed by app (so:libc.so.1)</title>\
        <rect class="card" width="148" height="52" rx="6"/><rect class="area" x="9" y="9" width="34" height="34" rx="3"/>\
        <text class="label" x="51" y="24">libc</text><text class="detail" x="51" y="38">1.2-r0 · 634 KiB</text></g>
        <g class="package requested" data-package="1" transform="translate(9 60)">\
        <title>app-2-r0&#10;3906 KiB installed, 1464 KiB to download&#10;requested as app&gt;1</title>\
        <rect class="card" width="194" height="102" rx="6"/><rect class="area" x="9" y="9" width="84" height="84" rx="3"/>\
        <text class="label" x="101" y="49">app</text><text class="detail" x="101" y="63">2-r0 · 3906 KiB</text></g>
        </g>
        </svg>
        """

    private func expectWellFormed(_ xml: String) throws {
        let parser = XMLParser(data: Data(xml.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError)) at line \(parser.lineNumber)")
    }
}
