import CZlib

/// What zlib makes of bytes.
enum Deflate {
    /// The deflate stream, without a frame, at a level of compression.
    static func stream(of content: [UInt8], level: Int32) -> [UInt8] {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return [] }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, uLong(content.count)))
        var input = content
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            input.withUnsafeMutableBufferPointer { bytes in
                stream.next_in = bytes.baseAddress
                stream.avail_in = UInt32(bytes.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? bound - Int(stream.avail_out) : 0
            }
        }
    }

    /// What a deflate stream without a frame holds, if that is `count` bytes; else nothing.
    static func content(of stream: [UInt8], count: Int) -> [UInt8] {
        var state = z_stream()
        guard
            inflateInit2_(&state, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return [] }
        defer { inflateEnd(&state) }
        var input = stream
        return [UInt8](unsafeUninitializedCapacity: count) { output, used in
            input.withUnsafeMutableBufferPointer { bytes in
                state.next_in = bytes.baseAddress
                state.avail_in = UInt32(bytes.count)
                state.next_out = output.baseAddress
                state.avail_out = UInt32(count)
                used = inflate(&state, Z_FINISH) == Z_STREAM_END ? count - Int(state.avail_out) : 0
            }
        }
    }
}
