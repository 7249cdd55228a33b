import CZlib

/// Writes one gzip member, with control over all that a member's frame can hold.
///
///     let member = GzipBuilder().member(bytes)
///     let odd = GzipBuilder(operatingSystem: 255, name: Array("x".utf8)).member(bytes)
public struct GzipBuilder: Sendable {
    /// zlib's compression level, 0 to 9.
    public var level: Int32 = 9
    public var modificationTime: UInt32 = 0
    public var extraFlags: UInt8 = 2
    public var operatingSystem: UInt8 = 3
    /// The optional fields; nil for none.
    public var extra: [UInt8]?
    public var name: [UInt8]?
    public var comment: [UInt8]?
    public var hasHeaderChecksum = false
    /// Flag bits to set beside those of the fields above.
    public var moreFlags: UInt8 = 0

    public init() {}

    /// What `gzip -9` and abuild write, which is the default.
    public static let abuild = GzipBuilder()

    /// What Go's standard library, so melange and apko, write.
    public static let go: GzipBuilder = {
        var writer = GzipBuilder()
        writer.extraFlags = 0
        writer.operatingSystem = 255
        return writer
    }()

    public func member(_ content: [UInt8]) -> [UInt8] { header() + deflate(content) + trailer(of: content) }

    public func header() -> [UInt8] {
        var flags = moreFlags
        if hasHeaderChecksum { flags |= 2 }
        if extra != nil { flags |= 4 }
        if name != nil { flags |= 8 }
        if comment != nil { flags |= 16 }
        var bytes: [UInt8] = [0x1F, 0x8B, 8, flags]
        bytes += littleEndian(modificationTime)
        bytes += [extraFlags, operatingSystem]
        if let extra { bytes += [UInt8(extra.count & 255), UInt8(extra.count >> 8)] + extra }
        if let name { bytes += name + [0] }
        if let comment { bytes += comment + [0] }
        if hasHeaderChecksum {
            bytes += littleEndian(UInt32(crc32(0, bytes, UInt32(bytes.count)))).prefix(2)
        }
        return bytes
    }

    public func deflate(_ content: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        precondition(
            deflateInit2_(
                &stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, uLong(content.count)))
        var input = content
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            input.withUnsafeMutableBufferPointer { bytes in
                stream.next_in = bytes.baseAddress
                stream.avail_in = UInt32(bytes.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
            count = bound - Int(stream.avail_out)
        }
    }

    public func trailer(of content: [UInt8]) -> [UInt8] {
        littleEndian(UInt32(crc32(0, content, UInt32(content.count))))
            + littleEndian(UInt32(truncatingIfNeeded: content.count))
    }

    private func littleEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value & 255), UInt8(value >> 8 & 255), UInt8(value >> 16 & 255), UInt8(value >> 24)]
    }
}

extension GzipBuilder {
    /// What a deflate stream without a frame holds.
    public static func inflate(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        precondition(inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var result = Z_OK
            while result == Z_OK {
                buffer.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    result = CZlib.inflate(&stream, Z_NO_FLUSH)
                    content += output[..<(output.count - Int(stream.avail_out))]
                }
            }
        }
        return content
    }
}
