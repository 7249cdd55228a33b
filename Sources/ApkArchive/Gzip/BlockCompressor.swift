import CZlib

/// Compresses blocks of one deflate stream, each by itself. Used by one thread at a time.
final class BlockCompressor {
    private let stream: UnsafeMutablePointer<z_stream>

    init(level: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = deflateInit2_(
            stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has memory and the version it was built for")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func compress(_ block: BlockWorkers.Block) -> BlockWorkers.Result {
        var result = deflateReset(stream)
        precondition(result == Z_OK)
        if !block.dictionary.isEmpty {
            result = deflateSetDictionary(stream, block.dictionary, UInt32(block.dictionary.count))
            precondition(result == Z_OK)
        }
        // The bound is for one stream that is finished; a flush in place of the end takes a few bytes more.
        let room = Int(deflateBound(stream, uLong(block.input.count))) + 16
        let output = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            block.input.withUnsafeBufferPointer { input in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(room)
                let flush = block.isLast ? Z_FINISH : Z_SYNC_FLUSH
                let status = deflate(stream, flush)
                precondition(status == (block.isLast ? Z_STREAM_END : Z_OK) && stream.pointee.avail_in == 0)
            }
            count = room - Int(stream.pointee.avail_out)
        }
        let checksum = crc32(0, block.input, UInt32(block.input.count))
        return BlockWorkers.Result(output: output, checksum: checksum, inputCount: block.input.count)
    }
}
