internal import ApkFormats

extension IndexArchive {
    /// Reads and verifies an index of apk v3. Its packages are not looked at.
    func readADB(_ source: any ByteSource) throws(ArchiveError) -> VerifiedIndex {
        let stream = try ADBStream(source, limits: limits, hashingFile: true)
        var reader = ADBBlockReader(stream, limits: limits)
        let head = try reader.readHead(schema: ADBSchema.index, limit: (limits.index, "index"))
        if let block = try reader.nextData() {
            throw ArchiveError(
                .misplacedBlock, tarOffset: block.offset, expected: "the end of the index", found: "contents of files")
        }
        let signer = try SignatureVerifier(keys: keys, policy: policy).verify(head)
        let index: ADBIndex
        do throws(FormatError) { index = try ADBIndex(head.payload) } catch {
            throw ArchiveError(.badADB, name: Array((error.field ?? "").utf8), format: error)
        }
        return VerifiedIndex(
            .adb, text: head.payload, description: Array(index.description.utf8),
            sha256: stream.fileSHA256() ?? [], compressedSize: stream.fileOffset, signer: signer)
    }
}
