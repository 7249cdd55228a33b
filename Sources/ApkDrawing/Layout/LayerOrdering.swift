/// The order of boxes in their layers, and of the edges that pass between them.
///
/// An edge over several layers becomes a chain of vertices, one in each layer that it passes, so that it has a column of
/// its own there.
struct LayerOrdering {
    /// The vertices of each layer from left to right; those below `boxCount` are boxes.
    private(set) var layers: [[Int]]
    /// For each edge its vertices from the upper box to the lower one.
    private(set) var chains: [[Int]] = []
    /// The neighbours of each vertex in the layers next to its own.
    private(set) var above: [[Int]]
    private(set) var below: [[Int]]
    /// Half the width that each vertex needs, space included.
    private(set) var halfWidths: [Int]
    private(set) var layerOf: [Int]
    private let boxCount: Int
    private var positions: [Int]

    /// The width of an edge's column, space included.
    private static let edgeWidth = 10

    func isBox(_ vertex: Int) -> Bool { vertex < boxCount }

    init(_ input: LayeredLayout.Input, layers layerOfBox: [Int], edges: [(from: Int, to: Int)]) {
        boxCount = input.boxes.count
        layerOf = layerOfBox
        halfWidths = input.boxes.map { ($0.width + LayeredLayout.boxGap + 1) / 2 }
        layers = Array(repeating: [], count: (layerOfBox.max() ?? -1) + 1)
        above = Array(repeating: [], count: boxCount)
        below = above
        for edge in edges {
            var chain = [edge.from]
            for layer in stride(from: layerOf[edge.from] + 1, to: layerOf[edge.to], by: 1) {
                chain.append(layerOf.count)
                layerOf.append(layer)
                halfWidths.append(Self.edgeWidth / 2)
                above.append([])
                below.append([])
            }
            chain.append(edge.to)
            for (upper, lower) in zip(chain, chain.dropFirst()) {
                below[upper].append(lower)
                above[lower].append(upper)
            }
            chains.append(chain)
        }
        positions = Array(repeating: 0, count: layerOf.count)
        for vertex in depthFirst() { layers[layerOf[vertex]].append(vertex) }
        for layer in layers.indices { renumber(layer) }
    }

    /// All vertices in the order of a walk from the top, which keeps together what belongs together.
    private func depthFirst() -> [Int] {
        var order: [Int] = []
        var isSeen = [Bool](repeating: false, count: layerOf.count)
        let starts = layerOf.indices.filter { above[$0].isEmpty }.sorted { (layerOf[$0], $0) < (layerOf[$1], $1) }
        for start in starts {
            var pending = [start]
            while let vertex = pending.popLast() {
                if isSeen[vertex] { continue }
                isSeen[vertex] = true
                order.append(vertex)
                pending += below[vertex].reversed()
            }
        }
        return order
    }

    private mutating func renumber(_ layer: Int) {
        for (position, vertex) in layers[layer].enumerated() { positions[vertex] = position }
    }

    /// Orders each layer by the middle of the neighbours in the layer before, downwards and upwards in turn, and keeps the
    /// best order seen.
    mutating func reduceCrossings() {
        var best = layers
        var least = crossings()
        var idle = 0
        for round in 0..<32 where least > 0 && idle < 8 {
            let isDownwards = round.isMultiple(of: 2)
            let order = isDownwards ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed()
            for layer in order { sort(layer, by: isDownwards ? above : below, isStable: round % 4 < 2) }
            swapNeighbours()
            let count = crossings()
            idle += 1
            if count < least {
                (best, least) = (layers, count)
                idle = 0
            }
        }
        layers = best
        for layer in layers.indices { renumber(layer) }
    }

    private mutating func sort(_ layer: Int, by neighbours: [[Int]], isStable: Bool) {
        var keys: [Int: Double] = [:]
        for vertex in layers[layer] {
            let places = neighbours[vertex].map { Double(positions[$0]) }
            keys[vertex] =
                places.isEmpty
                ? nil : places.reduce(0, +) / Double(places.count)
        }
        // Vertices without a neighbour keep their places; the others fill the places between.
        let movable = layers[layer].enumerated().filter { keys[$0.element] != nil }
        let sorted = movable.sorted { left, right in
            let (leftKey, rightKey) = (keys[left.element] ?? 0, keys[right.element] ?? 0)
            if leftKey != rightKey { return leftKey < rightKey }
            return isStable ? left.offset < right.offset : left.offset > right.offset
        }
        for (place, vertex) in zip(movable.map(\.offset), sorted.map(\.element)) { layers[layer][place] = vertex }
        renumber(layer)
    }

    /// Swaps neighbours as long as that saves crossings.
    private mutating func swapNeighbours() {
        for _ in 0..<4 {
            var hasChanged = false
            for layer in layers.indices {
                for place in layers[layer].indices.dropLast() {
                    let (left, right) = (layers[layer][place], layers[layer][place + 1])
                    let now = crossings(left, right, above) + crossings(left, right, below)
                    let then = crossings(right, left, above) + crossings(right, left, below)
                    guard then < now else { continue }
                    layers[layer].swapAt(place, place + 1)
                    positions[left] = place + 1
                    positions[right] = place
                    hasChanged = true
                }
            }
            if !hasChanged { break }
        }
    }

    /// How often edges of two vertices to one side cross, while the one stands left of the other.
    private func crossings(_ left: Int, _ right: Int, _ neighbours: [[Int]]) -> Int {
        var count = 0
        for leftEnd in neighbours[left] {
            for rightEnd in neighbours[right] where positions[rightEnd] < positions[leftEnd] { count += 1 }
        }
        return count
    }

    /// The number of crossings of all edges.
    func crossings() -> Int {
        var total = 0
        for layer in layers.dropLast() {
            // Edges from left to right; each crosses those before it that end further right, counted in a tree of sums.
            let size = layer.flatMap { below[$0] }.map { positions[$0] }.max().map { $0 + 1 } ?? 0
            var sums = [Int](repeating: 0, count: size + 1)
            var seen = 0
            for vertex in layer {
                let ends = below[vertex].map { positions[$0] }.sorted()
                for end in ends {
                    var smaller = 0
                    var place = end + 1
                    while place > 0 {
                        smaller += sums[place]
                        place &= place - 1
                    }
                    total += seen - smaller
                }
                for end in ends {
                    var place = end + 1
                    while place <= size {
                        sums[place] += 1
                        place += place & -place
                    }
                    seen += 1
                }
            }
        }
        return total
    }
}
