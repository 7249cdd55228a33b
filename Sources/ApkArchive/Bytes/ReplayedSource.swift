/// A source whose first bytes were read already, to see what it is, and are delivered again.
struct ReplayedSource: ByteSource {
    private var first: ArraySlice<UInt8>
    private var rest: any ByteSource

    var name: String { rest.name }

    /// Takes up to `count` bytes from a source.
    ///
    /// - Returns: the bytes, fewer where the source ends before, and the source as it was.
    static func peek(
        _ source: any ByteSource, count: Int
    ) throws(ArchiveError) -> (first: [UInt8], source: ReplayedSource) {
        var source = source
        var first: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: count)
        while first.count < count {
            var failure: ArchiveError?
            let found = buffer.withUnsafeMutableBytes { room in
                do throws(ArchiveError) {
                    return try source.read(into: UnsafeMutableRawBufferPointer(rebasing: room[first.count...]))
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard found > 0 else { break }
            first = Array(buffer[..<(first.count + found)])
        }
        return (first, ReplayedSource(first: first[...], rest: source))
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard !first.isEmpty else { return try rest.read(into: buffer) }
        let count = min(buffer.count, first.count)
        buffer.copyBytes(from: first.prefix(count))
        first = first.dropFirst(count)
        return count
    }
}
