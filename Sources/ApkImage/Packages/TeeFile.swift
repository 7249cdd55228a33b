internal import ApkArchive

/// A package file whose data segment is also copied into a blob, as it is read: what is proved is what is copied.
final class TeeFile: RandomAccessFile {
    private let file: any RandomAccessFile
    private let target = Locked<Target?>(nil)

    private struct Target {
        var blob: any ReservedBlob
        /// The bytes that are copied.
        var range: Range<Int>
        var failure: ImageError?
    }

    init(_ file: any RandomAccessFile) { self.file = file }

    var name: String { file.name }

    func size() throws(ArchiveError) -> Int { try file.size() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ArchiveError) -> Int {
        let count = try file.read(into: buffer, at: offset)
        copy(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        return count
    }

    /// Copies what is read of `range` from now on.
    func startCopying(_ range: Range<Int>, to blob: any ReservedBlob) {
        target.withLock { $0 = Target(blob: blob, range: range) }
    }

    /// Ends copying.
    ///
    /// - Throws: what went wrong with the copy in between.
    func endCopying() throws(ImageError) {
        let failure = target.withLock { target in
            defer { target = nil }
            return target?.failure
        }
        if let failure { throw failure }
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard let (blob, range) = target.withLock({ target in target.map { ($0.blob, $0.range) } }) else { return }
        let copied = range.clamped(to: offset..<offset + bytes.count)
        guard !copied.isEmpty else { return }
        let part = UnsafeRawBufferPointer(rebasing: bytes[copied.lowerBound - offset..<copied.upperBound - offset])
        do throws(ImageError) { try blob.write(part, at: copied.lowerBound - range.lowerBound) } catch {
            target.withLock { $0?.failure = error }
        }
    }
}
