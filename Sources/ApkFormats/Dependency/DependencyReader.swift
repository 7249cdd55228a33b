/// Reads a list of dependencies in place: `[!]name[@tag][op version]`, separated by blanks and line feeds.
///
/// Positions count from the start of the buffer. A syntax error ends the list, as in apk.
package struct DependencyReader {
    /// One dependency, as ranges of the buffer.
    package struct Element {
        package var name: Range<Int>
        /// Empty where there is no tag.
        package var tag: Range<Int>
        /// Empty where there is no operator.
        package var version: Range<Int>
        package var relation: DependencyOperator
        /// Whether the version is not one by apk's grammar, or the checksum is none.
        package var isBroken: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let end: Int
    private let allowsTag: Bool
    private let checksVersions: Bool
    /// Where reading stopped because the text is no dependency; nil while all is well.
    package private(set) var syntaxError: Range<Int>?

    /// Reads `range` of `bytes`, which must stay valid while the reader is in use.
    ///
    /// - Parameters:
    ///   - allowsTag: true in a world, where `@tag` may follow the name; false elsewhere, where it is an error.
    ///   - checksVersions: false to leave ``Element/isBroken`` to the caller, who may have met most versions before.
    package init(
        _ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>, allowsTag: Bool = false, checksVersions: Bool = true
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
        self.allowsTag = allowsTag
        self.checksVersions = checksVersions
    }

    /// The next dependency; nil at the end of the list or at a syntax error.
    package mutating func next() -> Element? {
        // Positions stay below the end, which the initializer compared with the buffer's.
        guard let bytes = bytes.baseAddress else { return nil }
        while position < end, Self.isSeparator(bytes[position]) { position += 1 }
        guard position < end, syntaxError == nil else { return nil }
        let start = position
        var relation: DependencyOperator = []
        if bytes[position] == UInt8(ascii: "!") {
            relation = .conflict
            position += 1
        }
        let nameStart = position
        while position < end, !Self.endsName(bytes[position]) { position += 1 }
        let name = nameStart..<position
        var tag = position..<position
        if position < end, bytes[position] == UInt8(ascii: "@") {
            position += 1
            let tagStart = position
            while position < end, !Self.endsName(bytes[position]) { position += 1 }
            tag = tagStart..<position
            guard allowsTag, !tag.isEmpty else { return fail(from: start) }
        }
        guard !name.isEmpty else { return fail(from: start) }
        guard position < end, !Self.isSeparator(bytes[position]) else {
            relation.formUnion(.any)
            return Element(name: name, tag: tag, version: position..<position, relation: relation, isBroken: false)
        }
        while position < end, Self.isOperator(bytes[position]) {
            switch bytes[position] {
            case UInt8(ascii: "<"): relation.insert(.less)
            case UInt8(ascii: ">"): relation.insert(.greater)
            case UInt8(ascii: "="): relation.insert(.equal)
            default: relation.formUnion([.equal, .fuzzy])
            }
            position += 1
        }
        let versionStart = position
        while position < end, !Self.isSeparator(bytes[position]) { position += 1 }
        let version = versionStart..<position
        guard !version.isEmpty, relation.rawValue & ~DependencyOperator.conflict.rawValue != 0 else {
            return fail(from: start)
        }
        let isBroken = checksVersions && Self.isBroken(UnsafeBufferPointer(rebasing: self.bytes[version]), relation)
        return Element(name: name, tag: tag, version: version, relation: relation, isBroken: isBroken)
    }

    /// Whether a version is none by apk's grammar, or a checksum none, where the relation asks for one.
    package static func isBroken(_ version: UnsafeBufferPointer<UInt8>, _ relation: DependencyOperator) -> Bool {
        relation.isIdentity ? Checksum(version) == nil : !isValidVersion(version)
    }

    private mutating func fail(from start: Int) -> Element? {
        while position < end, !Self.isSeparator(bytes[position]) { position += 1 }
        syntaxError = start..<position
        return nil
    }

    @inline(__always)
    private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a }

    private static func isOperator(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "<") && byte <= UInt8(ascii: ">")) || byte == UInt8(ascii: "~")
    }

    @inline(__always)
    private static func endsName(_ byte: UInt8) -> Bool {
        // Below 64: the line feed, the blank and `<=>`, as bits of a word.
        byte < 64
            ? (1 << 0x0a | 1 << 0x20 | 7 << 0x3c) as UInt64 >> UInt64(byte) & 1 != 0
            : byte == UInt8(ascii: "@") || byte == UInt8(ascii: "~")
    }
}
