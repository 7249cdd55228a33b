/// Places vertices near their neighbours above and below, in the order of their layer, with room.
///
/// For one layer this is a least squares problem with an order, which pooling neighbours solves exactly; sweeps over all
/// layers let them settle. Long edges pull harder than short ones, so that they come out nearly straight.
struct PooledPlacement {
    /// The middle of each vertex in pixels; the leftmost side is at 0.
    private(set) var centers: [Int]
    private let ordering: LayerOrdering
    private var x: [Double]

    init(_ ordering: LayerOrdering) {
        self.ordering = ordering
        centers = Array(repeating: 0, count: ordering.layerOf.count)
        x = Array(repeating: 0, count: ordering.layerOf.count)
        pack()
        let layers = Array(ordering.layers.indices)
        for sweep in 0..<80 {
            // At first one side only, so that what hangs together lines up; then both.
            let isDownwards = sweep.isMultiple(of: 2)
            for layer in isDownwards ? layers : layers.reversed() {
                settle(layer, usesAbove: sweep >= 8 || isDownwards, usesBelow: sweep >= 8 || !isDownwards)
            }
        }
        roundCenters()
    }

    /// Every layer side by side, around a common middle.
    private mutating func pack() {
        for layer in ordering.layers {
            let width = layer.reduce(0) { $0 + 2 * ordering.halfWidths[$1] }
            var left = -width / 2
            for vertex in layer {
                x[vertex] = Double(left + ordering.halfWidths[vertex])
                left += 2 * ordering.halfWidths[vertex]
            }
        }
    }

    private func pull(_ vertex: Int, _ other: Int) -> Double {
        switch (ordering.isBox(vertex), ordering.isBox(other)) {
        case (true, true): 1
        case (false, false): 8
        default: 2
        }
    }

    private mutating func settle(_ layer: Int, usesAbove: Bool, usesBelow: Bool) {
        let vertices = ordering.layers[layer]
        let offsets = offsets(vertices)
        var groups: [(sum: Double, weight: Double, count: Int)] = []
        for (place, vertex) in vertices.enumerated() {
            // A pull to the middle keeps the picture together, and gives a place to what nothing else pulls.
            var weight = 0.06
            var sum = 0.0
            for other in usesAbove ? ordering.above[vertex] : [] {
                sum += pull(vertex, other) * x[other]
                weight += pull(vertex, other)
            }
            for other in usesBelow ? ordering.below[vertex] : [] {
                sum += pull(vertex, other) * x[other]
                weight += pull(vertex, other)
            }
            groups.append((sum - weight * Double(offsets[place]), weight, 1))
            // Pool neighbours whose wishes contradict their order.
            while groups.count > 1 {
                let (last, before) = (groups[groups.count - 1], groups[groups.count - 2])
                guard before.sum / before.weight > last.sum / last.weight else { break }
                groups.removeLast()
                groups[groups.count - 1] = (
                    before.sum + last.sum, before.weight + last.weight, before.count + last.count
                )
            }
        }
        var place = 0
        for group in groups {
            for _ in 0..<group.count {
                x[vertices[place]] = group.sum / group.weight + Double(offsets[place])
                place += 1
            }
        }
    }

    /// How far each vertex of a layer stands from the first at least.
    private func offsets(_ vertices: [Int]) -> [Int] {
        var offsets: [Int] = []
        for (place, vertex) in vertices.enumerated() {
            guard place > 0, let last = offsets.last else {
                offsets.append(0)
                continue
            }
            offsets.append(last + ordering.halfWidths[vertices[place - 1]] + ordering.halfWidths[vertex])
        }
        return offsets
    }

    /// Whole pixels; rounding what exceeds the least distances cannot make two vertices meet.
    private mutating func roundCenters() {
        for vertices in ordering.layers {
            var least = Int.min
            for (vertex, offset) in zip(vertices, offsets(vertices)) {
                least = max(least, Int((x[vertex] - Double(offset)).rounded()))
                centers[vertex] = least + offset
            }
        }
        let left = centers.indices.map { centers[$0] - ordering.halfWidths[$0] }.min() ?? 0
        for vertex in centers.indices { centers[vertex] -= left }
    }
}
