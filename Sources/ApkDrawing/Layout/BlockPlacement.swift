/// Finds the horizontal place of each vertex, in the order of its layer, with room, and with long edges straight.
///
/// The method is that of Brandes and Köpf: vertices that should stand in one line are joined to blocks, from above and from
/// below, from the left and from the right; the blocks are pushed together; and each vertex takes the middle of the four
/// places that it gets so.
struct BlockPlacement {
    /// The middle of each vertex in pixels; the leftmost side is at 0.
    private(set) var centers: [Int]
    private let ordering: LayerOrdering
    private let positions: [Int]
    /// Segments of edges that must not be straight, because they cross a segment inside a long edge, which should be.
    private var conflicts: Set<Segment> = []

    private struct Segment: Hashable {
        var upper: Int
        var lower: Int
    }

    init(_ ordering: LayerOrdering) {
        self.ordering = ordering
        centers = Array(repeating: 0, count: ordering.layerOf.count)
        var positions = centers
        for layer in ordering.layers { for (position, vertex) in layer.enumerated() { positions[vertex] = position } }
        self.positions = positions
        findConflicts()
        var placements: [[Int]] = []
        for isFromAbove in [true, false] {
            for isFromLeft in [true, false] {
                let roots = align(isFromAbove: isFromAbove, isFromLeft: isFromLeft)
                placements.append(compact(roots, isFromLeft: isFromLeft))
            }
        }
        combine(placements)
    }

    /// Marks the segments that cross one between two vertices of long edges.
    private mutating func findConflicts() {
        for upper in ordering.layers {
            let segments = upper.flatMap { vertex in
                ordering.below[vertex].map {
                    (upper: positions[vertex], lower: positions[$0], segment: Segment(upper: vertex, lower: $0))
                }
            }
            let inner = segments.filter { !ordering.isBox($0.segment.upper) && !ordering.isBox($0.segment.lower) }
            for segment in segments
            where ordering.isBox(segment.segment.upper) || ordering.isBox(segment.segment.lower) {
                let isCrossing = inner.contains {
                    ($0.upper < segment.upper && $0.lower > segment.lower)
                        || ($0.upper > segment.upper && $0.lower < segment.lower)
                }
                if isCrossing { conflicts.insert(segment.segment) }
            }
        }
    }

    /// Joins each vertex with the middle one of its neighbours in the layer before, unless that would cross another pair.
    ///
    /// - Returns: for each vertex the first of its block.
    private func align(isFromAbove: Bool, isFromLeft: Bool) -> [Int] {
        var roots = Array(centers.indices)
        // What the walk sees first belongs to the block already; so a vertex can take its neighbour's block at once.
        let layers = isFromAbove ? ordering.layers : ordering.layers.reversed()
        var isJoined = [Bool](repeating: false, count: roots.count)
        for layer in layers.dropFirst() {
            var limit = isFromLeft ? -1 : Int.max
            for vertex in isFromLeft ? layer : layer.reversed() {
                let neighbours = (isFromAbove ? ordering.above[vertex] : ordering.below[vertex]).sorted {
                    positions[$0] < positions[$1]
                }
                guard !neighbours.isEmpty else { continue }
                var medians = [(neighbours.count - 1) / 2, neighbours.count / 2]
                if !isFromLeft { medians.reverse() }
                for median in medians {
                    let other = neighbours[median]
                    let segment =
                        isFromAbove ? Segment(upper: other, lower: vertex) : Segment(upper: vertex, lower: other)
                    let isFree = isFromLeft ? positions[other] > limit : positions[other] < limit
                    guard isFree, !isJoined[other], !conflicts.contains(segment) else { continue }
                    roots[vertex] = roots[other]
                    isJoined[other] = true
                    limit = positions[other]
                    break
                }
            }
        }
        return roots
    }

    /// Pushes the blocks together to one side, then each back as far as the others let it, so that none strays.
    private func compact(_ roots: [Int], isFromLeft: Bool) -> [Int] {
        // Blocks with the least distance to the next one; in mirror image where they are pushed to the right.
        var after: [Int: [Int: Int]] = [:]
        var before: [Int: Int] = [:]
        for layer in ordering.layers {
            let vertices = isFromLeft ? layer : layer.reversed()
            for (left, right) in zip(vertices, vertices.dropFirst()) {
                let distance = ordering.halfWidths[left] + ordering.halfWidths[right]
                let known = after[roots[left]]?[roots[right]]
                if known == nil { before[roots[right], default: 0] += 1 }
                after[roots[left], default: [:]][roots[right]] = max(known ?? 0, distance)
            }
        }
        var order = Set(roots).sorted().filter { before[$0] == nil }
        var place = [Int](repeating: 0, count: roots.count)
        for block in order { place[block] = ordering.halfWidths[block] }
        var next = 0
        while next < order.count {
            let block = order[next]
            next += 1
            for (other, distance) in (after[block] ?? [:]).sorted(by: { $0.key < $1.key }) {
                place[other] = max(place[other], place[block] + distance)
                before[other, default: 0] -= 1
                if before[other] == 0 { order.append(other) }
            }
        }
        for block in order.reversed() {
            let room = (after[block] ?? [:]).map { place[$0.key] - $0.value }.min()
            if let room, room > place[block] { place[block] = room }
        }
        return roots.map { isFromLeft ? place[$0] : -place[$0] }
    }

    /// Lays the four placements over the narrowest one, and takes the middle.
    private mutating func combine(_ placements: [[Int]]) {
        let all = placements.map(sides)
        guard let narrowest = all.min(by: { $0.right - $0.left < $1.right - $1.left }) else { return }
        for vertex in centers.indices {
            var places = placements.indices.map { number in
                let shift =
                    number.isMultiple(of: 2) ? narrowest.left - all[number].left : narrowest.right - all[number].right
                return placements[number][vertex] + shift
            }
            places.sort()
            // Rounded the same way for all, which keeps the distances.
            centers[vertex] = (places[1] + places[2]) >> 1
        }
        let left = sides(centers).left
        for vertex in centers.indices { centers[vertex] -= left }
    }

    /// The width of the whole in pixels.
    var width: Int { sides(centers).right }

    private func sides(_ placement: [Int]) -> (left: Int, right: Int) {
        let halves = ordering.halfWidths
        return (
            placement.indices.map { placement[$0] - halves[$0] }.min() ?? 0,
            placement.indices.map { placement[$0] + halves[$0] }.max() ?? 0
        )
    }
}
