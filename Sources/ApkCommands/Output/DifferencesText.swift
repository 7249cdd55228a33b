internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver
internal import ApkSolver

/// Differences between two sets of packages, for people: `+` added, `-` removed, `~` changed.
struct DifferencesText {
    private let differences: PackageDifferences
    private let console: Console

    init(_ differences: PackageDifferences, _ console: Console) {
        self.differences = differences
        self.console = console
    }

    /// One line for each package, in aligned columns.
    var lines: [DisplayText] {
        var rows: [[String]] = differences.removed.map {
            ["-", $0.name, $0.version, size($0.installedSize, sign: "-")]
        }
        rows += differences.added.map { ["+", $0.name, $0.version, size($0.installedSize, sign: "+")] }
        rows += differences.changed.map { change in
            let isRebuilt = change.old.version == change.new.version
            let versions =
                isRebuilt ? "\(change.new.version) (other build)" : "\(change.old.version) -> \(change.new.version)"
            return ["~", change.new.name, versions, growth(change)]
        }
        let cells = rows.map { $0.map { DisplayText(escaping: $0) } }
        let widths = (0..<4).map { column in cells.map { $0[column].width }.max() ?? 0 }
        return cells.map { cells in
            func space(_ column: Int) -> String { String(repeating: " ", count: widths[column] - cells[column].width) }
            guard widths[3] > 0 else { return "\(cells[0]) \(cells[1])\("\(space(1))  \(cells[2].shown)".trimmed)" }
            return "\(cells[0]) \(cells[1])\(space(1))  \(cells[2])\(space(2))  \(space(3))\(cells[3])"
        }
    }

    /// The counts and bytes.
    var totals: String {
        var parts = [
            "\(differences.added.count) added", "\(differences.removed.count) removed",
            "\(differences.changed.count) changed",
        ]
        if let growth = differences.installedGrowth {
            parts.append("\(signed(growth)) installed")
        }
        if let bytes = differences.bytesToFetch { parts.append("\(humanSize(bytes)) to download") }
        return parts.joined(separator: ", ")
    }

    private func size(_ bytes: Int?, sign: String) -> String { bytes.map { sign + humanSize($0) } ?? "" }

    private func growth(_ change: PackageDifferences.Change) -> String {
        guard let old = change.old.installedSize, let new = change.new.installedSize else { return "" }
        return signed(new - old)
    }

    private func signed(_ bytes: Int) -> String { bytes == 0 ? "0 B" : (bytes < 0 ? "-" : "+") + humanSize(abs(bytes)) }
}

/// Differences as JSON.
struct DifferencesDocument {
    private let differences: PackageDifferences

    init(_ differences: PackageDifferences) { self.differences = differences }

    var json: JSON { .object(members) }

    var members: [(String, JSON)] {
        [
            ("added", .array(differences.added.map(package))), ("removed", .array(differences.removed.map(package))),
            (
                "changed",
                .array(differences.changed.map { .object([("old", package($0.old)), ("new", package($0.new))]) })
            ),
            (
                "totals",
                .object([
                    ("installedGrowth", number(differences.installedGrowth)),
                    ("downloadGrowth", number(differences.downloadGrowth)),
                    ("bytesToFetch", number(differences.bytesToFetch)),
                ])
            ),
        ]
    }

    private func package(_ package: PackageSummary) -> JSON {
        .object([
            ("name", .string(package.name)), ("version", .string(package.version)),
            ("checksum", package.checksum.map { .string($0.description) } ?? .null),
            ("downloadSize", number(package.downloadSize)), ("installedSize", number(package.installedSize)),
        ])
    }

    private func number(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
}

extension Resolution {
    /// The packages as differences compare them.
    var summaries: [PackageSummary] {
        packages.map { package in
            PackageSummary(
                name: universe.name(of: package), version: universe.version(of: package),
                checksum: universe.checksum(of: package),
                downloadSize: Int(clamping: universe.downloadSize(of: package)),
                installedSize: Int(clamping: universe.installedSize(of: package)))
        }
    }
}
