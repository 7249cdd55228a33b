/// Eight bytes of a text in one word, to look for some byte in all of them at once: a name takes a few instructions and
/// no loop over its bytes.
struct EightBytes {
    let word: UInt64

    @inline(__always)
    private static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// Not zero if one of the bytes is less than `limit`, at most 128.
    @inline(__always)
    func below(_ limit: UInt8) -> UInt64 { (word &- Self.repeated(limit)) & ~word & Self.repeated(0x80) }

    /// Not zero if one of the bytes is the given one, or would be with the bits of `ignoring` set.
    @inline(__always)
    func equal(_ byte: UInt8, ignoring bits: UInt8 = 0) -> UInt64 {
        EightBytes(word: (word | Self.repeated(bits)) ^ Self.repeated(byte | bits)).below(1)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether `look` finds nothing: it gets every byte, some of them twice where they do not fill a word.
    @inline(__always)
    func allBytes(lack look: (EightBytes) -> UInt64) -> Bool {
        guard count > 0, let start = UnsafeRawPointer(baseAddress) else { return true }
        func load<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> UInt64 {
            UInt64(truncatingIfNeeded: start.loadUnaligned(fromByteOffset: offset, as: type))
        }
        if count >= 8 {
            var found = look(EightBytes(word: load(count &- 8, UInt64.self)))
            var offset = 0
            while offset &+ 8 < count {
                found |= look(EightBytes(word: load(offset, UInt64.self)))
                offset &+= 8
            }
            return found == 0
        }
        if count >= 4 {
            return look(EightBytes(word: load(0, UInt32.self) << 32 | load(count &- 4, UInt32.self))) == 0
        }
        // The first, the middle and the last of at most three, until the word is full.
        let bytes = UInt64(self[0]) << 16 | UInt64(self[count / 2]) << 8 | UInt64(self[count &- 1])
        return look(EightBytes(word: bytes << 48 | bytes << 24 | bytes)) == 0
    }
}
