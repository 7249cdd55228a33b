internal import ApkSolver

/// Names of packages that look like a name that nothing has.
enum NearestNames {
    /// The most similar names that some package has, the nearest first; ties by name.
    static func find(_ name: String, in universe: Universe, most: Int) -> [String] {
        let wanted = Array(name.utf8)
        let limit = max(1, wanted.count / 3)
        var found: [(distance: Int, name: String)] = []
        universe.forEachProvidedName { candidate in
            guard abs(candidate.count - wanted.count) <= limit,
                let distance = editDistance(wanted, Array(candidate), limit: limit)
            else { return }
            found.append((distance, String(decoding: candidate, as: UTF8.self)))
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(most).map(\.name)
    }
}

/// The least number of bytes to insert, delete, replace or swap with a neighbour that makes one text of another; nil if
/// it is more than `limit`.
package func editDistance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = previous
    for row in 0..<left.count {
        current[0] = row + 1
        var least = current[0]
        for column in 0..<right.count {
            let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
            var distance = min(substitution, previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                distance = min(distance, beforePrevious[column - 1] + 1)
            }
            current[column + 1] = distance
            least = min(least, distance)
        }
        if least > limit { return nil }
        (beforePrevious, previous, current) = (previous, current, beforePrevious)
    }
    return previous[right.count] <= limit ? previous[right.count] : nil
}
