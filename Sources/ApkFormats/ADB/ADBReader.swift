/// Reads the values of an ADB payload in place (the first block of an apk v3 index or package).
///
/// Nothing is copied and no tree is built: arrays and objects are places of the payload, strings are ranges of it.
/// Every offset is checked where it is used. What an array or object refers to must end before it starts, as writers do
/// it, so that there are no cycles whatever the depth of a schema.
///
/// What nearly every value looks like is read where the call stands; all else, and what is wrong, is left to the complete
/// checks of `ADBReader+Checks.swift`.
package struct ADBReader {
    /// The payload; all offsets count from its start.
    let bytes: UnsafeRawBufferPointer
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
        let slots = try checkedSlots(rootValue, "an object", below: bytes.count, at: 4)
        guard slots.count > 0 else {
            throw FormatError(.missingField, text: "root", expected: "an object", offset: 4)
        }
        return slots
    }

    /// A value of an array or object; null beyond its last, as writers cut absent fields off at the end.
    @inline(__always)
    package func value(_ slots: ADBSlots, _ index: Int) -> ADBValue {
        index <= slots.count ? ADBValue(rawValue: word(at: slots.offset &+ 4 &* index)) : .null
    }

    /// The bytes of a range that this reader returned.
    @inline(__always)
    package func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[range]).assumingMemoryBound(to: UInt8.self)
    }

    /// The bytes of a range that this reader returned, as text.
    package func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

    @inline(__always)
    func word(at offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}

// MARK: - Arrays and objects

extension ADBReader {
    /// The object in a slot; no slots for null.
    @inline(__always)
    package func object(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> ADBSlots {
        let value = value(slots, index)
        if let usual = usualSlots(value, below: slots.offset) { return usual }
        return try checkedSlots(value, "an object", below: slots.offset, at: slots.offset &+ 4 &* index)
    }

    /// The array in a slot; no slots for null.
    @inline(__always)
    package func array(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> ADBSlots {
        let value = value(slots, index)
        if let usual = usualSlots(value, below: slots.offset) { return usual }
        return try checkedSlots(value, "an array", below: slots.offset, at: slots.offset &+ 4 &* index)
    }

    /// The slots of a value with nothing wrong.
    @inline(__always)
    func usualSlots(_ value: ADBValue, below limit: Int) -> ADBSlots? {
        if value.isNull { return ADBSlots(offset: limit, count: 0) }
        let offset = value.number
        guard value.isSlots, offset >= Self.headerSize, offset & 3 == 0, offset &+ 4 <= limit else { return nil }
        let count = Int(word(at: offset))
        guard count >= 1, offset &+ 4 &* count <= limit else { return nil }
        return ADBSlots(offset: offset, count: count &- 1)
    }
}

// MARK: - Bytes

extension ADBReader {
    /// Where the bytes in a slot stand; nil for null.
    @inline(__always)
    package func blobIfPresent(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> Range<Int>? {
        let value = value(slots, index)
        if value.isNull { return nil }
        if let usual = usualBlob(value, below: slots.offset) { return usual }
        return try checkedBlob(value, below: slots.offset, at: slots.offset &+ 4 &* index)
    }

    /// Where the bytes in a slot stand; empty for null, which is how writers store empty bytes.
    @inline(__always)
    package func blob(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> Range<Int> {
        try blobIfPresent(slots, index) ?? slots.offset..<slots.offset
    }

    /// Checks the bytes in a slot without a look at them where they end before the object whatever their length.
    @inline(__always)
    package func checkBlob(_ slots: ADBSlots, _ index: Int) throws(FormatError) {
        let value = value(slots, index)
        let longest = 1 + Int(UInt8.max)
        if value.type == ADBValue.blob8, value.number >= Self.headerSize, value.number &+ longest <= slots.offset {
            return
        }
        _ = try blobIfPresent(slots, index)
    }

    /// Where the bytes of a value with nothing wrong stand, if their length takes one byte.
    @inline(__always)
    func usualBlob(_ value: ADBValue, below limit: Int) -> Range<Int>? {
        let offset = value.number
        guard value.type == ADBValue.blob8, offset >= Self.headerSize, offset < limit else { return nil }
        let end = offset &+ 1 &+ Int(bytes[offset])
        return end <= limit ? Range(uncheckedBounds: (offset &+ 1, end)) : nil
    }
}

// MARK: - Numbers

extension ADBReader {
    /// The number in a slot; 0 for null.
    @inline(__always)
    package func integer(_ slots: ADBSlots, _ index: Int) throws(FormatError) -> UInt64 {
        let value = value(slots, index)
        if value.isNull { return 0 }
        if value.type == ADBValue.integer { return UInt64(truncatingIfNeeded: value.number) }
        return try checkedInteger(value, below: slots.offset, at: slots.offset &+ 4 &* index)
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
