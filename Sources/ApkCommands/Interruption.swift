internal import ApkArchive
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Ends the process when it is interrupted (SIGINT, SIGTERM, SIGHUP), without leaving half of anything behind.
///
/// Work that can be taken back is taken back, and work that may not be stopped comes to its end first. A second signal
/// ends the process at once; what that leaves, the next run clears up.
///
/// It only watches once there is something to take back: until then the system's own way to end a process is enough, and
/// costs nothing.
final class Interruption: Sendable {
    private struct State {
        var isWatching = false
        var isOver = false
        var next = 0
        /// What takes work back, by a number that tells their order.
        var cleanups: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Locked(State())
    /// Held by work that may not be stopped, and by the end of the process.
    private let ending = Locked(())

    /// Does something, and calls `cleanup` if the process is interrupted meanwhile.
    func clearing<Result>(_ cleanup: @escaping @Sendable () -> Void, _ body: () throws -> Result) rethrows -> Result {
        let number = add(cleanup)
        defer { remove(number) }
        return try body()
    }

    /// Does something to its end, however often the process is interrupted.
    ///
    /// - Parameter body: after it there is nothing more to take back.
    func completing<Result>(_ body: () throws -> Result) rethrows -> Result {
        watch()
        return try ending.withLock { _ in
            let result = try body()
            state.withLock { $0.isOver = true }
            return result
        }
    }

    /// Has `cleanup` called if the process is interrupted, until ``remove(_:)`` is called with the number.
    func add(_ cleanup: @escaping @Sendable () -> Void) -> Int {
        watch()
        return state.withLock { state in
            state.next += 1
            state.cleanups[state.next] = cleanup
            return state.next
        }
    }

    /// Takes back ``add(_:)``. Does not return if the process is ending, so that nobody says something else about its end.
    func remove(_ number: Int) {
        ending.withLock { _ in state.withLock { state in state.cleanups[number] = nil } }
    }

    /// Starts to watch for signals.
    func watch() {
        guard
            state.withLock({ state in
                defer { state.isWatching = true }
                return !state.isWatching
            })
        else { return }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let channel = ends[0]
        let isStarted = WorkerThread.detach {
            var signal: UInt8 = 0
            while read(channel, &signal, 1) != 1 {}
            self.end(Int32(signal))
        }
        guard isStarted else { return }
        signalChannel.store(ends[1], ordering: .releasing)
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            // What the caller wants ignored stays so: `nohup`, or a script's job in the background.
            guard sigaction(signal, nil, &action) == 0, !isIgnored(action) else { continue }
            action = makeAction()
            sigaction(signal, &action, nil)
        }
    }

    /// Takes everything back and ends the process.
    private func end(_ signal: Int32) -> Never {
        ending.withLock { _ in
            let (cleanups, isOver) = state.withLock { ($0.cleanups, $0.isOver) }
            for (_, cleanup) in cleanups.sorted(by: { $0.key > $1.key }) { cleanup() }
            if isatty(2) == 1 { writeToStandardError(ProgressBar.clearing) }
            writeToStandardError(
                isOver ? "interrupted; what was begun is done\n" : "interrupted; nothing was changed\n")
            _exit(128 + signal)
        }
    }
}

/// Where the handler says that there was a signal; -1 until somebody listens. A handler knows nothing but what is global.
private let signalChannel = Atomic<Int32>(-1)

/// Says that there was a signal, which is all that a handler may do.
private func handle(_ signal: Int32) {
    let number = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    write(signalChannel.load(ordering: .acquiring), &byte, 1)
    errno = number
}

/// Calls the handler once for each signal; the next one ends the process.
private func makeAction() -> sigaction {
    var action = sigaction()
    #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handle
    #else
        action.__sigaction_handler.sa_handler = handle
    #endif
    action.sa_flags = Int32(
        bitPattern: UInt32(SA_RESTART) | UInt32(bitPattern: Int32(truncatingIfNeeded: SA_RESETHAND)))
    return action
}

private func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
    #else
        let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}
