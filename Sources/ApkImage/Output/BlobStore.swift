internal import ApkArchive

/// Where the blobs of images go: a layout directory or an archive. Nothing is visible under the output's name before
/// ``finish(_:)``; without it, whatever was written goes away with the store.
protocol BlobStore: AnyObject {
    /// Takes a blob that is all there.
    func add(_ bytes: [UInt8]) throws(ImageError) -> BlobDigest

    /// Makes room for a blob whose name and size are known, to be filled from any thread; nil if the store has it.
    func reserve(_ digest: BlobDigest, size: Int) throws(ImageError) -> (any ReservedBlob)?

    /// Takes a blob as it is made; its name and size are known at its end. One at a time.
    func addStream(_ body: (BlobStream) throws(ImageError) -> Void) throws(ImageError) -> (
        digest: BlobDigest, size: Int
    )

    /// How many blobs there are, to come back to.
    var mark: Int { get }

    /// Forgets the blobs that came after a mark.
    func rewind(to mark: Int)

    /// Writes what names the blobs, and gives the output its name.
    func finish(_ contents: LayoutContents) throws(ImageError)
}

/// Room for one blob of known size.
protocol ReservedBlob: Sendable {
    /// Writes at an offset of the blob.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImageError)
    /// Called when all is written and proved.
    func commit() throws(ImageError)
}

/// What stands beside the blobs.
struct LayoutContents {
    /// The images of `index.json`.
    var index: ImageIndex
    /// `manifest.json` of a docker archive; nil for none.
    var dockerManifest: [UInt8]?
    /// The name under which the image stands in the index.
    var referenceName: String
}

/// A blob that is being written: counted and hashed as it goes by.
final class BlobStream: ByteSink {
    private let file: OutputFile
    private let start: Int
    private var digest: Digest
    private(set) var size = 0

    init(_ file: OutputFile, at start: Int) throws(ImageError) {
        self.file = file
        self.start = start
        do throws(ArchiveError) { digest = try Digest(.sha256) } catch {
            throw ImageError(.badPackage, path: file.name, archive: error)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        digest.update(bytes)
        do throws(ImageError) { try file.write(bytes, at: start + size) } catch {
            throw ArchiveError(.writeFailed, path: file.name, offset: start + size, systemError: error.systemError)
        }
        size += bytes.count
    }

    func finish() throws(ArchiveError) {}

    /// The name of what was written.
    func finishDigest() -> BlobDigest { BlobDigest(sha256: digest.finish()) }
}

extension ImageError {
    /// What the archive module says about the output or about a package.
    init(_ error: ArchiveError, package: String = "") {
        if error.code == .writeFailed {
            self.init(.systemFailure, path: error.path, systemError: error.systemError)
        } else {
            self.init(.badPackage, path: error.path, package: package, archive: error)
        }
    }
}
