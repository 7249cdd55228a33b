/// For each index of one table a list of indexes of another, all lists in one array.
package struct Adjacency: Sendable {
    /// Where each list starts; one more than there are lists.
    package let starts: Table<UInt32>
    /// The lists, one after another.
    package let elements: Table<UInt32>

    /// Lists that were made before.
    init(starts: Table<UInt32>, elements: Table<UInt32>) {
        self.starts = starts
        self.elements = elements
    }

    /// Makes the lists by calling `visit` twice with a function that adds an element to a list: once to count, once
    /// to fill. Both calls must add the same; the order of the second call is the order of each list.
    package init(count: Int, visit: ((_ list: Int, _ element: UInt32) -> Void) -> Void) {
        var starts = [UInt32](repeating: 0, count: count + 2)
        visit { list, _ in starts[list + 2] += 1 }
        for list in 0..<count { starts[list + 2] += starts[list + 1] }
        var elements = [UInt32](repeating: 0, count: Int(starts[count + 1]))
        visit { list, element in
            elements[Int(starts[list + 1])] = element
            starts[list + 1] += 1
        }
        starts.removeLast()
        self.starts = Table(starts)
        self.elements = Table(elements)
    }

    /// The places of a list in ``elements``; empty for lists beyond the last.
    @inline(__always)
    package func range(_ list: Int) -> Range<Int> {
        guard list + 1 < starts.count else { return 0..<0 }
        return Int(starts[list])..<Int(starts[list + 1])
    }

    package subscript(list: Int) -> Slice<Table<UInt32>> { elements[range(list)] }
}
