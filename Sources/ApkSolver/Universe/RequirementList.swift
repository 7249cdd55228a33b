/// A list that is filled again and again, with room that is made before and not asked for with each element.
struct RequirementList: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<Requirement> = .allocate(capacity: 64)
    private var count = 0

    deinit { storage.deallocate() }

    var elements: UnsafeBufferPointer<Requirement> {
        UnsafeBufferPointer(start: storage.baseAddress, count: count)
    }

    /// Starts an empty list that can take `room` elements.
    mutating func reset(room: Int) {
        count = 0
        guard room > storage.count else { return }
        storage.deallocate()
        storage = .allocate(capacity: room)
    }

    mutating func append(_ requirement: Requirement) {
        precondition(count < storage.count)
        storage[count] = requirement
        count &+= 1
    }
}
