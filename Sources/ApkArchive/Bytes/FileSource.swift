#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that is open for reading, as a source. Closes the descriptor when it goes.
///
/// A class, because two readers of one package share one open file: what is verified and what is extracted
/// come from the same descriptor, whatever happens to the path in between.
public final class FileSource: ByteSource {
    /// The path as the caller gave it.
    public let name: String
    private let descriptor: Int32
    private var position: Int

    /// Opens a regular file.
    ///
    /// - Throws: ``ArchiveError/Code/openFailed`` with the `errno`, also for a directory or a device.
    public init(path: String) throws(ArchiveError) {
        name = path
        position = 0
        // A FIFO in place of the file must fail, not hang, so the open itself may not wait.
        descriptor = retryingInterrupts { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw ArchiveError(.openFailed, path: path, systemError: errno) }
        guard let status = FileSource.status(of: descriptor) else {
            let cause = errno
            close(descriptor)
            throw ArchiveError(.openFailed, path: path, systemError: cause)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ArchiveError(.openFailed, path: path, expected: "a regular file")
        }
    }

    /// Takes over an open descriptor that can be read at any position.
    package init(descriptor: Int32, name: String) {
        self.name = name
        self.descriptor = descriptor
        position = 0
    }

    deinit { close(descriptor) }

    /// The size of the file in bytes.
    public func size() throws(ArchiveError) -> Int {
        guard let status = FileSource.status(of: descriptor) else {
            throw ArchiveError(.readFailed, path: name, systemError: errno)
        }
        return Int(status.st_size)
    }

    /// Continues at byte `offset` with the next read.
    public func seek(to offset: Int) { position = offset }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = retryingInterrupts { pread(descriptor, buffer.baseAddress, buffer.count, off_t(position)) }
        guard count >= 0 else {
            throw ArchiveError(.readFailed, path: name, offset: position, systemError: errno)
        }
        position += count
        return count
    }

    private static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }
}

/// Repeats a system call for as long as a signal interrupts it.
private func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result == -1 && errno == EINTR { continue }
        return result
    }
}
