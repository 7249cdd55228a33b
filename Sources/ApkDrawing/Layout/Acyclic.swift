/// A graph whose edges were turned where needed, so that none of them closes a cycle.
struct Acyclic {
    private(set) var edges: [(from: Int, to: Int)]
    /// Whether each edge was turned.
    private(set) var isReversed: [Bool]
    private let count: Int

    /// Walks the graph depth first in the order of the input, and turns each edge that leads back to where the walk came
    /// from.
    init(count: Int, edges: [(from: Int, to: Int)]) {
        self.count = count
        self.edges = edges
        isReversed = Array(repeating: false, count: edges.count)
        var outgoing = [[Int]](repeating: [], count: count)
        for (place, edge) in edges.enumerated() { outgoing[edge.from].append(place) }
        enum State { case new, open, done }
        var states = [State](repeating: .new, count: count)
        var path: [(vertex: Int, next: Int)] = []
        for start in 0..<count where states[start] == .new {
            path.append((start, 0))
            states[start] = .open
            while let (vertex, next) = path.last {
                guard next < outgoing[vertex].count else {
                    states[vertex] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let place = outgoing[vertex][next]
                let target = edges[place].to
                switch states[target] {
                case .new:
                    states[target] = .open
                    path.append((target, 0))
                case .open: reverse(place)
                case .done: break
                }
            }
        }
    }

    private mutating func reverse(_ place: Int) {
        edges[place] = (edges[place].to, edges[place].from)
        isReversed[place] = true
    }

    /// The places of the edges that no longer chain implies. Turned edges are kept: they say something of their own.
    func transitiveReduction() -> [Int] {
        var outgoing = [[Int]](repeating: [], count: count)
        for edge in edges { outgoing[edge.from].append(edge.to) }
        let order = topologicalOrder(outgoing)
        var places = [Int](repeating: 0, count: count)
        for (place, vertex) in order.enumerated() { places[vertex] = place }
        // For each vertex one bit for each that a chain leads to, itself included.
        let words = (count + 63) / 64
        var reachable = [UInt64](repeating: 0, count: count * words)
        var kept: Set<Pair> = []
        for vertex in order.reversed() {
            // Near ends first: what a near end reaches needs no edge of its own.
            for target in outgoing[vertex].sorted(by: { places[$0] < places[$1] }) {
                if reachable[vertex * words + target / 64] >> UInt64(target % 64) & 1 == 1 { continue }
                kept.insert(Pair(from: vertex, to: target))
                for word in 0..<words { reachable[vertex * words + word] |= reachable[target * words + word] }
            }
            reachable[vertex * words + vertex / 64] |= 1 << UInt64(vertex % 64)
        }
        return edges.indices.filter { place in
            let edge = edges[place]
            guard edge.from != edge.to else { return false }
            return isReversed[place] || kept.contains(Pair(from: edge.from, to: edge.to))
        }
    }

    private struct Pair: Hashable {
        var from: Int
        var to: Int
    }

    private func topologicalOrder(_ outgoing: [[Int]]) -> [Int] {
        var missing = [Int](repeating: 0, count: count)
        for (from, targets) in outgoing.enumerated() {
            for target in targets where target != from { missing[target] += 1 }
        }
        var order = (0..<count).filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for target in outgoing[order[next]] where target != order[next] {
                missing[target] -= 1
                if missing[target] == 0 { order.append(target) }
            }
            next += 1
        }
        return order
    }
}
