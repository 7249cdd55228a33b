/// Gives each box a layer below those of the boxes above it, without making a layer much too wide.
struct LayerAssignment {
    private(set) var layers: [Int]
    private let widths: [Int]
    private let limit: Int
    private let fixedCount: Int
    private var used: [Int] = []

    /// - Parameters:
    ///   - constraints: edges whose lower end has to lie in a deeper layer.
    ///   - drawn: those of them that are drawn, and should be short.
    init(_ input: LayeredLayout.Input, constraints: [(from: Int, to: Int)], drawn: [(from: Int, to: Int)]) {
        layers = Array(repeating: 0, count: input.boxes.count)
        widths = input.boxes.map { $0.width + LayeredLayout.boxGap }
        limit = input.width
        fixedCount = input.firstLayerCount
        fill(constraints)
        shorten(constraints, drawn)
    }

    /// Fills layer after layer with the boxes that have everything above them, those with the longest chain below first.
    private mutating func fill(_ constraints: [(from: Int, to: Int)]) {
        let count = layers.count
        var below = [[Int]](repeating: [], count: count)
        var missing = [Int](repeating: 0, count: count)
        for edge in constraints {
            below[edge.from].append(edge.to)
            missing[edge.to] += 1
        }
        let depth = Self.depths(below, missing)
        var ready = (0..<count).filter { missing[$0] == 0 && $0 >= fixedCount }
        func free(_ boxes: [Int]) {
            for box in boxes {
                for target in below[box] {
                    missing[target] -= 1
                    if missing[target] == 0 { ready.append(target) }
                }
            }
        }
        if fixedCount > 0 {
            used.append(widths[..<fixedCount].reduce(0, +))
            free(Array(0..<fixedCount))
        }
        while !ready.isEmpty {
            ready.sort { (depth[$1], $0) < (depth[$0], $1) }
            var width = 0
            var placed: [Int] = []
            var waiting: [Int] = []
            for box in ready {
                if placed.isEmpty || width + widths[box] <= limit {
                    layers[box] = used.count
                    width += widths[box]
                    placed.append(box)
                } else {
                    waiting.append(box)
                }
            }
            used.append(width)
            ready = waiting
            free(placed)
        }
    }

    /// The number of boxes on the longest chain down from each box.
    private static func depths(_ below: [[Int]], _ missing: [Int]) -> [Int] {
        var missing = missing
        var order = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for target in below[order[next]] {
                missing[target] -= 1
                if missing[target] == 0 { order.append(target) }
            }
            next += 1
        }
        var depth = [Int](repeating: 1, count: below.count)
        for box in order.reversed() { for target in below[box] { depth[box] = max(depth[box], depth[target] + 1) } }
        return depth
    }

    /// Moves boxes up or down within their bounds where that makes their edges shorter in sum and there is room.
    private mutating func shorten(_ constraints: [(from: Int, to: Int)], _ drawn: [(from: Int, to: Int)]) {
        var above = [[Int]](repeating: [], count: layers.count)
        var below = above
        var pull = [Int](repeating: 0, count: layers.count)
        for edge in constraints {
            above[edge.to].append(edge.from)
            below[edge.from].append(edge.to)
        }
        for edge in drawn {
            pull[edge.from] += 1
            pull[edge.to] -= 1
        }
        // A box that keeps its edges short saves more room below than it takes here.
        let roomy = limit * 3 / 2
        for _ in 0..<16 {
            var hasMoved = false
            for box in fixedCount..<layers.count where pull[box] != 0 {
                let first = above[box].map { layers[$0] + 1 }.max() ?? (fixedCount > 0 ? 1 : 0)
                let last = below[box].map { layers[$0] - 1 }.min() ?? used.count - 1
                let step = pull[box] > 0 ? 1 : -1
                let end = pull[box] > 0 ? last : first
                guard
                    let target = stride(from: end, to: layers[box], by: -step).first(where: {
                        used[$0] + widths[box] <= roomy
                    })
                else { continue }
                used[layers[box]] -= widths[box]
                used[target] += widths[box]
                layers[box] = target
                hasMoved = true
            }
            if !hasMoved { break }
        }
        removeEmptyLayers()
    }

    private mutating func removeEmptyLayers() {
        let kept = Set(layers).sorted()
        var places: [Int: Int] = [:]
        for (place, layer) in kept.enumerated() { places[layer] = place }
        layers = layers.map { places[$0] ?? 0 }
    }
}
