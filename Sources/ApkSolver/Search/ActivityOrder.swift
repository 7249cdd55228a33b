/// Decides about what took part in recent conflicts first; for proofs, where no order of the caller is known to help.
///
/// After these come literals that are better false because they cost something, then what a reference model makes
/// false, so that a clause which needs one of its literals gets the one that the reference model gave it. The rest is
/// left to the completion.
/// Activities are integers, so the order is the same on every machine.
struct ActivityOrder: DecisionPolicy, Sendable {
    /// Per variable: how often and how recently it was involved.
    private var activities: [UInt64] = []
    /// What an involvement adds; grows with each conflict, which is how older ones fade.
    private var increment: UInt64 = 1 << 20
    /// Variables with an activity.
    private var active: [UInt32] = []
    /// A binary heap of active variables, the most active on top; assigned ones are dropped when met.
    private var heap: [UInt32] = []
    /// Per variable: its place in the heap; -1 if it is not there.
    private var places: [Int32] = []

    /// Literals to make true before the reference model is followed: the negations of what costs something.
    var savings: [Literal] = []
    /// The negations of what the reference model makes false.
    private var exclusions: [Literal] = []
    /// Per variable: whether the reference model makes it true.
    private var phases: [Bool] = []
    private var cursor = LevelCursor()

    /// Decides like the given model where nothing else says what to do.
    mutating func follow(_ model: Model) {
        phases = (0..<model.variableCount).map { model[Literal(variable: $0)] }
        exclusions = phases.indices.filter { !phases[$0] }.map { Literal(variable: $0, negated: true) }
    }

    mutating func searchWillBegin(variableCount: Int) {
        while activities.count < variableCount {
            activities.append(0)
            places.append(-1)
        }
        cursor.reset()
        rebuildHeap()
    }

    mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal? {
        while let variable = removeTop() {
            let positive = Literal(variable: variable)
            guard assignment.isOpen(positive) else { continue }
            return variable < phases.count && phases[variable] ? positive : !positive
        }
        var position = cursor.position(atLevel: assignment.level)
        defer { cursor.note(position, atLevel: assignment.level) }
        while position < savings.count {
            if assignment.isOpen(savings[position]) { return savings[position] }
            position += 1
        }
        while position < savings.count + exclusions.count {
            let exclusion = exclusions[position - savings.count]
            if assignment.isOpen(exclusion) { return exclusion }
            position += 1
        }
        return nil
    }

    mutating func variableWasInvolved(_ variable: Int) {
        if activities[variable] == 0 { active.append(UInt32(truncatingIfNeeded: variable)) }
        activities[variable] += increment
        if places[variable] >= 0 { siftUp(Int(places[variable])) }
    }

    mutating func conflictWasResolved() {
        increment += increment >> 4
        if increment > 1 << 52 { rescale() }
    }

    mutating func variableWasReopened(_ variable: Int) {
        if activities[variable] > 0, places[variable] < 0 { insert(variable) }
    }

    private mutating func rescale() {
        // Never down to 0, which would mean that the variable was not involved at all.
        for variable in active { activities[Int(variable)] = activities[Int(variable)] >> 32 | 1 }
        increment >>= 32
        rebuildHeap()
    }

    private mutating func rebuildHeap() {
        for variable in heap { places[Int(variable)] = -1 }
        heap.removeAll(keepingCapacity: true)
        for variable in active { insert(Int(variable)) }
    }

    /// Equal activities: the lower number first.
    private func isBefore(_ first: UInt32, _ second: UInt32) -> Bool {
        let (left, right) = (activities[Int(first)], activities[Int(second)])
        return left != right ? left > right : first < second
    }

    private mutating func insert(_ variable: Int) {
        places[variable] = Int32(heap.count)
        heap.append(UInt32(truncatingIfNeeded: variable))
        siftUp(heap.count - 1)
    }

    private mutating func removeTop() -> Int? {
        guard let top = heap.first else { return nil }
        places[Int(top)] = -1
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            places[Int(last)] = 0
            siftDown(0)
        }
        return Int(top)
    }

    private mutating func siftUp(_ start: Int) {
        var place = start
        let variable = heap[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard isBefore(variable, heap[parent]) else { break }
            heap[place] = heap[parent]
            places[Int(heap[place])] = Int32(place)
            place = parent
        }
        heap[place] = variable
        places[Int(variable)] = Int32(place)
    }

    private mutating func siftDown(_ start: Int) {
        var place = start
        let variable = heap[place]
        while true {
            var child = 2 * place + 1
            if child >= heap.count { break }
            if child + 1 < heap.count, isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard isBefore(heap[child], variable) else { break }
            heap[place] = heap[child]
            places[Int(heap[place])] = Int32(place)
            place = child
        }
        heap[place] = variable
        places[Int(variable)] = Int32(place)
    }
}
