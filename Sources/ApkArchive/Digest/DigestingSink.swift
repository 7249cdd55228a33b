/// Hashes what passes through to another sink.
public struct DigestingSink<Output: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    public var output: Output
    /// How many bytes have passed.
    public private(set) var count = 0
    private var digest: Digest

    public init(_ output: consuming Output, _ algorithm: DigestAlgorithm = .sha256) throws(ArchiveError) {
        digest = try Digest(algorithm)
        self.output = output
    }

    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        digest.update(bytes)
        count += bytes.count
        try output.write(bytes)
    }

    public mutating func finish() throws(ArchiveError) { try output.finish() }

    /// The digest of all bytes so far. Starts over.
    public mutating func finishDigest() -> [UInt8] { digest.finish() }
}
