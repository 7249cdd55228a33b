internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// An answer as a table: package, sizes, reason, and the totals.
struct ResolutionTable {
    private let resolution: Resolution
    private let console: Console

    init(_ resolution: Resolution, _ console: Console) {
        self.resolution = resolution
        self.console = console
    }

    var text: DisplayText {
        let universe = resolution.universe
        let reasons = resolution.reasons()
        let rows = resolution.packages.map { package in
            [
                universe.name(of: package), universe.version(of: package),
                humanSize(Int(clamping: universe.downloadSize(of: package))),
                humanSize(Int(clamping: universe.installedSize(of: package))), reason(reasons[package]),
            ]
        }
        let totals = Totals(resolution)
        let packages = "\(totals.count) package\(totals.count == 1 ? "" : "s")"
        return Table(header: ["PACKAGE", "VERSION", "DOWNLOAD", "INSTALLED", "WHY"], rows: rows, rightAligned: [2, 3])
            .text(console)
            + "\(packages), \(humanSize(totals.downloadSize)) to download, \(humanSize(totals.installedSize)) installed\n"
    }

    private func reason(_ reason: InstallReason?) -> String {
        guard let reason else { return "" }
        let most = 3
        let rest = reason.by.count > most ? " and \(reason.by.count - most) more" : ""
        let names = reason.by.prefix(most).joined(separator: ", ") + rest
        return switch reason.kind {
        case .request: "requested"
        case .dependency: "needed by \(names)"
        case .installIf: "comes with \(names)"
        }
    }
}

/// Rows in aligned columns.
struct Table {
    var header: [String]
    var rows: [[String]]
    /// The columns that hold numbers.
    var rightAligned: Set<Int> = []

    func text(_ console: Console) -> DisplayText {
        let lines = ([header] + rows).map { $0.map { DisplayText(escaping: $0) } }
        let widths = header.indices.map { column in lines.map { $0[column].width }.max() ?? 0 }
        func line(_ cells: [DisplayText]) -> DisplayText {
            let padded = cells.indices.map { column in
                let cell = cells[column]
                let space = DisplayText(escaping: String(repeating: " ", count: widths[column] - cell.width))
                if rightAligned.contains(column) { return space + cell }
                return column == cells.count - 1 ? cell : cell + space
            }
            return padded.joined(separator: "  ")
        }
        let body = lines.dropFirst().map { line($0) + "\n" }.joined()
        return console.bold(line(lines[0])) + "\n" + body
    }
}
