import CZlib
import Foundation
import Testing

/// What the tests need of real archives: the formats themselves know nothing of gzip and tar.
enum Archives {
    struct Malformed: Error {}

    /// The content of the first file with this name in a compressed tar of any number of gzip members.
    static func file(_ name: String, in archive: URL) throws -> [UInt8] {
        let tar = try inflate(SharedFiles.bytes(archive), until: name == "APKINDEX" ? .max : 1 << 20)
        var position = 0
        while position + 512 <= tar.count {
            let header = tar[position..<(position + 512)]
            let entry = String(decoding: header.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
            let digits = header.dropFirst(124).prefix(12).prefix { $0 >= 0x30 && $0 <= 0x37 }
            let size = digits.isEmpty ? 0 : try #require(Int(String(decoding: digits, as: UTF8.self), radix: 8))
            position += 512
            if entry == name { return Array(tar[position..<(position + size)]) }
            position += (size + 511) / 512 * 512
        }
        throw Malformed()
    }

    /// Inflates all members, and stops once `limit` bytes are there.
    private static func inflate(_ input: [UInt8], until limit: Int) throws -> [UInt8] {
        var output: [UInt8] = []
        var input = input
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { throw Malformed() }
        defer { inflateEnd(&stream) }
        try input.withUnsafeMutableBufferPointer { bytes in
            stream.next_in = bytes.baseAddress
            stream.avail_in = UInt32(bytes.count)
            while output.count < limit {
                let status = chunk.withUnsafeMutableBufferPointer { space in
                    stream.next_out = space.baseAddress
                    stream.avail_out = UInt32(space.count)
                    return CZlib.inflate(&stream, Z_NO_FLUSH)
                }
                output += chunk.prefix(chunk.count - Int(stream.avail_out))
                switch status {
                case Z_OK: continue
                case Z_STREAM_END where stream.avail_in == 0: return
                case Z_STREAM_END: inflateReset(&stream)
                default: throw Malformed()
                }
            }
        }
        return output
    }
}
