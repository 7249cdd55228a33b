/// A digest as apk's texts write it: `Q1` and base64 for 20 bytes, `Q2` and base64 for 32 bytes, or `X1` and `X2` with
/// hexadecimal digits (fields `C`, `Z`, `a`, `M`).
public struct Checksum: Hashable, Sendable {
    /// The first 20 bytes: all of a SHA-1. apk takes two packages with equal first 20 bytes for the same package.
    public struct Identity: BitwiseCopyable, Hashable, Sendable, CustomStringConvertible {
        package var high: UInt64
        package var middle: UInt64
        package var low: UInt32

        package init(high: UInt64, middle: UInt64, low: UInt32) {
            self.high = high
            self.middle = middle
            self.low = low
        }

        /// The identity of a digest of 20 or 32 raw bytes; nil for any other count.
        init?(raw bytes: UnsafeBufferPointer<UInt8>) {
            guard bytes.count == 20 || bytes.count == 32 else { return nil }
            let raw = UnsafeRawBufferPointer(bytes)
            high = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            middle = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            low = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        }

        /// The 20 bytes.
        public var bytes: [UInt8] { Checksum(self).bytes }
        /// `Q1` and base64, as every text of apk holds it.
        public var description: String { Checksum(self).description }
    }

    /// The first 20 bytes.
    public let identity: Identity
    /// The 12 further bytes of a SHA-256; zero otherwise.
    private let rest: (UInt64, UInt32)
    /// 20 or 32 bytes.
    public let byteCount: Int

    /// Makes a checksum of 20 (SHA-1) or 32 (SHA-256) raw bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        if let value = bytes.withContiguousStorageIfAvailable({ Checksum(raw: $0) }) {
            guard let value else { return nil }
            self = value
        } else {
            guard let value = Array(bytes).withUnsafeBufferPointer({ Checksum(raw: $0) }) else { return nil }
            self = value
        }
    }

    /// The same for bytes in place.
    private init?(raw bytes: UnsafeBufferPointer<UInt8>) {
        guard let identity = Identity(raw: bytes) else { return nil }
        self.identity = identity
        byteCount = bytes.count
        guard byteCount == 32 else {
            rest = (0, 0)
            return
        }
        let raw = UnsafeRawBufferPointer(bytes)
        rest = (
            UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 20, as: UInt64.self)),
            UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 28, as: UInt32.self))
        )
    }

    /// Makes a checksum of 20 bytes.
    public init(_ identity: Identity) {
        self.identity = identity
        rest = (0, 0)
        byteCount = 20
    }

    private init(words: [4 of UInt64], byteCount: Int) {
        identity = Identity(high: words[0], middle: words[1], low: UInt32(words[2] >> 32))
        rest = (words[2] << 32 | words[3] >> 32, UInt32(truncatingIfNeeded: words[3]))
        self.byteCount = byteCount
    }

    /// The raw bytes, 20 or 32.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        func append(_ word: some FixedWidthInteger) {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        append(identity.high)
        append(identity.middle)
        append(identity.low)
        append(rest.0)
        append(rest.1)
        return Array(bytes.prefix(byteCount))
    }

    public static func == (left: Checksum, right: Checksum) -> Bool {
        left.identity == right.identity && left.rest == right.rest && left.byteCount == right.byteCount
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}

extension Checksum: LosslessStringConvertible {
    /// Reads `Q1…`, `Q2…`, `X1…` or `X2…`; nil if the text is none of them.
    public init?(_ description: String) {
        var text = description
        guard let value = text.withUTF8({ Checksum($0) }) else { return nil }
        self = value
    }

    /// Reads a checksum in place, as leniently as apk: `=` counts as zero bits wherever it stands, and the unused low
    /// bits of the last group are ignored. `Q1` and `X1` may carry 32 bytes too: the first 20 bytes in their usual
    /// form, padding included, and behind them the other 12.
    package init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count >= 2 else { return nil }
        let digits = UnsafeBufferPointer(rebasing: text[2...])
        var words: [4 of UInt64] = [0, 0, 0, 0]
        let isRead: Bool
        let byteCount: Int
        switch (text[0], text[1], digits.count) {
        case (UInt8(ascii: "Q"), UInt8(ascii: "1"), 28):
            byteCount = 20
            isRead = Self.base64Digits.read20(digits, into: &words)
        case (UInt8(ascii: "Q"), UInt8(ascii: "1"), 44):
            byteCount = 32
            isRead =
                Self.base64Digits.read(UnsafeBufferPointer(rebasing: digits[..<28]), into: &words, bytes: 0..<20)
                && Self.base64Digits.read(UnsafeBufferPointer(rebasing: digits[28...]), into: &words, bytes: 20..<32)
        case (UInt8(ascii: "Q"), UInt8(ascii: "2"), 44):
            byteCount = 32
            isRead = Self.base64Digits.read(digits, into: &words, bytes: 0..<32)
        case (UInt8(ascii: "X"), UInt8(ascii: "1"), 40):
            byteCount = 20
            isRead = Self.hexadecimalDigits.read(digits, into: &words, bytes: 0..<20)
        case (UInt8(ascii: "X"), UInt8(ascii: "1"), 64), (UInt8(ascii: "X"), UInt8(ascii: "2"), 64):
            byteCount = 32
            isRead = Self.hexadecimalDigits.read(digits, into: &words, bytes: 0..<32)
        default:
            return nil
        }
        guard isRead else { return nil }
        self.init(words: words, byteCount: byteCount)
    }

    /// `Q1` or `Q2` and base64. apk's texts hold `Q1` alone, which is the ``identity``'s description.
    public var description: String {
        var text: [UInt8] = []
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the ``description``.
    package func write(to text: inout [UInt8]) {
        text.append(UInt8(ascii: "Q"))
        text.append(UInt8(ascii: byteCount == 20 ? "1" : "2"))
        var words: [4 of UInt64] = [identity.high, identity.middle, UInt64(identity.low) << 32 | rest.0 >> 32, 0]
        words[3] = rest.0 << 32 | UInt64(rest.1)
        for start in stride(from: 0, to: byteCount, by: 3) {
            var group = 0
            for index in start..<(start + 3) {
                let byte = index < byteCount ? Int((words[index / 8] >> UInt64(56 - index % 8 * 8)) & 0xff) : 0
                group = group << 8 | byte
            }
            for index in 0..<4 {
                let isDigit = index <= byteCount - start
                text.append(isDigit ? Self.base64Alphabet[group >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
    }

    /// The bytes as lower-case hexadecimal digits.
    public var hexadecimal: String {
        var text: [UInt8] = []
        for byte in bytes { for digit in [byte >> 4, byte & 15] { text.append(Self.hexadecimalAlphabet[Int(digit)]) } }
        return String(decoding: text, as: UTF8.self)
    }

    private static let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let hexadecimalAlphabet = Array("0123456789abcdef".utf8)
    private static let base64Digits = DigitReader(base64Alphabet, bitsPerDigit: 6, padding: UInt8(ascii: "="))
    private static let hexadecimalDigits = DigitReader(hexadecimalAlphabet, bitsPerDigit: 4)
}

/// Turns digits of one alphabet into bytes.
private struct DigitReader {
    /// The value of each byte as a digit; 0xff for what is none.
    private var values = [UInt8](repeating: 0xff, count: 256)
    private let bitsPerDigit: Int

    init(_ alphabet: [UInt8], bitsPerDigit: Int, padding: UInt8? = nil) {
        self.bitsPerDigit = bitsPerDigit
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        if let padding { values[Int(padding)] = 0 }
    }

    /// Puts the digits into the given bytes of `words` (big-endian); bits beyond them are dropped.
    ///
    /// - Returns: false if a digit is not one of the alphabet.
    func read(_ digits: UnsafeBufferPointer<UInt8>, into words: inout [4 of UInt64], bytes: Range<Int>) -> Bool {
        values.withUnsafeBufferPointer { read(digits, into: &words, bytes: bytes, values: $0) }
    }

    /// Puts 28 digits of six bits into the first 20 bytes: what nearly every checksum is.
    func read20(_ digits: UnsafeBufferPointer<UInt8>, into words: inout [4 of UInt64]) -> Bool {
        values.withUnsafeBufferPointer { values in
            // Digits that are none have the two highest bits set, which no other value has.
            var seen: UInt8 = 0
            func word(_ range: Range<Int>) -> UInt64 {
                var bits: UInt64 = 0
                for index in range {
                    let value = values[Int(digits[index])]
                    seen |= value
                    bits = bits << 6 | UInt64(value & 63)
                }
                return bits
            }
            // 60, 60 and 48 bits.
            let (first, second, third) = (word(0..<10), word(10..<20), word(20..<28))
            words[0] = first << 4 | second >> 56
            words[1] = second << 8 | third >> 40
            words[2] = (third >> 8 & 0xffff_ffff) << 32
            return seen & 0xc0 == 0
        }
    }

    private func read(
        _ digits: UnsafeBufferPointer<UInt8>, into words: inout [4 of UInt64], bytes: Range<Int>,
        values: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var position = bytes.lowerBound
        var bits: UInt64 = 0
        var bitCount = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value != 0xff else { return false }
            bits = bits << UInt64(bitsPerDigit) | UInt64(value)
            bitCount += bitsPerDigit
            if bitCount >= 8, position < bytes.upperBound {
                bitCount -= 8
                words[position / 8] |= ((bits >> UInt64(bitCount)) & 0xff) << UInt64(56 - position % 8 * 8)
                position += 1
            }
        }
        return true
    }
}
