import CZlib

/// Compresses to one gzip member, on one thread or several, with the same bytes whatever the number of threads.
///
///     var gzip = try GzipWriter(sink, level: 6, threads: 2)
///     try gzip.write(chunk)
///     try gzip.finish()
///
/// The input is cut into blocks of a fixed size. Each is compressed by itself, with the end of the block before as its
/// dictionary, so that cutting costs next to nothing; the results are joined in order. Memory is a few blocks a thread.
/// The bytes depend on the version of zlib, as those of any user of zlib do.
public struct GzipWriter<Output: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    public var output: Output
    private let level: Int32
    private let workers: BlockWorkers
    private var block = BlockWorkers.Block()
    private var checksum: uLong = crc32(0, nil, 0)
    private var inputCount = 0
    private var hasHeader = false
    private var isFinished = false

    /// How many bytes of input are compressed at a time.
    static var blockSize: Int { 512 * 1024 }

    /// - Parameters:
    ///   - level: zlib's level, 1 (fastest) to 9 (smallest).
    ///   - threads: how many threads compress; 1 compresses on the caller's.
    public init(_ output: consuming Output, level: Int = 6, threads: Int = 1) {
        precondition((1...9).contains(level))
        self.output = output
        self.level = Int32(level)
        workers = BlockWorkers(level: Int32(level), threads: threads)
    }

    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        precondition(!isFinished, "nothing is written after the end")
        var rest = bytes
        while !rest.isEmpty {
            // A full block waits until it is known whether it is the last one.
            if block.input.count == Self.blockSize { try submitBlock(isLast: false) }
            let count = min(rest.count, Self.blockSize - block.input.count)
            block.input.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        inputCount += bytes.count
    }

    public mutating func finish() throws(ArchiveError) {
        precondition(!isFinished, "a member ends once")
        isFinished = true
        try submitBlock(isLast: true)
        while let done = workers.next() { try put(done) }
        var trailer: [UInt8] = []
        for word in [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: inputCount)] {
            withUnsafeBytes(of: word.littleEndian) { trailer.append(contentsOf: $0) }
        }
        try output.write(trailer)
        try output.finish()
    }

    private mutating func submitBlock(isLast: Bool) throws(ArchiveError) {
        var next = BlockWorkers.Block()
        if !isLast {
            next.dictionary = Array(block.input.suffix(BlockWorkers.windowSize))
            next.input.reserveCapacity(Self.blockSize)
        }
        block.isLast = isLast
        swap(&block, &next)
        workers.submit(next)
        while workers.isFull, let done = workers.next() { try put(done) }
    }

    private mutating func put(_ done: BlockWorkers.Result) throws(ArchiveError) {
        if !hasHeader {
            hasHeader = true
            // No name, no time; XFL as RFC 1952 says; OS 255, unknown, so that all systems write the same.
            let effort: UInt8 = level == 9 ? 2 : level == 1 ? 4 : 0
            try output.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, effort, 255])
        }
        try output.write(done.output)
        checksum = crc32_combine(checksum, done.checksum, done.inputCount)
    }
}
