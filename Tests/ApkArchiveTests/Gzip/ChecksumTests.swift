import ApkTestSupport
import CZlib
import Testing

/// The checksum of gzip members is computed in its own way, and is the same.
struct ChecksumTests {
    @Test func checksumIsThatOfZlib() {
        var random = SplitMix64(seed: 5)
        let bytes = random.bytes(5000)
        bytes.withUnsafeBufferPointer { bytes in
            // Every length up to where the blocks repeat, and every alignment.
            for count in [Int](0...400) + [1023, 1024, 1025, 4095, 4096, 4970] {
                for offset in 0..<17 {
                    let part = UnsafeBufferPointer(rebasing: bytes[offset..<offset + count])
                    let start = count % 3 == 0 ? 0 : UInt32(truncatingIfNeeded: random.next())
                    let expected = crc32(uLong(start), part.baseAddress, UInt32(count))
                    #expect(czlib_crc32(start, part.baseAddress, count) == UInt32(expected))
                }
            }
        }
    }

    /// Read in pieces, as streams are.
    @Test func piecesContinueEachOther() {
        var random = SplitMix64(seed: 6)
        let bytes = random.bytes(100_000)
        bytes.withUnsafeBufferPointer { bytes in
            let expected = UInt32(crc32(0, bytes.baseAddress, UInt32(bytes.count)))
            for _ in 0..<50 {
                var checksum: UInt32 = 0
                var start = 0
                while start < bytes.count {
                    let count = min(bytes.count - start, Int(random.next() % 3000))
                    checksum = czlib_crc32(checksum, bytes.baseAddress?.advanced(by: start), count)
                    start += count
                }
                #expect(checksum == expected)
            }
        }
    }
}
