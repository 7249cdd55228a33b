extension AnswerGraph {
    /// For each package, in the order of ``packages``, those without which it would not be in the answer, as places in
    /// that order; itself among them.
    ///
    /// A package is there as long as one dependency on it is, or as long as all conditions of its `install_if` hold. So
    /// one that comes by its `install_if` goes with each of the packages that meet its conditions. What the world asks
    /// for goes with nothing.
    package func dominators() -> [[Int]] {
        let supports = supports()
        let words = (packages.count + 63) / 64
        let isReached = reachedPlaces(supports)
        func single(_ place: Int) -> [UInt64] {
            var row = [UInt64](repeating: 0, count: words)
            row[place / 64] |= 1 << UInt64(place % 64)
            return row
        }
        var rows = packages.indices.map { place in
            isReached[place] ? [UInt64](repeating: .max, count: words) : single(place)
        }
        var changes = true
        while changes {
            changes = false
            // Mostly what asks comes after what it asks for.
            for place in packages.indices.reversed() where isReached[place] {
                var common = [UInt64](repeating: .max, count: words)
                for support in supports[place] where support.allSatisfy({ isReached[$0] }) {
                    for word in 0..<words { common[word] &= support.reduce(0) { $0 | rows[$1][word] } }
                }
                common[place / 64] |= 1 << UInt64(place % 64)
                if common != rows[place] {
                    rows[place] = common
                    changes = true
                }
            }
        }
        return rows.map { row in packages.indices.filter { row[$0 / 64] & 1 << UInt64($0 % 64) != 0 } }
    }

    /// For each package what keeps it, each a list of places of packages that must all be there; an empty one is the
    /// world.
    func supports() -> [[[Int]]] {
        var places: [PackageID: Int] = [:]
        for (place, package) in packages.enumerated() { places[package] = place }
        var supports = [[[Int]]](repeating: [], count: packages.count)
        var conditions = [[Int]](repeating: [], count: packages.count)
        for edge in edges {
            guard let place = places[edge.provider] else { continue }
            guard let owner = edge.owner else {
                supports[place].append([])
                continue
            }
            guard let owner = places[owner], owner != place else { continue }
            if edge.isCondition { conditions[place].append(owner) } else { supports[place].append([owner]) }
        }
        for place in packages.indices {
            if !conditions[place].isEmpty { supports[place].append(conditions[place]) }
            // Nothing is there to go with what waits for absences, or with what is installed and simply stays.
            if supports[place].isEmpty { supports[place].append([]) }
        }
        return supports
    }

    private func reachedPlaces(_ supports: [[[Int]]]) -> [Bool] {
        var isReached = [Bool](repeating: false, count: packages.count)
        var grows = true
        while grows {
            grows = false
            for place in packages.indices.reversed() where !isReached[place] {
                guard supports[place].contains(where: { $0.allSatisfy { isReached[$0] } }) else { continue }
                isReached[place] = true
                grows = true
            }
        }
        return isReached
    }
}
