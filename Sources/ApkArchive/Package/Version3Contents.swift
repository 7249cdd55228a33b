internal import ApkFormats

/// The paths of a v3 package, with the blocks that hold the contents of its files.
final class Version3Contents: ContentReader {
    private let metadata: Version3Metadata
    private let stream: ADBStream
    private var reader: ADBBlockReader
    private var walk: ADBFileWalk
    /// Directories to come before ``listed``: above it, and in no list.
    private var implied: [ArchiveEntry] = []
    private var listed: ArchiveEntry?
    /// Directories that came already without being listed.
    private var made: Set<[UInt8]> = []
    /// The hashes of the files that hard links name.
    private var linkHashes: [[UInt8]: [UInt8]] = [:]
    /// The attributes of the last access value, which most files share.
    private var attributes: (offset: Int, value: [ArchiveEntry.ExtendedAttribute]) = (0, [])
    private var block: ADBBlockReader.Block?
    private var bytesLeft = 0

    /// Reads the file from its start. The metadata is inflated once more, and must be what was proved.
    init(
        _ package: VerifiedPackage, _ metadata: Version3Metadata, _ digests: ContentDigests
    ) throws(ArchiveError) {
        self.metadata = metadata
        walk = ADBFileWalk(metadata.package)
        stream = try ADBStream(
            RangeSource(package.file, 0..<package.fileSize), limits: package.limits,
            hashingFile: digests.contains(.file))
        reader = ADBBlockReader(stream, limits: package.limits)
        let head = try reader.readHead(schema: ADBSchema.package, limit: (package.limits.metadata, "metadata"))
        guard head.payload == metadata.package.payload else {
            throw ArchiveError(
                .fileChanged, path: package.file.name, offset: 0, expected: "the metadata that was verified")
        }
    }

    func next() throws(ArchiveError) -> ArchiveEntry? {
        if !implied.isEmpty { return implied.removeFirst() }
        if let entry = listed {
            listed = nil
            return entry
        }
        guard let file = try nextFile() else { return nil }
        let entry = try entry(of: file)
        if entry.kind == .regular, entry.size > 0 { try openBlock(of: file, entry) }
        implied = impliedDirectories(above: file)
        guard !implied.isEmpty else { return entry }
        listed = entry
        return implied.removeFirst()
    }

    private func nextFile() throws(ArchiveError) -> ADBFile? {
        do throws(FormatError) {
            var file = try walk.next()
            // Packages list the root itself first; as for apk it is there only where it has files.
            if let first = file, first.path.isEmpty, !walk.hasFiles { file = try walk.next() }
            return file
        } catch {
            throw ArchiveError(.badADB, name: Array((error.field ?? "").utf8), format: error)
        }
    }

    func nextChunk() throws(ArchiveError) -> UnsafeRawBufferPointer? {
        guard let open = block else { return nil }
        guard bytesLeft > 0 else {
            reader.end(open)
            block = nil
            return nil
        }
        guard let piece = try stream.next(limit: bytesLeft) else {
            throw ArchiveError(
                .truncatedADB, offset: stream.fileOffset, tarOffset: stream.offset,
                expected: "\(bytesLeft) more bytes of a file")
        }
        bytesLeft -= piece.count
        return piece
    }

    func finish() throws(ArchiveError) -> ContentProof {
        if let block = try reader.nextData() {
            throw ArchiveError(
                .badDataBlock, tarOffset: block.offset, expected: "the end of the file",
                found: "contents of no file")
        }
        return ContentProof(links: [], fileSHA256: stream.fileSHA256(), inflatedDataSHA256: nil)
    }

    /// Takes the next block, which must be this file's.
    private func openBlock(of file: ADBFile, _ entry: ArchiveEntry) throws(ArchiveError) {
        guard let found = try reader.nextData() else {
            throw ArchiveError(
                .badDataBlock, tarOffset: stream.offset, name: entry.path, expected: "the file's content",
                found: "the end of the file")
        }
        let start = found.size < 8 ? [] : try stream.read(8, of: "a block's header")
        guard start.count == 8, found.size - 8 == entry.size,
            Int(ADBBlockReader.word(start, 0)) == file.directoryNumber,
            Int(ADBBlockReader.word(start, 4)) == file.fileNumber
        else {
            let owner = start.isEmpty ? "" : "\(ADBBlockReader.word(start, 0)), \(ADBBlockReader.word(start, 4)): "
            throw ArchiveError(
                .badDataBlock, tarOffset: found.offset, name: entry.path,
                expected: "\(file.directoryNumber), \(file.fileNumber): \(entry.size) bytes",
                found: "\(owner)\(max(0, found.size - 8)) bytes")
        }
        block = found
        bytesLeft = entry.size
    }

    /// The directories above a path that neither the package lists nor came before: root's, as apk makes them.
    private func impliedDirectories(above file: ADBFile) -> [ArchiveEntry] {
        guard !metadata.impliedDirectories.isEmpty else { return [] }
        var entries: [ArchiveEntry] = []
        for path in Version3Metadata.parents(of: file.path) {
            guard metadata.impliedDirectories.contains(path), made.insert(path).inserted else { continue }
            entries.append(
                ArchiveEntry(
                    path: path, kind: .directory, mode: 0o755, userName: Array("root".utf8),
                    groupName: Array("root".utf8), offset: file.offset))
        }
        return entries
    }
}

// MARK: - Entries

extension Version3Contents {
    private func entry(of file: ADBFile) throws(ArchiveError) -> ArchiveEntry {
        let access = file.access
        var entry = ArchiveEntry(
            path: file.path, kind: .regular, mode: access.mode, userID: Version3Contents.fallback(access.user),
            groupID: Version3Contents.fallback(access.group), userName: access.user, groupName: access.group,
            modificationTime: file.modificationTime, extendedAttributes: attributes(of: access), offset: file.offset)
        switch file.kind {
        case .directory: entry.kind = .directory
        case .regular(let size, let hash):
            entry.size = size
            entry.checksum = hash
            if metadata.linkTargets.contains(file.path) { linkHashes[file.path] = hash }
        case .symbolicLink(let target):
            entry.kind = .symbolicLink
            entry.linkTarget = target
        case .hardLink(let target, let hash):
            entry.kind = .hardLink
            entry.linkTarget = target
            // A link that came before its file, or another hash than the file's, would be a lie in the database.
            guard let original = linkHashes[target], hash == nil || hash == original else {
                throw ArchiveError(
                    .badHardLink, tarOffset: file.offset, name: file.path,
                    expected: "a file of the same content before it",
                    found: String(decoding: target.prefix(200), as: UTF8.self))
            }
            entry.checksum = original
        case .blockDevice(let major, let minor):
            entry.kind = .blockDevice
            (entry.deviceMajor, entry.deviceMinor) = (major, minor)
        case .characterDevice(let major, let minor):
            entry.kind = .characterDevice
            (entry.deviceMajor, entry.deviceMinor) = (major, minor)
        case .fifo: entry.kind = .fifo
        }
        return entry
    }

    private func attributes(of access: ADBFile.Access) -> [ArchiveEntry.ExtendedAttribute] {
        if attributes.offset != access.offset {
            let value = access.attributes.map { ArchiveEntry.ExtendedAttribute(name: $0.name, value: $0.value) }
            attributes = (access.offset, value)
        }
        return attributes.value
    }

    /// The number for a name that the root does not know: nobody's, as in apk.
    private static func fallback(_ name: [UInt8]) -> UInt32 { name.elementsEqual("root".utf8) ? 0 : 65534 }
}
