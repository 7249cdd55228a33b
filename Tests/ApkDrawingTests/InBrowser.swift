import ApkRepositories
import ApkResolver
import Foundation
import Testing

@testable import ApkDrawing

/// Pictures in a real browser, which measures what fonts really do.
@Suite(.enabled(if: Browser.path != nil, "there is no chromium on this machine"), .serialized)
struct InBrowser {
    static let graphs: [(name: String, graph: PackageGraph)] = [
        ("nodejs", nodejs), ("three hundred", .random(seed: 3, count: 300)),
    ].compactMap { name, graph in graph.map { (name, $0) } }

    /// The closure of nodejs from the fixtures.
    static let nodejs: PackageGraph? = {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var options = RepositoryOptions()
        options.repositories = [checkout.appendingPathComponent("Fixtures/repository").path]
        options.keyDirectories = [checkout.appendingPathComponent("Fixtures/keys").path]
        options.architecture = "x86_64"
        guard let catalog = try? Catalog.load(options),
            let resolution = try? Resolver(universe: catalog.universe).resolve(["nodejs"])
        else { return nil }
        return PackageGraph(resolution)
    }()

    @Test func theFixtureIsDrawn() { #expect(Self.nodejs?.packages.count == 18) }

    @Test(arguments: graphs.indices)
    func svg(_ index: Int) throws {
        let graph = Self.graphs[index].graph
        let svg = graph.svg()
        let element = svg.drop { $0 != "\n" }
        let report = try Browser.report(
            on:
                "<!DOCTYPE html><html><head>\(Browser.watch)</head><body>\(element)\(Browser.measure([""]))</body></html>"
        )
        #expect(report == ["errors 0", "view  packages \(graph.packages.count) overlaps 0 outside 0"])
    }

    @Test(arguments: graphs.indices)
    func html(_ index: Int) throws {
        let graph = Self.graphs[index].graph
        let page = graph.html().replacingOccurrences(of: "<head>", with: "<head>" + Browser.watch)
            .replacingOccurrences(of: "</body>", with: Browser.measure(["graph", "map"]) + "</body>")
        let tiles = graph.packages.count { $0.installedSize > 0 }
        #expect(
            try Browser.report(on: page) == [
                "errors 0", "view graph packages \(graph.packages.count) overlaps 0 outside 0",
                "view map packages \(tiles) overlaps 0 outside 0",
            ])
    }
}

/// Chromium without a window.
enum Browser {
    static let path: String? = {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let names = directories.flatMap { directory in
            ["chromium", "chromium-browser", "google-chrome"].map { "\(directory)/\($0)" }
        }
        return names.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Counts errors from the first script on.
    static let watch = "<script>var errors = 0; addEventListener('error', () => { errors += 1; });</script>"

    /// Shows each view in turn, and counts in it packages, pairs of texts that overlap, and texts beyond their card or tile.
    static func measure(_ views: [String]) -> String {
        """
        <script>
        addEventListener("load", () => {
          const lines = ["errors " + errors];
          for (const view of \(views)) {
            if (view) document.querySelector(`[data-view=${view}]`).click();
            const shown = [...document.querySelectorAll("svg text")].filter(text => text.getClientRects().length > 0);
            const rects = shown.map(text => text.getBoundingClientRect());
            let overlaps = 0, outside = 0;
            rects.forEach((a, i) => rects.slice(i + 1).forEach(b => {
              if (a.left < b.right - .5 && b.left < a.right - .5 && a.top < b.bottom - 1.5 && b.top < a.bottom - 1.5) overlaps += 1;
            }));
            shown.forEach((text, i) => {
              const box = text.parentNode.querySelector(":scope > .card, :scope > .face, :scope > .request-box");
              if (!box) return;
              const frame = box.getBoundingClientRect();
              if (rects[i].left < frame.left - .5 || rects[i].right > frame.right + .5
                || rects[i].top < frame.top - 2 || rects[i].bottom > frame.bottom + 2) outside += 1;
            });
            const packages = new Set([...document.querySelectorAll("svg [data-package]")]
              .filter(shape => shape.getClientRects().length > 0).map(shape => shape.dataset.package));
            lines.push(`view ${view} packages ${packages.size} overlaps ${overlaps} outside ${outside}`);
          }
          const report = document.createElement("pre");
          report.id = "report";
          report.textContent = lines.join("\\n");
          document.body.append(report);
        });
        </script>
        """
    }

    /// Opens a page and gives the lines of the report that its script leaves.
    static func report(on page: String) throws -> [String] {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("apkresolve-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("page.html")
        try Data(page.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900",
            "--user-data-dir=\(directory.path)/profile", "--virtual-time-budget=5000", "--dump-dom",
            file.absoluteString,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        // A browser that hangs must not hold up everything else.
        let end = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + 90, execute: end)
        defer { end.cancel() }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let start = try #require(text.range(of: "<pre id=\"report\">"), "the page's script did not get so far")
        return text[start.upperBound...].prefix { $0 != "<" }.split(separator: "\n").map(String.init)
    }
}
