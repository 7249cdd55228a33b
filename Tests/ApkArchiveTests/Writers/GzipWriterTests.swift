import ApkArchive
import ApkTestSupport
import Testing

struct GzipWriterTests {
    /// Text that compresses, bytes that do not, and their mixture, of a length that fills no block exactly.
    static func input(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        while bytes.count < count {
            if Bool.random(using: &random) {
                bytes += Array("some text that comes again and again\n".utf8)
            } else {
                bytes += (0..<40).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            }
        }
        return Array(bytes.prefix(count))
    }

    static func compressed(_ bytes: [UInt8], level: Int = 6, threads: Int, chunk: Int = 60_000) throws -> [UInt8] {
        var gzip = GzipWriter(MemorySink(), level: level, threads: threads)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try gzip.write(Array(bytes[start..<min(start + chunk, bytes.count)]))
        }
        try gzip.finish()
        return gzip.output.bytes
    }

    @Test(arguments: [0, 1, 511, 524_287, 524_288, 524_289, 1_048_576, 3_000_001])
    func readsBack(_ count: Int) throws {
        let bytes = Self.input(count, seed: 1)
        for level in [1, 6, 9] {
            let member = try Self.compressed(bytes, level: level, threads: 1)
            let read = try #require(GzipProbe.firstMember(member))
            #expect(read.content == bytes)
            #expect(read.length == member.count)
        }
    }

    @Test(arguments: [2, 3, 8])
    func threadsAndChunksChangeNoByte(_ threads: Int) throws {
        let bytes = Self.input(4_000_000, seed: 2)
        let expected = try Self.compressed(bytes, threads: 1)
        #expect(try Self.compressed(bytes, threads: threads) == expected)
        #expect(try Self.compressed(bytes, threads: threads, chunk: 777_777) == expected)
        #expect(try Self.compressed(bytes, threads: threads, chunk: 8_000_000) == expected)
    }

    @Test
    func cuttingCostsLittle() throws {
        let bytes = Self.input(4_000_000, seed: 3)
        var whole = GzipBuilder.go
        whole.level = 6
        #expect(try Self.compressed(bytes, threads: 1).count < whole.member(bytes).count * 1005 / 1000)
    }

    @Test
    func givingUpEndsTheThreads() throws {
        var gzip = GzipWriter(MemorySink(), threads: 4)
        try gzip.write(Self.input(3_000_000, seed: 4))
    }

    /// A sink that has no room left.
    struct FullSink: ByteSink {
        mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
            throw ArchiveError(.writeFailed, path: "full")
        }
        mutating func finish() throws(ArchiveError) {}
    }

    @Test(arguments: [1, 2])
    func aFailingSinkIsReported(_ threads: Int) throws {
        var gzip = GzipWriter(FullSink(), threads: threads)
        #expect(throws: ArchiveError(.writeFailed, path: "full")) {
            try gzip.write(Self.input(4_000_000, seed: 5))
            try gzip.finish()
        }
    }
}
