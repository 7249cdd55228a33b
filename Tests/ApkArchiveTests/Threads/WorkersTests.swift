import ApkArchive
import Testing

/// Work that threads share: whoever is faster, the outcome is the same.
struct WorkersTests {
    struct Failure: Error, Equatable { var number: Int }

    @Test(arguments: [1, 2, 7, 100])
    func valuesStandInTheOrderOfTheNumbers(threads: Int) {
        for count in [0, 1, 2, 50] {
            let values = Workers.map(count: count, threads: threads) { "\($0)" }
            #expect(values == (0..<count).map { "\($0)" })
        }
        let sizes = [3, 9, 1, 9, 0]
        #expect(Workers.map(count: 5, threads: threads, sizes: sizes) { $0 * 10 } == [0, 10, 20, 30, 40])
    }

    @Test func theLargestBeginsFirstAndTheEarlierOfEqualOnes() {
        let order = Locked<[Int]>([])
        _ = Workers.map(count: 5, threads: 1, sizes: [3, 9, 1, 9, 0]) { number in order.withLock { $0.append(number) } }
        #expect(order.withLock { $0 } == [1, 3, 0, 2, 4])
    }

    /// A failure ends what stands behind it, but not what stands before it: that may fail too, and would then count.
    @Test(arguments: [1, 2, 7])
    func theFailureOfTheSmallestNumberCounts(threads: Int) {
        for sizes in [nil, Array(0..<40), (0..<40).map { $0 * 7 % 40 }] {
            let done = Locked<Set<Int>>([])
            let error = #expect(throws: Failure.self) {
                try Workers.map(count: 40, threads: threads, sizes: sizes) { number throws(Failure) in
                    done.withLock { _ = $0.insert(number) }
                    if number % 10 == 5 { throw Failure(number: number) }
                }
            }
            #expect(error == Failure(number: 5))
            #expect(done.withLock { $0.isSuperset(of: 0...5) })
        }
        let done = Locked(0)
        _ = try? Workers.map(count: 40, threads: 1) { number throws(Failure) in
            done.withLock { $0 += 1 }
            throw Failure(number: number)
        }
        #expect(done.withLock { $0 } == 1)
    }

    /// What is half made when the work fails goes again.
    @Test func valuesOfWorkThatFailedAreReleased() {
        final class Value: Sendable {
            let count: Locked<Int>
            init(_ count: Locked<Int>) {
                self.count = count
                count.withLock { $0 += 1 }
            }
            deinit { count.withLock { $0 -= 1 } }
        }
        let alive = Locked(0)
        #expect(throws: Failure.self) {
            try Workers.map(count: 100, threads: 4) { number throws(Failure) in
                if number == 90 { throw Failure(number: number) }
                return Value(alive)
            }
        }
        #expect(alive.withLock { $0 } == 0)
    }
}
