/// The first member of a signed index or package, read.
///
struct SignatureMember {
    let signatures: [Signature]
    /// The gzip header, and the bytes of the whole member as they stand in the file.
    let header: GzipHeader
    let raw: [UInt8]
    /// How many bytes of ``raw`` the header takes.
    let headerLength: Int
    /// How many bytes the member inflates to.
    let inflatedCount: Int

    /// Reads the current gzip member of `tar` to its end; `first` is its first entry, which has been read already.
    init(
        _ tar: inout TarReader<GzipMemberReader>, first: ArchiveEntry
    ) throws(ArchiveError) {
        var signatures: [Signature] = []
        var next: ArchiveEntry? = first
        while let entry = next {
            guard entry.path.starts(with: Signature.prefix), entry.kind == .regular else {
                throw ArchiveError(
                    .misplacedEntry, path: tar.input.name, tarOffset: entry.offset, name: entry.path,
                    expected: "nothing but signatures in the signature member")
            }
            let bytes = try tar.readContent(limit: tar.limits.signature, option: "signature")
            signatures.append(try Signature(entry: entry, bytes: bytes))
            next = try tar.next()
        }
        self.signatures = signatures
        header = tar.input.header
        headerLength = tar.input.headerLength
        inflatedCount = tar.input.inflatedCount
        tar.input.endCapture()
        raw = tar.input.captured
    }
}
