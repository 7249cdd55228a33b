internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A transport in a process of its own, `apkresolve-transport`, which is started with the first file to fetch: a command
/// that fetches nothing neither loads networking nor waits for it. When this value goes, or this process ends in whatever
/// way, the helper ends too.
public final class HelperTransport: Transport {
    /// The name of the helper program.
    public static let programName = "apkresolve-transport"

    private let program: String
    private let process = Locked<HelperProcess?>(nil)

    /// - Parameter program: the path of the helper program.
    public init(program: String) { self.program = program }

    /// The path where the helper program belongs: beside the program that is running.
    public static var expectedProgram: String {
        let own = executablePath ?? ""
        let directory = own.lastIndex(of: "/").map { own[...$0] } ?? ""
        return directory + programName
    }

    public func fetch(
        _ request: TransportRequest, progress: @escaping @Sendable (Int) -> Void
    ) throws(TransportError) -> TransportResponse {
        try running().fetch(request, progress: progress)
    }

    /// The helper; started if there is none, or none any more.
    private func running() throws(TransportError) -> HelperProcess {
        let result: Result<HelperProcess, TransportError> = process.withLock { process in
            if let process, !process.hasEnded { return .success(process) }
            do throws(TransportError) {
                let started = try HelperProcess(program: program)
                process = started
                return .success(started)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// The path of the running program.
private var executablePath: String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    #if canImport(Darwin)
        var size = UInt32(buffer.count)
        let isFound = buffer.withUnsafeMutableBytes {
            _NSGetExecutablePath($0.baseAddress?.assumingMemoryBound(to: CChar.self), &size) == 0
        }
        guard isFound else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    #else
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? -1
            }
        }
        guard count > 0 else { return CommandLine.arguments.first }
        return String(decoding: buffer[..<count], as: UTF8.self)
    #endif
}
