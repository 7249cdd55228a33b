#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The processor time that this process has used so far, in milliseconds.
func processorMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
}

/// A command run to its end: its times and its peak of memory, as the system counts them for it alone.
///
/// The command is not a child of this process but of a small one that only starts it: the system counts the memory of the
/// process that starts a program into the program's peak, and this one may have grown large.
struct CommandRun {
    /// Processor time.
    let milliseconds: Double
    /// From its start to its end, in milliseconds.
    let wall: Double
    /// KiB; never less than what the small process has, some 15 MiB.
    let peak: Int
    let status: Int32

    /// - Returns: nil where the program cannot be started.
    init?(_ arguments: [String]) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        let child = ChildProcess([CommandLine.arguments[0], CommandRun.flag] + arguments, output: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        guard let child else { return nil }
        var figures = [Double](repeating: 0, count: 4)
        let size = figures.count * MemoryLayout<Double>.size
        // Less than a pipe's buffer, so that it comes at once or not at all.
        let isRead = figures.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, size) } == size
        _ = child.wait()
        guard isRead else { return nil }
        milliseconds = figures[0]
        wall = figures[1]
        peak = Int(figures[2])
        status = Int32(figures[3])
    }

    /// The argument by which this program is told to be the small process.
    static let flag = "--run-command"

    /// Runs the command that follows the flag, and writes its figures to standard output.
    ///
    /// - Returns: the exit status of the small process.
    static func runAsLauncher(_ arguments: [String]) -> Int32 {
        let start = ContinuousClock.now
        let silence = open("/dev/null", O_WRONLY)
        guard let child = ChildProcess(arguments, output: silence), let (status, usage) = child.wait() else { return 1 }
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        let figures = [
            milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
            Double(seconds) * 1000 + Double(attoseconds) / 1e15, Double(usage.ru_maxrss), Double(status),
        ]
        let size = figures.count * MemoryLayout<Double>.size
        return figures.withUnsafeBytes { write(1, $0.baseAddress, size) } == size ? 0 : 1
    }
}

/// A process that was started.
private struct ChildProcess {
    private let process: pid_t

    /// - Parameter output: the descriptor that becomes its standard output. What it says of errors is dropped.
    init?(_ arguments: [String], output: Int32) {
        guard let program = arguments.first else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawnp(&process, program, &actions, nil, &words, environ) == 0 else { return nil }
        self.process = process
    }

    /// Waits for the end.
    func wait() -> (status: Int32, usage: rusage)? {
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, 0, &usage) == process else { return nil }
        return (status, usage)
    }
}
