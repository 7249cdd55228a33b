/// Bytes that can be read at any place, by several readers at once: an open file, or memory.
public protocol RandomAccessFile: Sendable {
    /// What errors call it: a path, or a few words.
    var name: String { get }

    /// The size in bytes.
    func size() throws(ArchiveError) -> Int

    /// Fills the front of `buffer` with what stands at `offset` and returns how many bytes that is; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ArchiveError) -> Int
}

extension RandomAccessFile {
    /// The bytes at `offset`; fewer where the file ends before.
    package func bytes(_ count: Int, at offset: Int) throws(ArchiveError) -> [UInt8] {
        var source = RangeSource(self, offset..<offset + count)
        return try source.readAll(limit: count)
    }
}

/// Bytes in memory as a file.
public struct MemoryFile: RandomAccessFile {
    public let name: String
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8], name: String = "") {
        self.bytes = bytes
        self.name = name
    }

    public func size() throws(ArchiveError) -> Int { bytes.count }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ArchiveError) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes { all in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[offset..<offset + count]))
        }
        return count
    }
}

/// A stretch of a file as a source, with a position of its own.
public struct RangeSource: ByteSource {
    public let file: any RandomAccessFile
    /// Where the next read begins, and where the source ends.
    public private(set) var position: Int
    public let end: Int

    public var name: String { file.name }

    /// - Parameter range: the bytes to deliver; a file that is shorter ends the source early.
    public init(_ file: any RandomAccessFile, _ range: Range<Int>) {
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let wanted = min(buffer.count, end - position)
        guard wanted > 0 else { return 0 }
        let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: position)
        position += count
        return count
    }
}
