/// A file that is open for reading, as a source.
public final class FileSource: ByteSource {
    /// The open file, for readers with positions of their own.
    public let file: OpenFile
    private var position = 0

    /// The path as the caller gave it.
    public var name: String { file.name }

    /// Opens a regular file.
    ///
    /// - Throws: ``ArchiveError/Code/openFailed`` with the `errno`, also for a directory or a device.
    public init(path: String) throws(ArchiveError) { file = try OpenFile(path: path) }

    /// Takes over an open descriptor that can be read at any position.
    package init(descriptor: Int32, name: String) { file = OpenFile(descriptor: descriptor, name: name) }

    /// The size of the file in bytes.
    public func size() throws(ArchiveError) -> Int { try file.size() }

    /// Continues at byte `offset` with the next read.
    public func seek(to offset: Int) { position = offset }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = try file.read(into: buffer, at: position)
        position += count
        return count
    }
}
