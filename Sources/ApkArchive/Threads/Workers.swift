import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads that share work among them.
package enum Workers {
    /// The processors that this process may use.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Calls `body` once for each number below `count`, from up to `threads` threads, and returns when all are done.
    /// Numbers are handed out in ascending order.
    package static func run(count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let job = Job(count: count, body: body)
        // Where the system gives no more threads, the others do their part.
        let started = (1..<max(1, min(threads, count))).compactMap { _ in WorkerThread { job.run() } }
        job.run()
        for thread in started { thread.join() }
    }

    private final class Job: Sendable {
        private let next = Atomic<Int>(0)
        private let count: Int
        private let body: @Sendable (Int) -> Void

        init(count: Int, body: @escaping @Sendable (Int) -> Void) {
            self.count = count
            self.body = body
        }

        func run() {
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                body(number)
            }
        }
    }
}
