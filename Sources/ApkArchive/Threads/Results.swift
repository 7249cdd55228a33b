internal import Synchronization

/// What threads make of the numbers that they were given, each in its place.
///
/// There is no lock: a place is written by the one thread that has its number, and read by the one that has joined all.
///
/// - Note: `@unchecked`: for that reason.
final class Results<Value: Sendable, Failure: Error>: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Result<Value, Failure>?>
    private let firstFailure = Atomic<Int>(.max)

    init(count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: nil)
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    /// Whether no smaller number has failed yet.
    func isWanted(_ number: Int) -> Bool { firstFailure.load(ordering: .relaxed) > number }

    func set(_ number: Int, _ result: Result<Value, Failure>) {
        places[number] = result
        if case .failure = result { firstFailure.min(number, ordering: .relaxed) }
    }

    /// The values of all numbers. All threads must have been joined.
    ///
    /// - Throws: the failure of the smallest number that has one.
    func values() throws(Failure) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(places.count)
        // Only what stands behind a failure is missing.
        for case let result? in places { values.append(try result.get()) }
        return values
    }
}
