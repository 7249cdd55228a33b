internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// One run of the helper program: a thread reads what it says and hands it to the threads that wait.
final class HelperProcess: Sendable {
    private let identifier: pid_t
    private let channel: Int32
    private let state: State

    /// What the threads share. It outlives the process object, for the reading thread's sake.
    private final class State: Sendable {
        let calls = Locked(Calls())

        struct Calls {
            var next = 1
            var open: [Int: Call] = [:]
            var hasEnded = false
        }

        /// The program is gone: nobody waits any longer.
        func end(_ error: TransportError) {
            let left = calls.withLock { calls in
                calls.hasEnded = true
                defer { calls.open = [:] }
                return calls.open.values.map { $0 }
            }
            for call in left { call.finish(.failure(error)) }
        }
    }

    /// A thread that waits for its answer.
    private final class Call: Sendable {
        let progress: @Sendable (Int) -> Void
        private let result = Locked<Result<TransportResponse, TransportError>?>(nil)

        init(_ progress: @escaping @Sendable (Int) -> Void) { self.progress = progress }

        func finish(_ outcome: Result<TransportResponse, TransportError>) {
            result.withLock { $0 = $0 ?? outcome }
        }

        func wait() throws(TransportError) -> TransportResponse {
            try result.wait { $0 }.get()
        }
    }

    private static let lost = TransportError(.transportUnavailable, detail: "the helper program ended unexpectedly")
    private static let otherVersion = TransportError(
        .transportUnavailable, detail: "the helper program is of another version")

    /// Starts the program.
    init(program: String) throws(TransportError) {
        guard access(program, X_OK) == 0 else {
            throw TransportError(.transportUnavailable, detail: program, systemError: errno)
        }
        guard let (channel, child) = spawn(program) else {
            throw TransportError(.transportUnavailable, detail: program, systemError: errno)
        }
        self.channel = channel
        identifier = child
        let state = State()
        self.state = state
        let isStarted = WorkerThread.detach {
            var reader = LineReader(descriptor: channel)
            let greeting = reader.next().map { String(decoding: $0, as: UTF8.self) }
            if greeting == TransportMessage.greeting { Self.read(&reader, state) }
            state.end(greeting == nil || greeting == TransportMessage.greeting ? Self.lost : Self.otherVersion)
            close(channel)
        }
        guard isStarted else {
            throw TransportError(.transportUnavailable, detail: "no more threads", systemError: EAGAIN)
        }
    }

    deinit {
        // The end of its input ends the helper, also in the middle of a transfer.
        state.calls.withLock { if !$0.hasEnded { _ = shutdown(channel, Int32(SHUT_RDWR)) } }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    }

    /// Whether the program is gone.
    var hasEnded: Bool { state.calls.withLock { $0.hasEnded } }

    func fetch(
        _ request: TransportRequest, progress: @escaping @Sendable (Int) -> Void
    ) throws(TransportError) -> TransportResponse {
        let call = Call(progress)
        // One writer at a time, or lines would mix; the helper always reads, so that writing never waits for long.
        let isSent = state.calls.withLock { calls in
            guard !calls.hasEnded else { return false }
            let number = calls.next
            calls.next += 1
            calls.open[number] = call
            guard writeAll(TransportMessage.request(number, request).line, to: channel) else {
                calls.open[number] = nil
                return false
            }
            return true
        }
        guard isSent else { throw Self.lost }
        return try call.wait()
    }

    private static func read(_ reader: inout LineReader, _ state: State) {
        while let line = reader.next() {
            guard let message = TransportMessage(line: line) else { break }
            switch message {
            case .progress(let number, let size): state.calls.withLock { $0.open[number] }?.progress(size)
            case .response(let number, let response):
                state.calls.withLock { $0.open.removeValue(forKey: number) }?.finish(.success(response))
            case .failure(let number, let error):
                state.calls.withLock { $0.open.removeValue(forKey: number) }?.finish(.failure(error))
            case .request: break
            }
        }
    }
}

/// Starts a program with its standard input and output on one end of a pair of sockets: other than a pipe's, writing to
/// its other end raises no signal when the program is gone.
///
/// - Returns: our end and the process; nil with `errno` set.
private func spawn(_ program: String) -> (channel: Int32, process: pid_t)? {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, streamSocket, 0, &ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var yes: Int32 = 1
        setsockopt(ends[0], SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
    #else
        var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var child = pid_t()
    let argument = strdup(program)
    defer { free(argument) }
    let status = posix_spawn(&child, program, &actions, nil, [argument, nil], environ)
    close(ends[1])
    guard status == 0 else {
        close(ends[0])
        errno = status
        return nil
    }
    return (ends[0], child)
}

#if canImport(Glibc)
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
    private let streamSocket = SOCK_STREAM
#endif
