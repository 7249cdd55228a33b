internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// An archive that a verb writes to `--output`.
struct OutputArchive {
    private let console: Console

    init(_ console: Console) { self.console = console }

    /// Opens the place of an archive and lets `body` write to it.
    ///
    /// - Parameters:
    ///   - path: `-` for standard output. A file gets its name when it is complete; what is there and no file, such as a
    ///     device or a named pipe, is written to as it is.
    ///   - body: given the descriptor, and what errors call it.
    /// - Throws: ``ArchiveError/Code/writeFailed``, and what `body` throws.
    func write(to path: String, _ body: (Int32, String) throws -> Void) throws {
        guard path != "-" else {
            guard !console.isLive || isatty(1) == 0 else {
                throw UsageError(
                    .missingOperand, argument: "--format tar",
                    detail: "name a file with `-o FILE`, or pipe the archive into a program")
            }
            return try body(1, "standard output")
        }
        guard !fileExists(path) || isRegularFile(path) else {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw ArchiveError(.writeFailed, path: path, systemError: errno) }
            defer { close(descriptor) }
            return try body(descriptor, path)
        }
        let temporary = "\(path).\(getpid()).tmp"
        try console.clearing({ unlink(temporary) }) {
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw ArchiveError(.writeFailed, path: path, systemError: errno) }
            do {
                try body(descriptor, path)
            } catch {
                close(descriptor)
                unlink(temporary)
                throw error
            }
            guard close(descriptor) == 0, rename(temporary, path) == 0 else {
                let cause = errno
                unlink(temporary)
                throw ArchiveError(.writeFailed, path: path, systemError: cause)
            }
        }
    }
}
