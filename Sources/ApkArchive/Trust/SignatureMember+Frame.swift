extension SignatureMember {
    /// Refuses a member that no signing tool can have written.
    ///
    /// Nothing covers the raw bytes of a signature member: the signature is about what follows it, and gzip's checksum
    /// only about what is inside. So that no byte of a file can be changed unseen, the member must look like the work
    /// of a tool. Its header is that of the member it signs, whose header is covered, or that of a tool that is used for
    /// signing; its deflate stream is one that compressors write.
    ///
    /// Accepted, by trial over some thousand members: gzip and pigz at their default level and -9, busybox gzip, zlib at
    /// its default level and 9, Go's standard library, klauspost/compress and pgzip at the levels that are not "fastest";
    /// the fastest levels, level 8, and Go's "best compression" only when the signed member was written the same way.
    /// What can still change unseen: optional fields of the gzip header, a modification time where there is one, and
    /// distances of matches in the streams of compressors that do not take the nearest match (klauspost/compress).
    /// - Parameter signed: the header of the member that follows.
    /// - Throws: ``ArchiveError/Code/alteredSignatureMember``.
    func checkFrame(against signed: GzipHeader) throws(ArchiveError) {
        guard !header.flags.contains(.text) else { throw altered(3, "no text flag") }
        try checkTime(signed)
        try checkTool(signed)
        let isLikeSigned = header.extraFlags == signed.extraFlags && header.operatingSystem == signed.operatingSystem
        let stream = Array(raw[headerLength..<raw.count - 8])
        // gzip, pigz, busybox and everything built on zlib write exactly what zlib makes of the content, and
        // say in the header whether they tried hardest.
        let content = Deflate.content(of: stream, count: inflatedCount)
        let saysBest = header.extraFlags == 2
        func isWritten(best: Bool) -> Bool { stream == Deflate.stream(of: content, level: best ? 9 : 6) }
        if isWritten(best: saysBest) { return }
        if isWritten(best: !saysBest) {
            guard isLikeSigned else { throw altered(8, "the compression level that was used") }
            return
        }
        let audit = DeflateAudit(stream)
        if let (what, offset) = audit.unusual {
            throw altered(headerLength + offset, "what a compressor writes", found: what)
        }
        guard !audit.endsWithEmptyStoredBlock || isLikeSigned || header.operatingSystem == 255 else {
            throw altered(9, "the header that Go writes")
        }
        let takesNearest = header.extraFlags == 2 || (audit.endsWithEmptyStoredBlock && header.extraFlags == 0)
        guard audit.hasNearestMatches || !takesNearest else {
            throw altered(headerLength, "the nearest matches", found: "a match at a greater distance")
        }
    }

    private func altered(_ offset: Int, _ expected: String, found: String = "") -> ArchiveError {
        ArchiveError(
            .alteredSignatureMember, offset: offset, expected: expected, found: found, option: "allowUntrusted")
    }

    /// Build tools write no time, older ones the current one.
    private func checkTime(_ signed: GzipHeader) throws(ArchiveError) {
        let time = header.modificationTime
        // Nothing was signed for apk before 2005, and a time with only its highest byte set is a changed zero.
        let isPlausible = time >= 1_104_537_600 && time & 0xFF_FFFF != 0
        guard time == 0 || isPlausible || time == signed.modificationTime else {
            throw altered(4, "no modification time, or that of a build", found: String(time))
        }
    }

    private func checkTool(_ signed: GzipHeader) throws(ArchiveError) {
        let found = (header.extraFlags, header.operatingSystem)
        // gzip -9 and pigz -9; busybox gzip; Go.
        let known: [(UInt8, UInt8)] = [(signed.extraFlags, signed.operatingSystem), (2, 3), (0, 3), (0, 255)]
        guard known.contains(where: { $0 == found }) else {
            throw altered(8, "the gzip header of a signing tool", found: "XFL \(found.0), OS \(found.1)")
        }
    }
}
