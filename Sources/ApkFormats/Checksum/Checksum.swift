/// A digest as apk's texts write it: `Q1` and base64 for 20 bytes, `Q2` and base64 for 32 bytes, or `X1` and `X2` with
/// hexadecimal digits (fields `C`, `Z`, `a`, `M`).
public struct Checksum: Hashable, Sendable {
    /// The first 20 bytes: all of a SHA-1. apk takes two packages with equal first 20 bytes for the same package.
    public struct Identity: Hashable, Sendable {
        package var high: UInt64
        package var middle: UInt64
        package var low: UInt32
    }

    /// The first 20 bytes.
    public let identity: Identity
    /// The 12 further bytes of a SHA-256; zero otherwise.
    private let rest: (UInt64, UInt32)
    /// 20 or 32 bytes.
    public let byteCount: Int

    /// Makes a checksum of 20 (SHA-1) or 32 (SHA-256) raw bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 20 || bytes.count == 32 else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(byte) << UInt64(56 - index % 8 * 8) }
        self.init(words: words, byteCount: bytes.count)
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
    /// bits of the last group are ignored. `Q1` and `X1` may carry 32 bytes too.
    package init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count >= 2, text[1] == UInt8(ascii: "1") || text[1] == UInt8(ascii: "2") else { return nil }
        let digits = UnsafeBufferPointer(rebasing: text[2...])
        let isLong = text[1] == UInt8(ascii: "2")
        var words: [4 of UInt64] = [0, 0, 0, 0]
        let byteCount: Int
        switch (text[0], digits.count) {
        case (UInt8(ascii: "Q"), 28) where !isLong, (UInt8(ascii: "X"), 40) where !isLong: byteCount = 20
        case (UInt8(ascii: "Q"), 44), (UInt8(ascii: "X"), 64): byteCount = 32
        default: return nil
        }
        let isBase64 = text[0] == UInt8(ascii: "Q")
        let table = isBase64 ? Self.base64Values : Self.hexValues
        let width = isBase64 ? 6 : 4
        var position = 0
        var bits: UInt64 = 0
        var bitCount = 0
        for digit in digits {
            let value = table[Int(digit)]
            guard value != 0xff else { return nil }
            bits = bits << UInt64(width) | UInt64(value)
            bitCount += width
            if bitCount >= 8, position < byteCount {
                bitCount -= 8
                words[position / 8] |= ((bits >> UInt64(bitCount)) & 0xff) << UInt64(56 - position % 8 * 8)
                position += 1
            }
        }
        self.init(words: words, byteCount: byteCount)
    }

    /// `Q1` or `Q2` and base64, as apk's writers produce it.
    public var description: String {
        let bytes = bytes
        var text = byteCount == 20 ? "Q1" : "Q2"
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                let digit = Self.base64Alphabet[Int(group >> UInt32(18 - 6 * index)) & 63]
                text.unicodeScalars.append(index <= count ? Unicode.Scalar(digit) : "=")
            }
        }
        return text
    }

    /// The bytes as lower-case hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(text)
    }

    private static let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let base64Values: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for (value, digit) in base64Alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        values[Int(UInt8(ascii: "="))] = 0
        return values
    }()
    private static let hexValues: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for (value, digit) in "0123456789abcdef".utf8.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
