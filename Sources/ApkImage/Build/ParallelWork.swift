internal import ApkArchive
internal import Synchronization

/// Work that several threads share and that may fail.
enum ParallelWork {
    /// Calls `body` for the numbers below `count`, given out in the order of `order`, from several threads.
    ///
    /// - Throws: of several failures that of the smallest number, so that the error does not depend on who was faster.
    static func run(
        order: [Int], threads: Int, _ body: @escaping @Sendable (Int) throws(ImageError) -> Void
    ) throws(ImageError) {
        let failure = Failure()
        Workers.run(count: order.count, threads: threads) { turn in
            let number = order[turn]
            // What stands behind a failure does not matter any more; what stands before it could fail and count.
            guard failure.first.withLock({ ($0?.number ?? .max) > number }) else { return }
            do throws(ImageError) { try body(number) } catch {
                failure.first.withLock { if number < $0?.number ?? .max { $0 = (number, error) } }
            }
        }
        if let error = failure.first.withLock({ $0?.error }) { throw error }
    }

    private final class Failure: Sendable {
        let first = Mutex<(number: Int, error: ImageError)?>(nil)
    }
}
