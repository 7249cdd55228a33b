import ApkTestSupport
import Testing

@testable import ApkDrawing

/// What holds for every drawing, whatever the graph.
@Suite struct LayoutProperties {
    @Test(arguments: [(0, 40), (1, 40), (2, 25), (8, 20), (30, 10), (90, 3), (300, 1)])
    func ofRandomGraphs(_ count: Int, _ seeds: Int) {
        for seed in 0..<UInt64(seeds) {
            let picture = GraphPicture(.random(seed: seed, count: count))
            #expect(boxesThatMeet(picture) == [], "seed \(seed)")
            #expect(edgesThatRise(picture) == [], "seed \(seed)")
            #expect(edgesThroughBoxes(picture) == [], "seed \(seed)")
            #expect(edgesThatNothingStandsFor(picture) == [], "seed \(seed)")
        }
    }

    /// Boxes nearer to another than 8 pixels, or beyond the picture.
    private func boxesThatMeet(_ picture: GraphPicture) -> [Int] {
        let boxes = zip(picture.layout.origins, picture.cards).map { Box($0, $1) }
        return boxes.indices.filter { place in
            let box = boxes[place]
            if box.left < 0 || box.right > picture.layout.width || box.top < 0 || box.bottom > picture.layout.height {
                return true
            }
            return boxes.dropFirst(place + 1).contains { other in
                box.right + 8 > other.left && other.right + 8 > box.left && box.bottom + 8 > other.top
                    && other.bottom + 8 > box.top
            }
        }
    }

    /// Edges that do not lead from the lower side of a box down to the upper side of one in a deeper layer.
    private func edgesThatRise(_ picture: GraphPicture) -> [Int] {
        picture.layout.routes.filter { route in
            let (upper, lower) = ends(picture, route)
            let start = picture.layout.origins[upper].y + picture.cards[upper].height
            let isRight =
                picture.layout.layers[upper] < picture.layout.layers[lower] && route.points.first?.y == start
                && route.points.last?.y == picture.layout.origins[lower].y
            return !isRight || zip(route.points, route.points.dropFirst()).contains { $0.y > $1.y }
        }.map(\.edge)
    }

    /// Edges that pass a box which is not their own.
    private func edgesThroughBoxes(_ picture: GraphPicture) -> [Int] {
        let boxes = zip(picture.layout.origins, picture.cards).map { Box($0, $1) }
        return picture.layout.routes.filter { route in
            let (upper, lower) = ends(picture, route)
            return zip(route.points, route.points.dropFirst()).contains { point, next in
                let (left, right) = (min(point.x, next.x), max(point.x, next.x))
                return boxes.indices.contains { place in
                    let box = boxes[place]
                    return place != upper && place != lower && right >= box.left && left <= box.right
                        && next.y > box.top && point.y < box.bottom
                }
            }
        }.map(\.edge)
    }

    /// Edges that are neither drawn nor stand as a dot nor follow from a chain of those.
    private func edgesThatNothingStandsFor(_ picture: GraphPicture) -> [Int] {
        let graph = picture.graph
        var next = [[Int]](repeating: [], count: picture.cards.count)
        for route in picture.layout.routes {
            let (upper, lower) = ends(picture, route)
            // A turned edge leads upwards; that the graph has a way down too is up to the other edges.
            if route.isReversed { next[lower].append(upper) } else { next[upper].append(lower) }
        }
        let first = graph.requests.count
        for hub in picture.hubs { for asker in hub.askers { next[first + asker].append(first + hub.package) } }
        return graph.edges.indices.filter { index in
            let edge = graph.edges[index]
            let from = place(edge.from, first)
            var seen: Set<Int> = [from]
            var pending = [from]
            while let vertex = pending.popLast() {
                for target in next[vertex] where seen.insert(target).inserted { pending.append(target) }
            }
            return !seen.contains(first + edge.to)
        }
    }

    private func ends(_ picture: GraphPicture, _ route: LayeredLayout.Route) -> (upper: Int, lower: Int) {
        let edge = picture.graph.edges[route.edge]
        let first = picture.graph.requests.count
        let (from, to) = (place(edge.from, first), first + edge.to)
        return route.isReversed ? (to, from) : (from, to)
    }

    private func place(_ end: PackageGraph.End, _ first: Int) -> Int {
        switch end {
        case .request(let place): place
        case .package(let place): first + place
        }
    }

    private struct Box {
        var left, top, right, bottom: Int

        init(_ origin: LayeredLayout.Point, _ card: Card) {
            (left, top, right, bottom) = (origin.x, origin.y, origin.x + card.width, origin.y + card.height)
        }
    }
}

/// Tiles of the map of sizes.
@Suite struct TreemapProperties {
    @Test(arguments: [1, 2, 7, 60, 300])
    func tilesFillTheMapWithoutOverlap(_ count: Int) {
        for seed in 0..<10 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let sizes = (0..<count).map { _ in 1 << Int.random(in: 0...22, using: &random) }
            let tiles = SquarifiedTreemap(sizes: sizes, width: 1200, height: 720).tiles
            #expect(Set(tiles.map(\.item)) == Set(sizes.indices))
            #expect(tiles.reduce(0) { $0 + $1.width * $1.height } == 1200 * 720, "seed \(seed)")
            let meeting = tiles.indices.filter { place in
                let tile = tiles[place]
                return tiles.dropFirst(place + 1).contains { other in
                    tile.x < other.x + other.width && other.x < tile.x + tile.width
                        && tile.y < other.y + other.height && other.y < tile.y + tile.height
                }
            }
            #expect(meeting == [], "seed \(seed)")
        }
    }

    @Test func areasCompareAsSizesDo() {
        let tiles = SquarifiedTreemap(sizes: [300, 0, 100, 200], width: 1200, height: 600).tiles
        #expect(tiles.map(\.item) == [0, 3, 2])
        #expect(tiles.map { $0.width * $0.height } == [360_000, 240_000, 120_000])
    }
}
