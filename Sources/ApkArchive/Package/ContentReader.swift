/// How the contents of one package format are read; ``PackageContents`` does what they have in common.
protocol ContentReader: AnyObject {
    /// The next entry, or nil at the end. The content of the one before has been read.
    func next() throws(ArchiveError) -> ArchiveEntry?

    /// The next piece of the current entry's content, or nil at its end. Valid until the reader is used again.
    func nextChunk() throws(ArchiveError) -> UnsafeRawBufferPointer?

    /// Proves what was read, after the last entry: the rest of the file, and the digests over all of it.
    func finish() throws(ArchiveError) -> ContentProof
}

/// What a ``ContentReader`` proved at the end.
struct ContentProof {
    var links: [ChainLink]
    var fileSHA256: [UInt8]?
    var inflatedDataSHA256: [UInt8]?
}
