/// The first member of a signed index or package, read.
///
/// Nothing covers the raw bytes of this member: the signature is about what follows it, and gzip's own checksum only
/// about what is inside. So that no byte of a file can be changed unseen, its frame must look like that of the member
/// it signs, whose frame is covered, or like what a signing tool writes.
struct SignatureMember {
    let signatures: [Signature]
    let header: GzipHeader
    let raw: [UInt8]

    /// Reads the current gzip member of `tar` to its end; `first` is its first entry, which has been read already.
    init(
        _ tar: inout TarReader<GzipMemberReader>, first: TarEntry
    ) throws(ArchiveError) {
        var signatures: [Signature] = []
        var next: TarEntry? = first
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
        tar.input.endCapture()
        raw = tar.input.captured
    }

    /// Checks the frame of this member against the frame of the member that it signs.
    func checkFrame(against signed: GzipHeader) throws(ArchiveError) {
        func altered(_ offset: Int, _ expected: String) -> ArchiveError {
            ArchiveError(.alteredSignatureMember, offset: offset, expected: expected)
        }
        guard !header.flags.contains(.text) else { throw altered(3, "no text flag") }
        // Build tools write no time, older ones the current one. The first of 2005 is before the first apk; a time that
        // differs from "none" in its highest byte only is a changed "none".
        let time = header.modificationTime
        guard time == 0 || (time >= 1_104_537_600 && time & 0xFF_FFFF != 0) else {
            throw altered(4, "no modification time, or that of a build")
        }
        // gzip -9 (and zlib's and busybox's), and Go.
        let tools: [(extraFlags: UInt8, system: UInt8)] = [
            (signed.extraFlags, signed.operatingSystem), (2, 3), (0, 255),
        ]
        guard tools.contains(where: { $0 == (header.extraFlags, header.operatingSystem) }) else {
            throw altered(8, "the gzip header of a signing tool")
        }
    }
}
