extension AnswerGraph {
    /// Chains of edges without repetition from the world to a package, the shortest first; equally long ones in the
    /// order of the edges, from the package backwards.
    ///
    /// - Parameter limit: the most chains; a graph can have exponentially many.
    /// - Returns: the chains, and whether these are all.
    package func chains(to target: PackageID, limit: Int) -> (chains: [[Edge]], isComplete: Bool) {
        let byProvider = Dictionary(
            grouping: edges.indices.filter { edges[$0].owner != edges[$0].provider }
        ) { edges[$0].provider }
        let distances = distancesFromWorld()
        // Each partial chain ends at the target and knows the one that it prolongs; it waits in the list of the length
        // that it has at least when it is complete. Only owners that the world reaches are worth a look.
        var partial: [(edge: Int, next: Int)] = []
        var waiting: [[Int]] = []
        func add(_ edge: Int, next: Int, depth: Int) {
            let rest = edges[edge].owner.map { distances[$0] } ?? 0
            guard let rest else { return }
            partial.append((edge, next))
            while waiting.count <= depth + rest { waiting.append([]) }
            waiting[depth + rest].append(partial.count - 1)
        }
        for edge in byProvider[target] ?? [] { add(edge, next: -1, depth: 1) }
        var result: [[Edge]] = []
        var length = 0
        while length < waiting.count {
            var place = 0
            while place < waiting[length].count {
                guard result.count < limit, partial.count < limit * 500 else { return (result, false) }
                let last = waiting[length][place]
                place += 1
                var chain: [Edge] = []
                var next = last
                while next >= 0 {
                    chain.append(edges[partial[next].edge])
                    next = partial[next].next
                }
                guard let owner = chain[0].owner else {
                    result.append(chain)
                    continue
                }
                for edge in byProvider[owner] ?? []
                where !chain.contains(where: { $0.provider == owner || $0.provider == edges[edge].owner }) {
                    add(edge, next: last, depth: chain.count + 1)
                }
            }
            length += 1
        }
        return (result, true)
    }

    /// For each package that a chain leads to, the length of the shortest one.
    private func distancesFromWorld() -> [PackageID: Int] {
        let byOwner = Dictionary(grouping: edges) { $0.owner }
        var distances: [PackageID: Int] = [:]
        var pending: [PackageID?] = [nil]
        var next = 0
        while next < pending.count {
            let owner = pending[next]
            let distance = owner.flatMap { distances[$0] } ?? 0
            for edge in byOwner[owner] ?? [] where distances[edge.provider] == nil {
                distances[edge.provider] = distance + 1
                pending.append(edge.provider)
            }
            next += 1
        }
        return distances
    }
}
