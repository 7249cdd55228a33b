/// The complete checks of a value, with what there is to say where one fails.
extension ADBReader {
    /// - Parameters:
    ///   - limit: where what refers to the value starts.
    ///   - place: where the value itself stands, for the error.
    @inline(never)
    func checkedSlots(
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

    /// Where the bytes of a value stand that is not null.
    @inline(never)
    func checkedBlob(_ value: ADBValue, below limit: Int, at place: Int) throws(FormatError) -> Range<Int> {
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

    /// The number of a value that is not null.
    @inline(never)
    func checkedInteger(_ value: ADBValue, below limit: Int, at place: Int) throws(FormatError) -> UInt64 {
        switch value.type {
        case ADBValue.integer: return UInt64(value.number)
        case ADBValue.integer32:
            try check(value, size: 4, alignment: 4, below: limit, at: place)
            return UInt64(word(at: value.number))
        case ADBValue.integer64:
            try check(value, size: 8, alignment: 4, below: limit, at: place)
            return UInt64(word(at: value.number)) | UInt64(word(at: value.number + 4)) << 32
        default: throw wrongKind(value, "a number", at: place)
        }
    }

    /// Checks that `size` bytes can be read at a value's offset.
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
