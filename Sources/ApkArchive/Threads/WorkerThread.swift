#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A thread of the system that runs one closure.
package struct WorkerThread: Sendable {
    #if canImport(Glibc) || canImport(Musl)
        private let handle: pthread_t
    #else
        // A pointer, which is only passed to `pthread_join`.
        private nonisolated(unsafe) let handle: pthread_t
    #endif

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts the thread; nil where the system has none to give.
    package init?(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run))
        #if canImport(Glibc) || canImport(Musl)
            var handle = pthread_t()
            let status = pthread_create(&handle, nil, { WorkerThread.start($0!) }, body.toOpaque())
            guard status == 0 else {
                body.release()
                return nil
            }
            self.handle = handle
        #else
            var handle: pthread_t?
            let status = pthread_create(&handle, nil, { WorkerThread.start($0) }, body.toOpaque())
            guard status == 0, let handle else {
                body.release()
                return nil
            }
            self.handle = handle
        #endif
    }

    /// Runs a closure in a thread that nobody waits for.
    ///
    /// - Returns: false where the system has no thread to give.
    package static func detach(_ run: @escaping @Sendable () -> Void) -> Bool {
        guard let thread = WorkerThread(run) else { return false }
        pthread_detach(thread.handle)
        return true
    }

    /// Waits for the closure's end. Called once for each thread.
    package func join() { pthread_join(handle, nil) }

    private static func start(_ body: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
        return nil
    }
}
