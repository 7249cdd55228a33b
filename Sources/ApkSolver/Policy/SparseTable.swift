/// A value for each index of a large table of which few are ever touched.
///
/// Values live in pages that are made when one of them is first written; all others read as the default. So a problem
/// over a universe of any size costs what its answer touches, and four bytes for each page that it does not.
struct SparseTable<Value: Sendable>: Sendable {
    private static var pageBits: Int { 4 }
    /// For each page its place in ``values``, in pages; 0 is the page of defaults that all untouched ones share.
    private var places: [UInt32]
    private var values: [Value]
    private let untouched: Value

    /// - Parameter count: the number of indexes.
    init(count: Int, default value: Value) {
        let pageSize = 1 << Self.pageBits
        places = [UInt32](repeating: 0, count: (count + pageSize - 1) >> Self.pageBits)
        untouched = value
        values = []
        values.reserveCapacity(64 * pageSize)
        values.append(contentsOf: repeatElement(value, count: pageSize))
    }

    /// The number of indexes, rounded up to whole pages.
    var count: Int { places.count << Self.pageBits }

    subscript(index: Int) -> Value {
        @inline(__always)
        get { values[Int(places[index >> Self.pageBits]) << Self.pageBits | index & (1 << Self.pageBits - 1)] }
        @inline(__always)
        _modify {
            var place = Int(places[index >> Self.pageBits])
            if place == 0 { place = makePage(of: index) }
            yield &values[place << Self.pageBits | index & (1 << Self.pageBits - 1)]
        }
    }

    @inline(never)
    private mutating func makePage(of index: Int) -> Int {
        let place = values.count >> Self.pageBits
        places[index >> Self.pageBits] = UInt32(truncatingIfNeeded: place)
        values.append(contentsOf: repeatElement(untouched, count: 1 << Self.pageBits))
        return place
    }

    /// Calls `body` with the index and value of everything on a page that was written to, in the order of indexes.
    func forEachTouched(_ body: (Int, Value) -> Void) {
        for page in places.indices where places[page] != 0 {
            for offset in 0..<(1 << Self.pageBits) {
                body(page << Self.pageBits | offset, values[Int(places[page]) << Self.pageBits | offset])
            }
        }
    }
}
