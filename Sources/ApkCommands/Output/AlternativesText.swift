internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// Other valid choices with their cost.
struct AlternativesText {
    private let alternatives: [Alternative]
    private let universe: Universe

    init(_ alternatives: [Alternative], _ universe: Universe) {
        self.alternatives = alternatives
        self.universe = universe
    }

    func text(_ console: Console) -> DisplayText {
        guard !alternatives.isEmpty else { return "no other choice: every package is the only one that fits\n" }
        let rows = alternatives.map { alternative in
            let exchange = alternative.exchange
            return [
                signed(alternative.installedDifference), signed(alternative.downloadDifference),
                (alternative.packageDifference < 0 ? "" : "+") + String(alternative.packageDifference),
                universe.label(of: exchange.to), universe.label(of: exchange.from), exchange.name,
            ]
        }
        return Table(
            header: ["INSTALLED", "DOWNLOAD", "PACKAGES", "ALTERNATIVE", "INSTEAD OF", "FOR"], rows: rows,
            rightAligned: [0, 1, 2]
        ).text(console)
    }

    var json: JSON {
        .array(
            alternatives.map { alternative in
                .object([
                    ("exchange", ExchangeDocument(alternative.exchange, universe).json),
                    ("packages", .integer(alternative.packageDifference)),
                    ("installedSize", .integer(alternative.installedDifference)),
                    ("downloadSize", .integer(alternative.downloadDifference)),
                    ("removed", labels(alternative.removed)), ("added", labels(alternative.added)),
                ])
            })
    }

    private func labels(_ packages: [PackageID]) -> JSON { .array(packages.map { .string(universe.label(of: $0)) }) }

    private func signed(_ size: Int) -> String {
        size < 0 ? "-" + humanSize(-size) : "+" + humanSize(size)
    }
}
