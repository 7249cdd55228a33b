internal import ApkFormats

/// A package graph as a layered picture.
///
/// Each package is a card with a square whose area is its installed size. Edges lead downwards from who asks to who is
/// asked; those that longer chains imply are left out. Where very many ask for one package, as almost everything does
/// for a C library, their edges would cover the picture: a dot under each card stands for them.
struct GraphPicture {
    let graph: PackageGraph
    let roles: [PackageGraph.Role]
    let cards: [Card]
    let layout: LayeredLayout
    /// Packages whose incoming edges are dots, at most six, with the cards that have the dot.
    let hubs: [Hub]

    struct Hub {
        /// The package.
        var package: Int
        /// The packages that ask for it and whose edge is not implied by others.
        var askers: [Int]
    }

    /// Up to so many packages each card has the version too.
    private static let mostDetailed = 60

    init(_ graph: PackageGraph) {
        self.graph = graph
        roles = graph.roles
        let isDetailed = graph.packages.count <= Self.mostDetailed
        let largest = graph.packages.map(\.installedSize).max() ?? 0
        let squares = SquareScale(largest: largest, side: isDetailed ? 84 : 96)
        cards =
            graph.requests.map { Card(request: $0) }
            + graph.packages.map { Card($0, side: squares.side($0.installedSize), isDetailed: isDetailed) }
        let first = graph.requests.count
        let edges = graph.edges.map { edge in
            switch edge.from {
            case .request(let place): (from: place, to: first + edge.to)
            case .package(let place): (from: first + place, to: first + edge.to)
            }
        }
        let hubBoxes = Self.hubs(edges, count: cards.count, firstPackage: first)
        layout = LayeredLayout(
            LayeredLayout.Input(
                boxes: cards.map { ($0.width, $0.height) }, edges: edges, firstLayerCount: first,
                width: Self.width(cards), hubs: Set(hubBoxes.keys)))
        hubs = hubBoxes.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
            Hub(package: $0.key - first, askers: $0.value.map { $0 - first })
        }
    }

    /// How wide the boxes of a layer may be in sum. Edges need about as much width again in large pictures, which then
    /// come out about as wide as high.
    private static func width(_ cards: [Card]) -> Int {
        let total = cards.reduce(0) { $0 + $1.width + LayeredLayout.boxGap }
        let rowHeight = 110
        return max(480, Int(Double(total * rowHeight).squareRoot() * (cards.count > 80 ? 0.75 : 1.2)))
    }

    /// The boxes that very many others ask for, and who asks.
    private static func hubs(_ edges: [(from: Int, to: Int)], count: Int, firstPackage: Int) -> [Int: [Int]] {
        let acyclic = Acyclic(count: count, edges: edges)
        var askers: [Int: [Int]] = [:]
        for place in acyclic.transitiveReduction() where !acyclic.isReversed[place] {
            let edge = acyclic.edges[place]
            if edge.from >= firstPackage { askers[edge.to, default: []].append(edge.from) }
        }
        let least = max(12, count / 25)
        let found = askers.filter { $0.value.count >= least }.sorted {
            ($1.value.count, $0.key) < ($0.value.count, $1.key)
        }
        return Dictionary(uniqueKeysWithValues: found.prefix(6).map { ($0.key, $0.value) })
    }
}

/// Turns installed sizes into sides of squares, so that areas compare as sizes do.
struct SquareScale {
    private let factor: Double

    /// - Parameters:
    ///   - largest: the largest size, in bytes.
    ///   - side: the side of its square, in pixels.
    init(largest: Int, side: Int) {
        factor = largest > 0 ? Double(side) / Double(largest).squareRoot() : 0
    }

    /// The side for a size in whole pixels; at least 2, so that it can be seen, and 0 for a package without content.
    func side(_ size: Int) -> Int {
        size <= 0 ? 0 : max(2, Int((Double(size).squareRoot() * factor).rounded()))
    }
}

/// What is drawn for one package or request, before it has a place.
struct Card {
    var label: String
    /// The second line; empty for none.
    var detail = ""
    /// The side of the square in pixels.
    var side = 0
    var width: Int
    var height: Int
    /// Where the texts start, from the left side.
    var textStart: Int

    static let labelSize = 12
    static let detailSize = 10
    private static let padding = 9
    private static let mostText = 230

    init(request: String) {
        label = TextMetrics.shortened(request, to: Self.mostText, size: Self.labelSize, isBold: true)
        textStart = 14
        width = TextMetrics.width(label, size: Self.labelSize, isBold: true) + 2 * textStart
        height = 26
    }

    init(_ package: PackageGraph.Package, side: Int, isDetailed: Bool) {
        self.side = side
        label = TextMetrics.shortened(package.name, to: Self.mostText, size: Self.labelSize)
        let size = package.installedSize > 0 ? humanSize(package.installedSize) : "no files"
        let version = TextMetrics.shortened(package.version, to: Self.mostText - 80, size: Self.detailSize)
        detail = isDetailed ? "\(version) · \(size)" : size
        textStart = Self.padding + max(side, 6) + 8
        let text = max(
            TextMetrics.width(label, size: Self.labelSize), TextMetrics.width(detail, size: Self.detailSize))
        width = (textStart + text + Self.padding + 1) / 2 * 2
        height = max(side + 2 * Self.padding, 40)
    }
}
