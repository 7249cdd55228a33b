#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes to an open descriptor: a file, a pipe, standard output. Does not close it.
public struct DescriptorSink: ByteSink {
    private let descriptor: Int32
    private let name: String
    private var offset = 0

    /// - Parameter name: what errors call it.
    public init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// - Throws: ``ArchiveError/Code/writeFailed`` with the `errno` and the offset of the first byte that was not written.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = retryingInterrupts { Self.write(descriptor, rest) }
            guard count > 0 else {
                throw ArchiveError(.writeFailed, path: name, offset: offset, systemError: count < 0 ? errno : ENOSPC)
            }
            offset += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    public mutating func finish() throws(ArchiveError) {}

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
