/// The number that a text starts with: digits up to the first other byte, 0 without any (fields `S`, `I`, `t`, `k`, `q`).
///
/// A number above ``largestNumber`` counts as that, so that sums over all packages of an index cannot overflow.
package func decimalNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var value = 0
    for byte in text {
        guard byte >= 0x30, byte <= 0x39 else { break }
        value = value * 10 + Int(byte - 0x30)
        if value >= largestNumber { return largestNumber }
    }
    return value
}

/// 64 TiB, far beyond every size and time that a package has.
package let largestNumber = 1 << 46

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func append(decimal number: Int) { append(contentsOf: String(number).utf8) }
}
