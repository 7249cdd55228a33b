/// The dependencies that were read last, by the values that lead to them.
///
/// An index names the same library thousands of times, and writers store equal objects once, so that the place of an
/// object says which dependency it is. An entry is found by the low bits of the place alone and makes room for the next
/// that falls on it: nearly all repetitions are near, and a table this small stays in the processor's cache.
struct ADBRequirementCache: ~Copyable {
    private struct Entry {
        /// The value in the slot of an array, type and place; 0 where there is none.
        var value: UInt32
        /// Where the object ends: arrays that refer to it start there or later.
        var end: UInt32
        var requirement: Requirement
    }

    private static let count = 1 << 13
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: Self.count)
        let none = Requirement(name: NameID(0), version: .none, relation: [])
        entries.initialize(repeating: Entry(value: 0, end: .max, requirement: none), count: Self.count)
    }

    deinit { entries.deallocate() }

    /// The dependency that a value leads to from an array at `place`.
    @inline(__always)
    func find(_ value: UInt32, from place: Int) -> Requirement? {
        let entry = entries[Self.slot(value)]
        return entry.value == value && Int(entry.end) <= place ? entry.requirement : nil
    }

    /// Keeps a dependency that was found to be readable.
    @inline(__always)
    func keep(_ requirement: Requirement, of value: UInt32, end: Int) {
        entries[Self.slot(value)] = Entry(
            value: value, end: UInt32(truncatingIfNeeded: end), requirement: requirement)
    }

    /// Objects stand at multiples of 4.
    @inline(__always)
    private static func slot(_ value: UInt32) -> Int { Int(value >> 2) & (count - 1) }
}
