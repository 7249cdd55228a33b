import CZlib

/// Inflates a small gzip member again and again, with one byte changed each time. Independent of the code under test.
public struct GzipProbe {
    private var member: [UInt8]
    private let content: [UInt8]
    private var output: [UInt8]

    /// - Parameter member: one valid gzip member.
    public init(_ member: [UInt8]) {
        self.member = member
        content = GzipProbe.firstMember(member)?.content ?? []
        output = [UInt8](repeating: 0, count: content.count + 1)
    }

    /// Whether zlib still accepts the member as a whole with this byte changed, and finds the same content in it.
    public mutating func isSame(withByte offset: Int, changedBy mask: UInt8) -> Bool {
        member[offset] ^= mask
        defer { member[offset] ^= mask }
        guard let result = GzipProbe.inflate(&member, into: &output), result.input == member.count else { return false }
        return output[..<result.output].elementsEqual(content)
    }

    /// Content and length of the member at the front of some bytes; nil where there is none of at most 16 MiB.
    public static func firstMember(_ bytes: [UInt8]) -> (content: [UInt8], length: Int)? {
        var input = bytes
        var output = [UInt8](repeating: 0, count: 16 << 20)
        guard let result = inflate(&input, into: &output) else { return nil }
        return (Array(output[..<result.output]), result.input)
    }

    private static func inflate(_ input: inout [UInt8], into output: inout [UInt8]) -> (input: Int, output: Int)? {
        var stream = z_stream()
        guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        let status = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return CZlib.inflate(&stream, Z_FINISH)
            }
        }
        return status == Z_STREAM_END ? (Int(stream.total_in), Int(stream.total_out)) : nil
    }
}
