/// One growing list per literal, all in one array: where a literal occurs.
///
/// A list that outgrows its place moves to the end with twice the room; what the moves leave behind is less than what
/// is in use. Lists never move while another list grows, so one may be walked by position while others are appended to.
struct OccurrenceLists<Element: BitwiseCopyable & Sendable>: Sendable {
    struct Slot: Sendable, BitwiseCopyable {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var capacity: UInt32 = 0
    }

    private(set) var slots: [Slot] = []
    var elements: [Element] = []
    private let filler: Element

    /// - Parameter filler: the value of unused places; never read.
    init(filler: Element) { self.filler = filler }

    mutating func addLists(_ count: Int) {
        for _ in 0..<count { slots.append(Slot()) }
    }

    @inline(__always)
    func slot(of literal: Literal) -> Slot { slots[literal.index] }

    @inline(__always)
    func isEmpty(_ literal: Literal) -> Bool { slots[literal.index].count == 0 }

    @inline(__always)
    func range(of literal: Literal) -> Range<Int> {
        let slot = slots[literal.index]
        return Int(slot.start)..<Int(slot.start) + Int(slot.count)
    }

    @inline(__always)
    mutating func append(_ element: Element, to literal: Literal) {
        let slot = slots[literal.index]
        if slot.count == slot.capacity { grow(literal) }
        elements[Int(slots[literal.index].start) + Int(slot.count)] = element
        slots[literal.index].count = slot.count + 1
    }

    @inline(__always)
    mutating func truncate(_ literal: Literal, to count: Int) {
        slots[literal.index].count = UInt32(truncatingIfNeeded: count)
    }

    /// Removes the elements of a list that match; the others keep their order.
    mutating func remove(from literal: Literal, where matches: (Element) -> Bool) {
        let range = range(of: literal)
        var kept = range.lowerBound
        for place in range where !matches(elements[place]) {
            elements[kept] = elements[place]
            kept += 1
        }
        truncate(literal, to: kept - range.lowerBound)
    }

    @inline(never)
    private mutating func grow(_ literal: Literal) {
        let slot = slots[literal.index]
        let capacity = max(2, slot.capacity * 2)
        precondition(elements.count + Int(capacity) <= Int(UInt32.max), "occurrence lists are full")
        let start = UInt32(elements.count)
        // Element by element: appending a slice of the array to itself would copy the whole array first.
        elements.append(contentsOf: repeatElement(filler, count: Int(capacity)))
        for offset in 0..<Int(slot.count) { elements[Int(start) + offset] = elements[Int(slot.start) + offset] }
        slots[literal.index] = Slot(start: start, count: slot.count, capacity: capacity)
    }
}
