/// Indexes of a table that something is true of, one bit each.
struct BitSet: Sendable {
    private var words: [UInt64]

    /// - Parameter count: the number of indexes.
    init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) >> 6) }

    @inline(__always)
    func contains(_ index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 != 0 }

    @inline(__always)
    mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }
}
