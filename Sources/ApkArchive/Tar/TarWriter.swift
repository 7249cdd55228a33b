/// Writes tar entries to a sink in one pass: POSIX headers, and PAX records where a header cannot say it.
///
///     var tar = TarWriter(sink)
///     try tar.append(entry)           // a regular file's content follows, exactly as long as the entry says
///     try tar.write(chunk)
///     try tar.finish()
///
/// The same entries always give the same bytes. What is written is what ``TarReader``, GNU tar, Go, Python and apk read
/// alike.
public struct TarWriter<Output: ByteSink & ~Copyable>: ~Copyable {
    public var output: Output
    /// Whether digests of entries are written as apk's packages have them (`APK-TOOLS.checksum.SHA1`).
    public var writesChecksums: Bool
    /// How many bytes have been written.
    public private(set) var offset = 0
    private var contentLeft = 0
    private var paddingLeft = 0

    public init(_ output: consuming Output, writesChecksums: Bool = false) {
        self.output = output
        self.writesChecksums = writesChecksums
    }

    /// Writes an entry's headers. The content of a regular file must follow by ``write(_:)``.
    ///
    /// - Throws: ``ArchiveError/Code/badTarNumber`` for a number that no header can hold, and what the sink throws.
    public mutating func append(_ entry: ArchiveEntry) throws(ArchiveError) {
        try endContent()
        let records = TarRecords(entry, writesChecksum: writesChecksums)
        if !records.bytes.isEmpty {
            try put(TarHeader.paxBlock(for: entry, size: records.bytes.count))
            try put(records.bytes)
            try put([UInt8](repeating: 0, count: -records.bytes.count & (TarHeader.size - 1)))
        }
        try put(TarHeader.block(for: entry))
        contentLeft = entry.kind == .regular ? entry.size : 0
        paddingLeft = -contentLeft & (TarHeader.size - 1)
    }

    /// Writes the next bytes of the current entry's content.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        precondition(bytes.count <= contentLeft, "no more content than the entry announced")
        try output.write(bytes)
        offset += bytes.count
        contentLeft -= bytes.count
    }

    /// Writes an entry with all of its content; the entry's size is taken from the content.
    public mutating func append(_ entry: ArchiveEntry, content: [UInt8]) throws(ArchiveError) {
        var sized = entry
        sized.size = content.count
        try append(sized)
        try content.withUnsafeBufferPointer { (buffer) throws(ArchiveError) in
            try write(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Writes the two zero blocks that end an archive, and finishes the sink.
    public mutating func finish() throws(ArchiveError) {
        try endContent()
        try put([UInt8](repeating: 0, count: 2 * TarHeader.size))
        try output.finish()
    }

    private mutating func endContent() throws(ArchiveError) {
        precondition(contentLeft == 0, "an entry's content is written to its end")
        guard paddingLeft > 0 else { return }
        let count = paddingLeft
        paddingLeft = 0
        try put([UInt8](repeating: 0, count: count))
    }

    private mutating func put(_ bytes: [UInt8]) throws(ArchiveError) {
        try output.write(bytes)
        offset += bytes.count
    }
}
