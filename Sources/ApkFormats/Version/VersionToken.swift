/// Splits a version into the parts that apk compares.
///
/// The grammar is `digits ("." digits)* [a-z]? ("_" suffix digits?)* ("~" hex+)? ("-r" digits)?` (apk 3). The reader
/// works on the bytes in place; a part is a kind and a range.
struct VersionTokens {
    /// The kinds in the order in which a version lists them. Where two versions differ in kind, the *later* kind is
    /// the lesser version: `1.0.1` > `1.0a` > `1.0_p1` > `1.0~ab` > `1.0-r1` > `1.0`, and anything > invalid.
    enum Kind: UInt8 {
        case firstNumber, number, letter, suffix, suffixNumber, hash, revision, end, invalid
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// The kind of the current part.
    private(set) var kind: Kind
    /// Where the current part's value starts: behind the `.`, `_`, `~` or `-r` that introduces it.
    private(set) var start = 0
    /// Where the current part ends.
    private(set) var end = 0

    /// Starts at the first part of `bytes`, which must stay valid while the reader is in use.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        kind = .firstNumber
        takeDigits(as: .firstNumber)
    }

    /// Moves on to the next part.
    mutating func advance() {
        guard kind != .invalid, kind != .end else { return }
        guard position < bytes.count else {
            start = position
            end = position
            kind = .end
            return
        }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z") where kind.rawValue <= Kind.number.rawValue:
            start = position
            position += 1
            end = position
            kind = .letter
        case UInt8(ascii: ".") where kind.rawValue <= Kind.number.rawValue:
            position += 1
            takeDigits(as: .number)
        case UInt8(ascii: "0")...UInt8(ascii: "9") where kind == .suffix:
            takeDigits(as: .suffixNumber)
        case UInt8(ascii: "_") where kind.rawValue <= Kind.suffixNumber.rawValue:
            position += 1
            take(as: .suffix) { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
            if kind == .suffix, suffixRank == nil { kind = .invalid }
        case UInt8(ascii: "~") where kind.rawValue < Kind.hash.rawValue:
            position += 1
            take(as: .hash) { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")) }
        case UInt8(ascii: "-") where kind.rawValue < Kind.revision.rawValue && startsRevision:
            position += 2
            takeDigits(as: .revision)
        default:
            kind = .invalid
        }
    }

    private var startsRevision: Bool { position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "r") }

    private mutating func takeDigits(as kind: Kind) {
        take(as: kind) { $0 >= 0x30 && $0 <= 0x39 }
    }

    private mutating func take(as kind: Kind, while belongs: (UInt8) -> Bool) {
        start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        end = position
        self.kind = start < end ? kind : .invalid
    }
}

extension VersionTokens {
    /// The suffix words in their order; the first four stand before the release that they precede.
    private static let suffixes: [StaticString] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"]

    /// The place of the current suffix word in the order of suffixes; nil if it is none of them.
    var suffixRank: Int? {
        let word = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<end])
        return Self.suffixes.firstIndex {
            $0.utf8CodeUnitCount == word.count
                && word.elementsEqual(UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount))
        }
    }

    /// Whether the current part is a suffix that makes a version a pre-release.
    var isPreRelease: Bool { kind == .suffix && (suffixRank ?? 4) < 4 }

    /// The current digits as a number that wraps around at 64 bits, as apk's does.
    var number: UInt64 {
        var value: UInt64 = 0
        for index in start..<end { value = value &* 10 &+ UInt64(bytes[index] &- 0x30) }
        return value
    }

    /// Orders the values of two parts of the same kind.
    func compareValue(to other: VersionTokens) -> VersionOrder {
        switch kind {
        case .firstNumber, .suffixNumber, .revision:
            return VersionOrder(number, other.number)
        case .number:
            // A leading zero makes a component a decimal fraction: 1.05 < 1.1.
            if bytes[start] == UInt8(ascii: "0") || other.bytes[other.start] == UInt8(ascii: "0") {
                return compareBytes(to: other)
            }
            return VersionOrder(number, other.number)
        case .letter:
            return VersionOrder(bytes[start], other.bytes[other.start])
        case .suffix:
            return VersionOrder(suffixRank ?? 0, other.suffixRank ?? 0)
        case .hash:
            return compareBytes(to: other)
        case .end, .invalid:
            return .equal
        }
    }

    private func compareBytes(to other: VersionTokens) -> VersionOrder {
        var index = 0
        while start + index < end, other.start + index < other.end {
            let order = VersionOrder(bytes[start + index], other.bytes[other.start + index])
            if order != .equal { return order }
            index += 1
        }
        return VersionOrder(end - start, other.end - other.start)
    }
}
