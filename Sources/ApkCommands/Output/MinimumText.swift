internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// Says what is proved about the least answer, and which choices make it smaller than the usual one.
struct MinimumText {
    private let minimum: Minimum
    private let resolution: Resolution
    private var universe: Universe { resolution.universe }

    /// - Returns: nil for an answer that was not to have the least of anything.
    init?(_ resolution: Resolution) {
        guard let minimum = resolution.minimum else { return nil }
        self.minimum = minimum
        self.resolution = resolution
    }

    /// A sentence on the proof, then a line for each choice.
    var lines: [String] {
        let usual = resolution.goesFurther ? "the answer without `--minimize`" : "apk's own answer"
        let saved = minimum.usual - minimum.value
        let comparison =
            saved == 0 ? "\(usual) has no more" : "\(bare(saved)) less than \(usual)\(exchanges.isEmpty ? "" : ":")"
        let proof =
            minimum.isProved
            ? "\(amount(minimum.value)), proved to be the least of all valid answers"
            : "\(amount(minimum.value)) is the best found, and no valid answer has less than \(bare(minimum.lowerBound))"
                + " (`--step-budget` allows a longer search)"
        return ["\(proof); \(comparison)"] + exchanges.map { "  " + $0 }
    }

    private var exchanges: [String] {
        minimum.exchanges.map { exchange in
            let (from, to) = (universe.name(of: exchange.from), universe.name(of: exchange.to))
            if from == to {
                return "\(universe.label(of: exchange.to)) instead of \(universe.version(of: exchange.from))"
            }
            return "\(to) instead of \(from) for `\(exchange.name)`"
        }
    }

    private func amount(_ value: Int) -> String {
        switch minimum.objective {
        case .packages: bare(value)
        case .size: bare(value) + " installed"
        case .download: bare(value) + " to download"
        }
    }

    private func bare(_ value: Int) -> String {
        minimum.objective == .packages ? "\(value) package\(value == 1 ? "" : "s")" : humanSize(value)
    }

    /// The proof as JSON, as the contract of the command line has it, and what makes the difference.
    var json: JSON {
        .object([
            ("objective", .string(minimum.objective.rawValue)), ("value", .integer(minimum.value)),
            ("lowerBound", .integer(minimum.lowerBound)), ("proved", .bool(minimum.isProved)),
            ("usual", .integer(minimum.usual)),
            ("exchanges", .array(minimum.exchanges.map { ExchangeDocument($0, universe).json })),
            ("removed", .array(minimum.removed.map { .string(universe.label(of: $0)) })),
            ("added", .array(minimum.added.map { .string(universe.label(of: $0)) })),
        ])
    }
}

/// One choice as JSON.
struct ExchangeDocument {
    private let exchange: Exchange
    private let universe: Universe

    init(_ exchange: Exchange, _ universe: Universe) {
        self.exchange = exchange
        self.universe = universe
    }

    var json: JSON {
        .object([
            ("name", .string(exchange.name)), ("from", .string(universe.label(of: exchange.from))),
            ("to", .string(universe.label(of: exchange.to))),
        ])
    }
}
