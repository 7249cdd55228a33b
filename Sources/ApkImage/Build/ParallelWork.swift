internal import ApkArchive
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Work that several threads share.
enum ParallelWork {
    /// The processors that this process may use.
    static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Calls `body` for the numbers below `count`, given out in the order of `order`, from several threads.
    ///
    /// - Throws: of several failures that of the smallest number, so that the error does not depend on who was faster.
    static func run(
        order: [Int], threads: Int, _ body: @escaping @Sendable (Int) throws(ImageError) -> Void
    ) throws(ImageError) {
        let next = Counter()
        let failure = Mutex<(number: Int, error: ImageError)?>(nil)
        let work: @Sendable () -> Void = {
            while case let turn = next.take(), turn < order.count {
                let number = order[turn]
                // What stands behind a failure does not matter any more; what stands before it could fail and count.
                guard failure.withLock({ ($0?.number ?? .max) > number }) else { continue }
                do throws(ImageError) { try body(number) } catch {
                    failure.withLock { if number < $0?.number ?? .max { $0 = (number, error) } }
                }
            }
        }
        let started = (1..<max(1, min(threads, order.count))).compactMap { _ in WorkerThread(work) }
        work()
        started.forEach { $0.join() }
        if let error = failure.withLock({ $0?.error }) { throw error }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
    }
}
