/// Reads the contents of a verified package in one pass: inflates once, hashes what goes by, checks each file's digest.
///
///     var contents = try package.open()
///     while let entry = try contents.next() {
///         while let chunk = try contents.nextChunk() { … }
///     }
///     let proof = try contents.finish()
///
/// What comes out is not proved before ``finish()`` has returned: until then it may only go where nobody looks.
public struct PackageContents: ~Copyable {
    public let package: VerifiedPackage
    private let reader: any ContentReader
    private var digest: Digest
    private var current: ArchiveEntry?
    private var isContentOpen = false
    private var entryCount = 0
    private var contentSize = 0
    private var attributesSize = 0

    /// The digest of the current entry, once its content has been read to the end: as its entry gives it or, where that
    /// gives none, as it is. nil for what has none, such as a directory or a hard link.
    public private(set) var checksum: [UInt8]?

    init(_ package: VerifiedPackage, _ reader: any ContentReader) throws(ArchiveError) {
        self.package = package
        self.reader = reader
        digest = try Digest(package.fileDigestAlgorithm)
    }

    /// The next entry, or nil at the end. Content of the last one that was not read is skipped, and checked all the same.
    public mutating func next() throws(ArchiveError) -> ArchiveEntry? {
        while try nextChunk() != nil {}
        do {
            current = try reader.next()
            checksum = nil
            guard let entry = current else { return nil }
            entryCount += 1
            contentSize += entry.size
            try checkSize(entry)
            try checkAttributes(of: entry)
            isContentOpen = entry.kind == .regular
            if entry.kind == .symbolicLink {
                entry.linkTarget.withUnsafeBytes { digest.update($0) }
                try checkDigest(of: entry)
            }
            return entry
        } catch {
            throw error.at(path: package.file.name)
        }
    }

    /// The next piece of the current entry's content, or nil at its end. Valid until the contents are used again.
    public mutating func nextChunk() throws(ArchiveError) -> UnsafeRawBufferPointer? {
        guard isContentOpen, let entry = current else { return nil }
        do {
            if let chunk = try reader.nextChunk() {
                digest.update(chunk)
                return chunk
            }
            isContentOpen = false
            try checkDigest(of: entry)
            return nil
        } catch {
            throw error.at(path: package.file.name)
        }
    }

    /// Reads what is left, and proves everything that was read.
    public consuming func finish() throws(ArchiveError) -> VerifiedContents {
        while try next() != nil {}
        let proof: ContentProof
        do {
            proof = try reader.finish()
        } catch {
            throw error.at(path: package.file.name)
        }
        let files = ChainLink(kind: .files, outcome: .proved, detail: String(entryCount))
        return VerifiedContents(
            package: package, entryCount: entryCount, contentSize: contentSize, links: proof.links + [files],
            fileSHA256: proof.fileSHA256, inflatedDataSHA256: proof.inflatedDataSHA256)
    }

    private mutating func checkDigest(of entry: ArchiveEntry) throws(ArchiveError) {
        let found = digest.finish()
        checksum = found
        guard let expected = entry.checksum, expected != found else { return }
        throw ArchiveError(
            .checksumMismatch, tarOffset: entry.offset, name: entry.path, expected: Hexadecimal.string(expected),
            found: Hexadecimal.string(found))
    }

    private mutating func checkAttributes(of entry: ArchiveEntry) throws(ArchiveError) {
        for attribute in entry.extendedAttributes { attributesSize += attribute.name.count + attribute.value.count }
        let limit = package.limits.extendedAttributes
        guard attributesSize > limit else { return }
        throw ArchiveError(
            .limitExceeded, tarOffset: entry.offset, name: entry.path,
            expected: "extended attributes of at most \(limit) bytes", option: "extendedAttributes")
    }

    private func checkSize(_ entry: ArchiveEntry) throws(ArchiveError) {
        guard let limit = package.contentLimit, contentSize > limit else { return }
        throw ArchiveError(
            .limitExceeded, tarOffset: entry.offset, name: entry.path, expected: "files of at most \(limit) bytes",
            option: "installedSizeSlack")
    }
}
