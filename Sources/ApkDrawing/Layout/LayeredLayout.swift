/// Places boxes in layers, so that edges lead downwards, cross seldom and meet no box but their own.
///
/// The steps are those of layered drawing as Sugiyama described it: take out cycles, give each box a layer, order the
/// layers, then find coordinates. All ties break by the order of the input, so the same input is the same picture.
struct LayeredLayout {
    /// What is to be placed.
    struct Input {
        /// Width and height of each box in pixels.
        var boxes: [(width: Int, height: Int)]
        var edges: [(from: Int, to: Int)]
        /// Boxes that stand in the first layer alone: the first so many.
        var firstLayerCount = 0
        /// The width that layers should keep to; a single box may be wider.
        var width: Int
        /// Ends of edges that take part in the layering only and are not drawn, unless they come from the first layer.
        var hubs: Set<Int> = []
    }

    /// A place in pixels.
    struct Point: Hashable {
        var x: Int
        var y: Int
    }

    /// An edge as it is drawn: points of which each lies below the one before.
    struct Route {
        /// The edge's place in the input.
        var edge: Int
        /// From the upper box's lower side to the lower box's upper side.
        var points: [Point]
        /// Whether the edge leads from the lower box to the upper one, because it closes a cycle.
        var isReversed: Bool
    }

    /// The left upper corner of each box.
    private(set) var origins: [Point] = []
    /// The drawn edges; those that longer chains imply, and those to hubs, are left out.
    private(set) var routes: [Route] = []
    /// The layer of each box, counted from the top.
    private(set) var layers: [Int] = []
    private(set) var width = 0
    private(set) var height = 0

    init(_ input: Input) {
        let directed = Acyclic(count: input.boxes.count, edges: input.edges)
        let kept = directed.transitiveReduction()
        let isDrawn = kept.map { place in
            !input.hubs.contains(directed.edges[place].to) || directed.isReversed[place]
                || directed.edges[place].from < input.firstLayerCount
        }
        let drawn = zip(kept, isDrawn).filter(\.1).map(\.0)
        layers =
            LayerAssignment(
                input, constraints: kept.map { directed.edges[$0] }, drawn: drawn.map { directed.edges[$0] }
            ).layers
        var ordering = LayerOrdering(input, layers: layers, edges: drawn.map { directed.edges[$0] })
        ordering.reduceCrossings()
        let columns = ColumnPlacement.centers(ordering)
        place(input, ordering, columns)
        route(input, ordering, columns, drawn, directed)
    }

    /// The space between boxes of one layer.
    static let boxGap = 18
    /// The least space between two layers.
    private static let layerGap = 34

    private var bands: [Range<Int>] = []

    private mutating func place(_ input: Input, _ ordering: LayerOrdering, _ columns: [Int]) {
        var top = 0
        for (layer, vertices) in ordering.layers.enumerated() {
            let height = vertices.map { ordering.isBox($0) ? input.boxes[$0].height : 0 }.max() ?? 0
            bands.append(top..<top + height)
            let reach = vertices.flatMap { vertex in
                ordering.below[vertex].map { abs(columns[$0] - columns[vertex]) }
            }.max()
            let isLast = layer == ordering.layers.count - 1
            // Edges that go far to the side need height, or they would run almost level.
            top += height + (isLast ? 0 : Self.layerGap + min(64, (reach ?? 0) / 9))
        }
        height = top
        origins = input.boxes.indices.map { box in
            let band = bands[layers[box]]
            return Point(
                x: columns[box] - input.boxes[box].width / 2,
                y: band.lowerBound + (band.count - input.boxes[box].height) / 2)
        }
        width = input.boxes.indices.map { origins[$0].x + input.boxes[$0].width }.max() ?? 0
        width = max(width, columns.max() ?? 0)
    }

    private mutating func route(
        _ input: Input, _ ordering: LayerOrdering, _ columns: [Int], _ drawn: [Int], _ directed: Acyclic
    ) {
        for (chain, edge) in zip(ordering.chains, drawn) {
            let (upper, lower) = (chain[0], chain[chain.count - 1])
            var points = [Point(x: columns[upper], y: origins[upper].y + input.boxes[upper].height)]
            points.append(Point(x: columns[upper], y: bands[layers[upper]].upperBound))
            for (step, vertex) in chain.enumerated().dropFirst().dropLast() {
                let band = bands[layers[upper] + step]
                points.append(Point(x: columns[vertex], y: band.lowerBound))
                points.append(Point(x: columns[vertex], y: band.upperBound))
            }
            points.append(Point(x: columns[lower], y: bands[layers[lower]].lowerBound))
            points.append(Point(x: columns[lower], y: origins[lower].y))
            routes.append(Route(edge: edge, points: points, isReversed: directed.isReversed[edge]))
        }
    }
}
