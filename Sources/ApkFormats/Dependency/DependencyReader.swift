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
    /// Where reading stopped because the text is no dependency; nil while all is well.
    package private(set) var syntaxError: Range<Int>?

    /// Reads `range` of `bytes`, which must stay valid while the reader is in use.
    ///
    /// - Parameter allowsTag: true in a world, where `@tag` may follow the name; false elsewhere, where it is an error.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>, allowsTag: Bool = false) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
        self.allowsTag = allowsTag
    }

    /// The next dependency; nil at the end of the list or at a syntax error.
    package mutating func next() -> Element? {
        while position < end, Self.isSeparator(bytes[position]) { position += 1 }
        guard position < end, syntaxError == nil else { return nil }
        let start = position
        var relation: DependencyOperator = []
        if bytes[position] == UInt8(ascii: "!") {
            relation = .conflict
            position += 1
        }
        let nameStart = position
        while position < end, Self.classes[Int(bytes[position])] == 0 { position += 1 }
        let name = nameStart..<position
        var tag = position..<position
        if position < end, bytes[position] == UInt8(ascii: "@") {
            position += 1
            let tagStart = position
            while position < end, Self.classes[Int(bytes[position])] == 0 { position += 1 }
            tag = tagStart..<position
            guard allowsTag, !tag.isEmpty else { return fail(from: start) }
        }
        guard !name.isEmpty else { return fail(from: start) }
        guard position < end, !Self.isSeparator(bytes[position]) else {
            relation.formUnion(.any)
            return Element(name: name, tag: tag, version: position..<position, relation: relation, isBroken: false)
        }
        while position < end, Self.classes[Int(bytes[position])] == Self.operatorClass {
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
        let text = UnsafeBufferPointer(rebasing: bytes[version])
        let isBroken = relation.isIdentity ? Checksum(text) == nil : !isValidVersion(text)
        return Element(name: name, tag: tag, version: version, relation: relation, isBroken: isBroken)
    }

    private mutating func fail(from start: Int) -> Element? {
        while position < end, !Self.isSeparator(bytes[position]) { position += 1 }
        syntaxError = start..<position
        return nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a }

    private static let operatorClass: UInt8 = 2
    /// 0 for the bytes of a name, 1 for what ends it, 2 for operators.
    private static let classes: [UInt8] = {
        var classes = [UInt8](repeating: 0, count: 256)
        for byte in " \n@".utf8 { classes[Int(byte)] = 1 }
        for byte in "<>=~".utf8 { classes[Int(byte)] = operatorClass }
        return classes
    }()
}
