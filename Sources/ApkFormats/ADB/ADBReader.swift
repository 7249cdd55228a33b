/// Reads the values of an ADB payload in place (the first block of an apk v3 index or package).
///
/// Nothing is copied and no tree is built: arrays and objects are places of the payload, strings are ranges of it.
/// Every offset is checked where it is used. What an array or object refers to must end before it starts, as writers do
/// it, so that there are no cycles whatever the depth of a schema.
package struct ADBReader {
    /// The payload; all offsets count from its start.
    private let bytes: UnsafeRawBufferPointer
    /// The value that holds all others.
    private let rootValue: ADBValue

    /// Bytes before the first value: version, reserved, root.
    package static let headerSize = 8

    /// Reads the header of `payload`, which must stay valid while the reader is in use.
    ///
    /// - Throws: ``FormatError`` with the code `truncated`, or `unsupported-version` for a payload that a reader of
    ///   version 0 cannot read.
    package init(_ payload: UnsafeRawBufferPointer) throws(FormatError) {
        guard payload.count >= Self.headerSize else {
            throw FormatError(.truncated, expected: "at least \(Self.headerSize) bytes of ADB", offset: 0)
        }
        guard payload[0] == 0 else {
            throw FormatError(
                .unsupportedVersion, text: String(payload[0]), expected: "ADB that readers of version 0 can read",
                offset: 0)
        }
        bytes = payload
        rootValue = ADBValue(rawValue: UInt32(littleEndian: payload.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    }

    /// Reads values of a payload whose header was checked before; only ``root()`` needs the header.
    package init(checked payload: UnsafeRawBufferPointer) {
        bytes = payload
        rootValue = .null
    }

    /// The object that holds all others.
    package func root() throws(FormatError) -> ADBSlots {
        let slots = try slots(rootValue, "an object", below: bytes.count, at: 4)
        guard slots.count > 0 else {
            throw FormatError(.missingField, text: "root", expected: "an object", offset: 4)
        }
        return slots
    }

    /// A value of an array or object; null beyond its last, as writers cut absent fields off at the end.
    @inline(__always)
    package func value(_ slots: ADBSlots, _ index: Int) -> ADBValue {
        guard index <= slots.count else { return .null }
        return ADBValue(rawValue: word(at: slots.offset + 4 * index))
    }

    /// The object in a slot; no slots for null.
    package func object(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> ADBSlots {
        try self.slots(value(slots, index), "an object", below: slots.offset, at: slots.offset + 4 * index)
    }

    /// The array in a slot; no slots for null.
    package func array(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> ADBSlots {
        try self.slots(value(slots, index), "an array", below: slots.offset, at: slots.offset + 4 * index)
    }

    /// Where the bytes in a slot stand; nil for null.
    @inline(__always)
    package func blobIfPresent(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> Range<Int>? {
        let value = value(slots, index)
        return value.isNull ? nil : try blob(value, below: slots.offset, at: slots.offset + 4 * index)
    }

    /// Where the bytes in a slot stand; empty for null, which is how writers store empty bytes.
    @inline(__always)
    package func blob(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> Range<Int> {
        try blobIfPresent(slots, index) ?? slots.offset..<slots.offset
    }

    /// The number in a slot; 0 for null.
    package func integer(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> UInt64 {
        let value = value(slots, index)
        let place = slots.offset + 4 * index
        switch value.type {
        case ADBValue.integer: return UInt64(value.number)
        case ADBValue.special where value.isNull: return 0
        case ADBValue.integer32:
            try check(value, size: 4, alignment: 4, below: slots.offset, at: place)
            return UInt64(word(at: value.number))
        case ADBValue.integer64:
            try check(value, size: 8, alignment: 4, below: slots.offset, at: place)
            return UInt64(word(at: value.number)) | UInt64(word(at: value.number + 4)) << 32
        default: throw wrongKind(value, "a number", at: place)
        }
    }

    /// The bytes of a range that this reader returned.
    @inline(__always)
    package func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[range]).assumingMemoryBound(to: UInt8.self)
    }

    /// The bytes of a range that this reader returned, as text.
    package func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }
}

// MARK: - Checks

extension ADBReader {
    @inline(__always)
    private func word(at offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private func slots(
        _ value: ADBValue, _ expected: String, below limit: Int, at place: Int
    ) throws(FormatError) -> ADBSlots {
        if value.isNull { return ADBSlots(offset: limit, count: 0) }
        guard value.isSlots else { throw wrongKind(value, expected, at: place) }
        try check(value, size: 4, alignment: 4, below: limit, at: place)
        let count = Int(word(at: value.number))
        guard count >= 1, count <= (limit - value.number) / 4 else {
            throw FormatError(
                .misplacedValue, text: "\(count) slots",
                expected: "at least 1 slot, the last of them before offset \(limit)", offset: value.number)
        }
        return ADBSlots(offset: value.number, count: count - 1)
    }

    private func blob(_ value: ADBValue, below limit: Int, at place: Int) throws(FormatError) -> Range<Int> {
        let start: Int
        let length: Int
        switch value.type {
        case ADBValue.blob8:
            try check(value, size: 1, alignment: 1, below: limit, at: place)
            start = value.number + 1
            length = Int(bytes[value.number])
        case ADBValue.blob16:
            try check(value, size: 2, alignment: 2, below: limit, at: place)
            start = value.number + 2
            length = Int(bytes[value.number]) | Int(bytes[value.number + 1]) << 8
        case ADBValue.blob32:
            try check(value, size: 4, alignment: 4, below: limit, at: place)
            start = value.number + 4
            length = Int(word(at: value.number))
        default: throw wrongKind(value, "bytes", at: place)
        }
        guard length <= limit - start else {
            throw FormatError(
                .misplacedValue, text: "\(length) bytes", expected: "bytes that end before offset \(limit)",
                offset: value.number)
        }
        return start..<start + length
    }

    /// Checks that `size` bytes can be read at a value's offset.
    @inline(__always)
    private func check(
        _ value: ADBValue, size: Int, alignment: Int, below limit: Int, at place: Int
    ) throws(FormatError) {
        let offset = value.number
        guard offset >= Self.headerSize, offset & (alignment - 1) == 0, size <= limit - offset else {
            throw FormatError(
                .misplacedValue, text: "offset \(offset)",
                expected: "a multiple of \(alignment) from \(Self.headerSize) to \(limit - size)", offset: place)
        }
    }

    private func wrongKind(_ value: ADBValue, _ expected: String, at place: Int) -> FormatError {
        FormatError(
            .wrongKind, text: "type " + String(value.rawValue >> 28, radix: 16), expected: expected, offset: place)
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes in place; other than the standard library's own it lets typed errors through.
    func withRawBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws(FormatError) -> Result
    ) throws(FormatError) -> Result {
        try withUnsafeBufferPointer { (bytes) throws(FormatError) in try body(UnsafeRawBufferPointer(bytes)) }
    }
}
