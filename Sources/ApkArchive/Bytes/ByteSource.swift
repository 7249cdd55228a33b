/// Something that bytes are pulled from: a file, memory, an inflated gzip member.
public protocol ByteSource: ~Copyable {
    /// What errors call this source: a path, or a few words.
    var name: String { get }

    /// Fills the front of `buffer` and returns how many bytes it wrote; 0 means the end.
    ///
    /// A short count is not the end. `buffer` is never empty.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
}

/// The size of the buffers that the readers of this module pull through, in bytes.
package let readBufferSize = 128 * 1024

extension ByteSource where Self: ~Copyable {
    /// All bytes that are left, if there are at most `limit`.
    package mutating func readAll(limit: Int) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit + 1, readBufferSize))
        while true {
            var failure: ArchiveError?
            let count = buffer.withUnsafeMutableBytes { room in
                do throws(ArchiveError) {
                    return try read(into: room)
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw ArchiveError(.limitExceeded, path: name, expected: "at most \(limit) bytes")
            }
        }
    }
}
