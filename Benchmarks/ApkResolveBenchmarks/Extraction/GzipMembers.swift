import ApkArchive
import CZlib

/// Gzip members that lie one after another in a file.
struct GzipMembers {
    let path: String
    /// Where in the file each member ends.
    let ends: [Int]

    /// Inflates all of them with zlib through one buffer, and hashes their compressed bytes.
    ///
    /// - Parameter take: gets what is inflated, piece by piece.
    /// - Returns: a number that depends on all of it.
    func inflate(_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        var input = [UInt8](repeating: 0, count: 128 * 1024)
        var output = [UInt8](repeating: 0, count: 128 * 1024)
        let file = try OpenFile(path: path)
        var start = 0
        var total = 0
        for end in ends {
            var source = RangeSource(file, start..<end)
            total += try inflateMember(&source, &input, &output, take)
            start = end
        }
        return total
    }

    private func inflateMember(
        _ source: inout RangeSource, _ input: inout [UInt8], _ output: inout [UInt8],
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        var digest = try Digest(.sha256)
        var stream = z_stream()
        // 15 bits of window, and 16 for a frame of gzip with its checksum.
        inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { inflateEnd(&stream) }
        while true {
            let count = try input.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { break }
            try input.withUnsafeMutableBufferPointer { bytes in
                digest.update(UnsafeRawBufferPointer(start: bytes.baseAddress, count: count))
                stream.next_in = bytes.baseAddress
                stream.avail_in = UInt32(count)
                try output.withUnsafeMutableBufferPointer { room in
                    var result = Z_OK
                    repeat {
                        stream.next_out = room.baseAddress
                        stream.avail_out = UInt32(room.count)
                        result = CZlib.inflate(&stream, Z_NO_FLUSH)
                        try take(
                            UnsafeRawBufferPointer(
                                rebasing: UnsafeRawBufferPointer(room)[..<(room.count - Int(stream.avail_out))]))
                    } while result == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)
                }
            }
        }
        return Int(stream.total_out) + Int(digest.finish()[0])
    }
}

/// What the yardstick has of it: inflating and hashing alone.
struct Inflating: Benchmark {
    let name: String
    let members: GzipMembers

    func setUp() throws -> () throws -> Int { { try members.inflate { _ in } } }
}
