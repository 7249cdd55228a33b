internal import ApkArchive
internal import ApkFormats

/// An OCI image layout as a tar archive, with docker's `manifest.json` on request.
///
/// The archive grows beside its place and is renamed at the end. A blob whose size is known is filled by whoever has its
/// bytes while others are written; one whose size is not gets its header when it has ended.
final class LayoutArchive: BlobStore {
    private let file: OutputFile
    private let destination: Destination
    private let time: Int
    private var offset = 0
    private var isFinished = false
    private var known: Set<BlobDigest> = []
    /// The blobs in the order in which they came, and where the header of each stands.
    private var added: [(digest: BlobDigest, offset: Int)] = []

    private enum Destination {
        case rename(from: String, to: String)
        /// A pipe or device, which gets the bytes at the end.
        case copy(to: OutputFile)
    }

    /// - Parameters:
    ///   - path: the archive; `-` for standard output.
    ///   - time: the time of all entries, in seconds since 1970.
    init(path: String, time: Int) throws(ImageError) {
        self.time = time
        if path == "-" {
            destination = .copy(to: OutputFile(descriptor: 1, name: "standard output"))
            file = try OutputPath.unnamedFile()
        } else {
            switch OutputPath.kind(of: path) {
            case .directory: throw ImageError(.outputInTheWay, path: path)
            case .other:
                destination = .copy(to: try OutputFile(existing: path))
                file = try OutputPath.unnamedFile()
            case .nothing, .file:
                let temporary = OutputPath.temporary(for: path)
                OutputPath.remove(temporary)
                destination = .rename(from: temporary, to: path)
                file = try OutputFile(creating: temporary, shownAs: path)
            }
        }
        try addFile("oci-layout", Array(LayoutContents.marker.utf8))
        for directory in ["blobs", "blobs/sha256"] { try addHeader(directory, kind: .directory, size: 0) }
    }

    deinit {
        if !isFinished, case .rename(let temporary, _) = destination { OutputPath.remove(temporary) }
    }

    var mark: Int { added.count }

    func rewind(to mark: Int) {
        guard mark < added.count else { return }
        offset = added[mark].offset
        for (digest, _) in added[mark...] { known.remove(digest) }
        added.removeSubrange(mark...)
    }

    /// Notes a blob that is to be written here; false if the archive has it.
    private func note(_ digest: BlobDigest) -> Bool {
        guard known.insert(digest).inserted else { return false }
        added.append((digest, offset))
        return true
    }

    func add(_ bytes: [UInt8]) throws(ImageError) -> BlobDigest {
        let digest: BlobDigest
        do throws(ArchiveError) { digest = try BlobDigest.of(bytes) } catch { throw ImageError(error) }
        if note(digest) { try addFile(name(of: digest), bytes) }
        return digest
    }

    func reserve(_ digest: BlobDigest, size: Int) throws(ImageError) -> (any ReservedBlob)? {
        guard note(digest) else { return nil }
        try addHeader(name(of: digest), kind: .regular, size: size)
        let start = offset
        try pad(after: size)
        return ArchivedBlob(file: file, start: start)
    }

    func addStream(
        _ body: (BlobStream) throws(ImageError) -> Void
    ) throws(ImageError) -> (digest: BlobDigest, size: Int) {
        let start = offset
        let stream = try BlobStream(file, at: start + Self.blockSize)
        try body(stream)
        let digest = stream.finishDigest()
        // The same bytes again are overwritten by what comes next; the end cuts off what is left of them.
        guard note(digest) else { return (digest, stream.size) }
        try addHeader(name(of: digest), kind: .regular, size: stream.size)
        try pad(after: stream.size)
        return (digest, stream.size)
    }

    func finish(_ contents: LayoutContents) throws(ImageError) {
        try addFile("index.json", Array(contents.index.json.pretty.utf8))
        if let manifest = contents.dockerManifest { try addFile("manifest.json", manifest) }
        try file.write([UInt8](repeating: 0, count: 2 * Self.blockSize), at: offset)
        offset += 2 * Self.blockSize
        try file.truncate(to: offset)
        switch destination {
        case .rename(let temporary, let path): try OutputPath.rename(temporary, to: path)
        case .copy(let target): try copy(to: target)
        }
        isFinished = true
    }

    private static let blockSize = 512

    private func name(of digest: BlobDigest) -> String { "blobs/sha256/" + digest.hexadecimal }

    private func addFile(_ name: String, _ bytes: [UInt8]) throws(ImageError) {
        try addHeader(name, kind: .regular, size: bytes.count)
        try file.write(bytes, at: offset)
        try pad(after: bytes.count)
    }

    private func addHeader(_ name: String, kind: ArchiveEntry.Kind, size: Int) throws(ImageError) {
        let entry = ArchiveEntry(
            path: Array(name.utf8), kind: kind, mode: kind == .directory ? 0o755 : 0o644, modificationTime: time,
            size: size)
        var tar = TarWriter(MemorySink())
        do throws(ArchiveError) { try tar.append(entry) } catch { throw ImageError(error) }
        try file.write(tar.output.bytes, at: offset)
        offset += tar.output.bytes.count
    }

    /// Goes to where the next header stands. Zeros are written, because a stream may have left other bytes there.
    private func pad(after size: Int) throws(ImageError) {
        offset += size
        let padding = -size & (Self.blockSize - 1)
        try file.write([UInt8](repeating: 0, count: padding), at: offset)
        offset += padding
    }

    private func copy(to target: OutputFile) throws(ImageError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
        defer { buffer.deallocate() }
        var position = 0
        while position < offset {
            let count = try file.read(into: buffer, at: position)
            guard count > 0 else { throw ImageError(.systemFailure, path: file.name, detail: "the file was cut short") }
            try target.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            position += count
        }
    }
}

/// A blob in the middle of an archive.
private struct ArchivedBlob: ReservedBlob {
    let file: OutputFile
    let start: Int

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImageError) {
        try file.write(bytes, at: start + offset)
    }

    func commit() throws(ImageError) {}
}
