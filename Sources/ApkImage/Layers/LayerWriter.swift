internal import ApkArchive

/// Writes one layer: a tar archive through a hash (the diff id) and a compressor into a blob.
final class LayerWriter {
    private var tar: TarWriter<HashingSink<GzipWriter<BlobStream>>>

    /// - Parameter threads: how many threads compress; the bytes do not depend on it.
    init(_ blob: BlobStream, threads: Int) throws(ImageError) {
        do throws(ArchiveError) {
            tar = TarWriter(try HashingSink(GzipWriter(blob, threads: threads)))
        } catch {
            throw ImageError(error)
        }
    }

    /// Writes an entry; the content of a regular file follows by ``write(_:)``.
    func append(_ entry: ArchiveEntry) throws(ImageError) {
        var plain = entry
        // Readers take numbers; names would mean other numbers where they are looked up on the reader's machine.
        plain.userName = []
        plain.groupName = []
        do throws(ArchiveError) { try tar.append(plain) } catch { throw ImageError(error) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        do throws(ArchiveError) { try tar.write(bytes) } catch { throw ImageError(error) }
    }

    func append(_ entry: ArchiveEntry, content: [UInt8]) throws(ImageError) {
        var sized = entry
        sized.size = content.count
        try append(sized)
        try content.withUnsafeBufferPointer { (buffer) throws(ImageError) in
            try write(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Ends the archive.
    ///
    /// - Returns: the SHA-256 of the archive before compression.
    func finish() throws(ImageError) -> BlobDigest {
        do throws(ArchiveError) { try tar.finish() } catch { throw ImageError(error) }
        return tar.output.finishDigest()
    }
}

/// Hashes what it passes on.
private struct HashingSink<Output: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    private var output: Output
    private var digest: Digest

    init(_ output: consuming Output) throws(ArchiveError) {
        digest = try Digest(.sha256)
        self.output = output
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        digest.update(bytes)
        try output.write(bytes)
    }

    mutating func finish() throws(ArchiveError) { try output.finish() }

    mutating func finishDigest() -> BlobDigest { BlobDigest(sha256: digest.finish()) }
}
