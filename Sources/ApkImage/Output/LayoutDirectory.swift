internal import ApkArchive
internal import ApkFormats

/// An OCI image layout as a directory: `oci-layout`, `index.json`, `blobs/sha256/DIGEST`.
///
/// A new layout is made beside its place and renamed. In one that exists the blobs come first, each by a rename, and the
/// new `index.json` last; then blobs go that only the images replaced by it used.
final class LayoutDirectory: BlobStore {
    private let path: String
    /// Where the files are written: the layout itself, or the directory that becomes it.
    private let workPath: String
    private let isNew: Bool
    private var isFinished = false
    private var temporaryCount = 0
    private var known: Set<BlobDigest> = []
    /// The blobs in the order in which they came, and whether an older layout had them already.
    private var added: [(digest: BlobDigest, wasThere: Bool)] = []

    /// - Throws: ``ImageError/Code/outputInTheWay`` for a file, or a directory that is no layout.
    init(path: String) throws(ImageError) {
        let trimmed = path.utf8.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.path = trimmed
        switch OutputPath.kind(of: trimmed) {
        case .nothing: isNew = true
        case .directory where (try? Directories.entries(of: trimmed))?.isEmpty == true: isNew = true
        case .directory where OutputPath.kind(of: trimmed + "/oci-layout") == .file: isNew = false
        default: throw ImageError(.outputInTheWay, path: trimmed)
        }
        workPath = isNew ? OutputPath.temporary(for: trimmed) : trimmed
        try OutputPath.makeDirectory(workPath)
        try OutputPath.makeDirectory(workPath + "/blobs")
        try OutputPath.makeDirectory(workPath + "/blobs/sha256")
    }

    deinit {
        guard !isFinished else { return }
        if isNew {
            Directories.remove(workPath)
        } else {
            rewind(to: 0)
            removeTemporaries()
        }
    }

    var mark: Int { added.count }

    func rewind(to mark: Int) {
        for (digest, wasThere) in added[mark...] {
            known.remove(digest)
            if !wasThere { OutputPath.remove(blobPath(digest)) }
        }
        added.removeSubrange(mark...)
    }

    /// Notes a blob that is to be written; false if the store has it.
    private func note(_ digest: BlobDigest) -> Bool {
        guard known.insert(digest).inserted else { return false }
        added.append((digest, !isNew && OutputPath.kind(of: blobPath(digest)) == .file))
        return true
    }

    func add(_ bytes: [UInt8]) throws(ImageError) -> BlobDigest {
        let digest: BlobDigest
        do throws(ArchiveError) { digest = try BlobDigest.of(bytes) } catch { throw ImageError(error) }
        if note(digest) { try write(bytes, to: blobPath(digest)) }
        return digest
    }

    func reserve(_ digest: BlobDigest, size: Int) throws(ImageError) -> (any ReservedBlob)? {
        guard note(digest) else { return nil }
        return FileBlob(temporary: nextTemporary(), path: blobPath(digest))
    }

    func addStream(
        _ body: (BlobStream) throws(ImageError) -> Void
    ) throws(ImageError) -> (digest: BlobDigest, size: Int) {
        let temporary = nextTemporary()
        let stream = try BlobStream(OutputFile(creating: temporary, shownAs: temporary), at: 0)
        try body(stream)
        let digest = stream.finishDigest()
        _ = note(digest)
        try OutputPath.rename(temporary, to: blobPath(digest))
        return (digest, stream.size)
    }

    func finish(_ contents: LayoutContents) throws(ImageError) {
        var index = contents.index
        let before = isNew ? nil : try LayoutReader(directory: path)
        if let before {
            let replaced: (Descriptor) -> Bool = { old in
                let name = old.annotations[Annotations.referenceName]
                return name == nil || name == contents.referenceName
            }
            index.manifests = before.index.manifests.filter { !replaced($0) } + index.manifests
        }
        try write(Array(LayoutContents.marker.utf8), to: workPath + "/oci-layout")
        try write(Array(index.json.pretty.utf8), to: workPath + "/index.json")
        if isNew { try OutputPath.rename(workPath, to: path) }
        isFinished = true
        if let before, let after = try? LayoutReader(directory: path) {
            // What cannot be followed is kept.
            guard let used = try? before.blobs(), let needed = try? after.blobs() else { return }
            for digest in used.subtracting(needed) { OutputPath.remove(blobPath(digest)) }
        }
    }

    private func blobPath(_ digest: BlobDigest) -> String { "\(workPath)/blobs/sha256/\(digest.hexadecimal)" }

    private func nextTemporary() -> String {
        temporaryCount += 1
        return OutputPath.temporary(for: "\(workPath)/blobs/sha256/\(temporaryCount)")
    }

    private func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
        let temporary = OutputPath.temporary(for: path)
        OutputPath.remove(temporary)
        try OutputFile(creating: temporary, shownAs: path).write(bytes, at: 0)
        try OutputPath.rename(temporary, to: path)
    }

    private func removeTemporaries() {
        for number in 0...temporaryCount {
            OutputPath.remove(OutputPath.temporary(for: "\(workPath)/blobs/sha256/\(number)"))
        }
    }
}

/// A blob that is a file of its own. The file is opened late, so that few are open at once.
private final class FileBlob: ReservedBlob {
    private let temporary: String
    private let path: String
    private let file = Locked<OutputFile?>(nil)

    init(temporary: String, path: String) {
        self.temporary = temporary
        self.path = path
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImageError) {
        try open().write(bytes, at: offset)
    }

    func commit() throws(ImageError) {
        _ = try open()
        file.withLock { $0 = nil }
        try OutputPath.rename(temporary, to: path)
    }

    private func open() throws(ImageError) -> OutputFile {
        try file.withLock { (file) throws(ImageError) in
            if let file { return file }
            OutputPath.remove(temporary)
            let opened = try OutputFile(creating: temporary, shownAs: path)
            file = opened
            return opened
        }
    }
}

extension LayoutContents {
    /// The content of `oci-layout`.
    static let marker = "{\"imageLayoutVersion\": \"1.0.0\"}\n"
}
