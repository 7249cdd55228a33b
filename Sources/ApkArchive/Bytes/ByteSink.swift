/// Something that bytes are written to: a file, memory, a compressor.
public protocol ByteSink: ~Copyable {
    /// Takes all of `bytes`.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError)

    /// Writes out what is still held back, and ends what has an end. Nothing is written afterwards.
    mutating func finish() throws(ArchiveError)
}

extension ByteSink where Self: ~Copyable {
    /// Takes all of `bytes`.
    public mutating func write(_ bytes: [UInt8]) throws(ArchiveError) {
        // An array's own accessor does not let a typed error through, so the buffer's does it.
        try bytes.withUnsafeBufferPointer { (buffer) throws(ArchiveError) in
            try write(UnsafeRawBufferPointer(buffer))
        }
    }
}

/// Bytes that are kept in memory.
public struct MemorySink: ByteSink {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        self.bytes.append(contentsOf: bytes)
    }

    public mutating func finish() throws(ArchiveError) {}
}
