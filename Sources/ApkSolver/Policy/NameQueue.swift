/// The names that wait for a decision, the most urgent first (`apk-solver.md` §8).
///
/// Names that can be decided at once stand in a first-in-first-out list; the others in two heaps ordered by a fixed
/// priority. A heap is cleaned lazily: what has left its queue is skipped when it comes up.
struct NameQueue {
    private var now: [UInt32] = []
    private var nowHead = 0
    private var selectable = PriorityHeap()
    private var unresolved = PriorityHeap()

    mutating func insert(_ name: NameID, into queue: NameState.Queue, priority: Int64) {
        switch queue {
        case .now: now.append(name.rawValue)
        case .selectable: selectable.insert(name.rawValue, priority: priority)
        case .unresolved: unresolved.insert(name.rawValue, priority: priority)
        case .none: break
        }
    }

    /// Takes the next name whose state still says that it waits in the queue it is found in.
    mutating func next(_ states: borrowing SparseTable<NameState>) -> NameID? {
        while nowHead < now.count {
            let name = Int(now[nowHead])
            nowHead += 1
            if states[name].queue == .now { return NameID(name) }
        }
        while let name = selectable.removeFirst() {
            if states[Int(name)].queue == .selectable { return NameID(Int(name)) }
        }
        while let name = unresolved.removeFirst() {
            if states[Int(name)].queue == .unresolved { return NameID(Int(name)) }
        }
        return nil
    }
}

/// A binary heap of names by priority, the largest first.
struct PriorityHeap {
    private var entries: [(priority: Int64, name: UInt32)] = []

    mutating func insert(_ name: UInt32, priority: Int64) {
        entries.append((priority, name))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if entries[parent].priority >= entries[child].priority { break }
            entries.swapAt(parent, child)
            child = parent
        }
    }

    mutating func removeFirst() -> UInt32? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first.name }
        entries[0] = last
        var parent = 0
        while true {
            var largest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].priority > entries[largest].priority { largest = child }
            }
            if largest == parent { break }
            entries.swapAt(parent, largest)
            parent = largest
        }
        return first.name
    }
}
