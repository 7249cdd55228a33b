/// Fills a rectangle with tiles whose areas compare as given sizes do, each as square as possible.
///
/// The method is that of Bruls, Huizing and van Wijk: rows along the shorter side, each extended as long as that improves
/// its worst tile.
struct SquarifiedTreemap {
    struct Tile: Hashable {
        /// The place of the size in the input.
        var item: Int
        var x: Int
        var y: Int
        var width: Int
        var height: Int
    }

    /// The tiles, the largest first; sizes of 0 have none.
    private(set) var tiles: [Tile] = []

    init(sizes: [Int], width: Int, height: Int) {
        let items = sizes.indices.filter { sizes[$0] > 0 }.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        let total = items.reduce(0.0) { $0 + Double(sizes[$1]) }
        guard total > 0 else { return }
        let scale = Double(width) * Double(height) / total
        var free = Rectangle(x: 0, y: 0, width: Double(width), height: Double(height))
        var start = 0
        while start < items.count {
            let side = min(free.width, free.height)
            var end = start
            var sum = 0.0
            var worst = Double.infinity
            let largest = Double(sizes[items[start]]) * scale
            while end < items.count {
                let area = Double(sizes[items[end]]) * scale
                let longer = sum + area
                let ratio = max(side * side * largest / (longer * longer), longer * longer / (side * side * area))
                if ratio > worst { break }
                (worst, sum) = (ratio, longer)
                end += 1
            }
            place(
                items[start..<end].map { ($0, Double(sizes[$0]) * scale) }, sum, in: &free, isLast: end == items.count)
            start = end
        }
    }

    private struct Rectangle {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
    }

    /// Places one row along the shorter side and takes its strip away.
    private mutating func place(
        _ row: [(item: Int, area: Double)], _ sum: Double, in free: inout Rectangle, isLast: Bool
    ) {
        let isColumn = free.width >= free.height
        let side = isColumn ? free.height : free.width
        let depth = isLast ? (isColumn ? free.width : free.height) : sum / side
        var offset = 0.0
        for (place, (item, area)) in row.enumerated() {
            let end = place == row.count - 1 ? side : offset + area / sum * side
            // Neighbours round the same number, so that there is neither gap nor overlap.
            let along = Self.span(isColumn ? free.y : free.x, offset, end)
            let across = Self.span(isColumn ? free.x : free.y, 0, depth)
            let (x, y) = isColumn ? (across, along) : (along, across)
            tiles.append(
                Tile(item: item, x: x.lowerBound, y: y.lowerBound, width: x.count, height: y.count))
            offset = end
        }
        if isColumn {
            free.x += depth
            free.width -= depth
        } else {
            free.y += depth
            free.height -= depth
        }
    }

    private static func span(_ origin: Double, _ start: Double, _ end: Double) -> Range<Int> {
        let first = Int((origin + start).rounded())
        return first..<max(first, Int((origin + end).rounded()))
    }
}
