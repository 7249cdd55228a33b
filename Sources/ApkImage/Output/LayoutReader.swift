internal import ApkArchive
internal import ApkFormats

/// Reads the index and the manifests of an OCI image layout, a directory or an archive.
struct LayoutReader {
    let index: ImageIndex
    private let path: String
    private let read: (BlobDigest) throws(ImageError) -> [UInt8]

    /// No manifest or configuration is larger.
    private static let largestText = 16 << 20

    /// - Throws: ``ImageError/Code/malformedImage``.
    init(directory path: String) throws(ImageError) {
        try self.init(path: path, index: Self.file(path + "/index.json")) { (digest) throws(ImageError) in
            try Self.file("\(path)/blobs/sha256/\(digest.hexadecimal)")
        }
    }

    /// Reads an archive in one pass, keeping what is small enough to be a manifest.
    init(archive path: String) throws(ImageError) {
        var texts: [String: [UInt8]] = [:]
        do throws(ArchiveError) {
            var tar = TarReader(try FileSource(path: path))
            while let entry = try tar.next() {
                guard entry.kind == .regular, entry.size <= 1 << 20 else { continue }
                texts[String(decoding: entry.path, as: UTF8.self)] = try tar.readContent(limit: 1 << 20, option: "")
            }
        } catch {
            throw ImageError(.malformedImage, path: path, archive: error)
        }
        guard let index = texts["index.json"] else {
            throw ImageError(.malformedImage, path: path, detail: "no index.json")
        }
        try self.init(path: path, index: index) { (digest) throws(ImageError) in
            guard let text = texts["blobs/sha256/" + digest.hexadecimal] else {
                throw ImageError(.malformedImage, path: path, detail: "no blob \(digest)")
            }
            return text
        }
    }

    private init(
        path: String, index: [UInt8], read: @escaping (BlobDigest) throws(ImageError) -> [UInt8]
    ) throws(ImageError) {
        self.path = path
        self.read = read
        guard let value = ImageIndex(try Self.json(index, path)) else {
            throw ImageError(.malformedImage, path: path, detail: "index.json is no image index")
        }
        self.index = value
    }

    /// The manifests of all images, those in nested indexes included, with their descriptors.
    func manifests() throws(ImageError) -> [(descriptor: Descriptor, manifest: ImageManifest)] {
        try walk(index, level: 0).compactMap { descriptor, manifest in manifest.map { (descriptor, $0) } }
    }

    /// All blobs that the index leads to.
    func blobs() throws(ImageError) -> Set<BlobDigest> {
        var digests: Set<BlobDigest> = []
        for (descriptor, manifest) in try walk(index, level: 0) {
            digests.insert(descriptor.digest)
            guard let manifest else { continue }
            digests.insert(manifest.configuration.digest)
            digests.formUnion(manifest.layers.map(\.digest))
        }
        return digests
    }

    private func walk(
        _ index: ImageIndex, level: Int
    ) throws(ImageError) -> [(descriptor: Descriptor, manifest: ImageManifest?)] {
        var found: [(descriptor: Descriptor, manifest: ImageManifest?)] = []
        for descriptor in index.manifests {
            if descriptor.mediaType == .imageIndex {
                guard level < 4, let nested = ImageIndex(try text(of: descriptor)) else {
                    throw ImageError(.malformedImage, path: path, detail: "no image index: \(descriptor.digest)")
                }
                found.append((descriptor, nil))
                found += try walk(nested, level: level + 1)
            } else {
                guard let manifest = ImageManifest(try text(of: descriptor)) else {
                    throw ImageError(.malformedImage, path: path, detail: "no image manifest: \(descriptor.digest)")
                }
                found.append((descriptor, manifest))
            }
        }
        return found
    }

    private func text(of descriptor: Descriptor) throws(ImageError) -> JSON {
        let bytes = try read(descriptor.digest)
        guard let digest = try? BlobDigest.of(bytes), digest == descriptor.digest else {
            throw ImageError(.malformedImage, path: path, detail: "the blob \(descriptor.digest) is not intact")
        }
        return try Self.json(bytes, path)
    }

    private static func json(_ bytes: [UInt8], _ path: String) throws(ImageError) -> JSON {
        do throws(FormatError) { return try JSON(parsing: bytes) } catch {
            throw ImageError(.malformedImage, path: path, format: error)
        }
    }

    private static func file(_ path: String) throws(ImageError) -> [UInt8] {
        do throws(ArchiveError) {
            var source = try FileSource(path: path)
            return try source.readAll(limit: largestText)
        } catch {
            throw ImageError(.malformedImage, path: path, archive: error)
        }
    }
}
