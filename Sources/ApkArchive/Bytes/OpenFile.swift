#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A regular file that is open for reading. Closes the descriptor when the last reference goes.
///
/// Readers share it: what is verified and what is extracted come from the same descriptor, whatever happens to the path
/// in between.
public final class OpenFile: RandomAccessFile {
    /// The path as the caller gave it.
    public let name: String
    private let descriptor: Int32

    /// Opens a regular file.
    ///
    /// - Throws: ``ArchiveError/Code/openFailed`` with the `errno`, also for a directory or a device.
    public init(path: String) throws(ArchiveError) {
        name = path
        // A FIFO in place of the file must fail, not hang, so the open itself may not wait.
        descriptor = retryingInterrupts { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw ArchiveError(.openFailed, path: path, systemError: errno) }
        guard let status = status() else { throw ArchiveError(.openFailed, path: path, systemError: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ArchiveError(.openFailed, path: path, expected: "a regular file")
        }
    }

    /// Takes over an open descriptor that can be read at any position.
    package init(descriptor: Int32, name: String) {
        self.name = name
        self.descriptor = descriptor
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    public func size() throws(ArchiveError) -> Int {
        guard let status = status() else { throw ArchiveError(.readFailed, path: name, systemError: errno) }
        return Int(status.st_size)
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ArchiveError) -> Int {
        let count = retryingInterrupts { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
        guard count >= 0 else { throw ArchiveError(.readFailed, path: name, offset: offset, systemError: errno) }
        return count
    }

    private func status() -> stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }
}

/// Repeats a system call for as long as a signal interrupts it.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result == -1 && errno == EINTR { continue }
        return result
    }
}
