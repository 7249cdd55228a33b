#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Splits the text of an index or an installed database into its lines `X:value`, in place.
///
/// A line of 0 or 1 bytes ends a record; the end of the text ends the last one, with or without a line feed before it.
package struct FieldReader {
    /// What ``next()`` found.
    package enum Element {
        /// A field: its letter and the range of its value.
        case field(UInt8, Range<Int>)
        /// The end of a record. Several may follow one another.
        case endOfRecord
        /// The end of the text.
        case end
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    /// Where the line after the one that ``next()`` returned last starts.
    package private(set) var position: Int
    private let end: Int
    private var isRecordOpen = false
    /// The number of the line that ``next()`` returned last, counted from 1.
    package private(set) var line = 0

    /// Reads `range` of `bytes`, which must stay valid while the reader is in use.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next line.
    ///
    /// - Throws: ``FormatError`` with the code `not-a-field` at a line that is neither a field nor empty, or that ends
    ///   with a carriage return.
    package mutating func next() throws(FormatError) -> Element {
        guard position < end, let base = bytes.baseAddress else {
            if isRecordOpen {
                isRecordOpen = false
                return .endOfRecord
            }
            return .end
        }
        let start = position
        let found = memchr(base + start, 0x0a, end - start)
        let lineEnd = found.map { base.distance(to: $0.assumingMemoryBound(to: UInt8.self)) } ?? end
        position = min(lineEnd + 1, end)
        line += 1
        if lineEnd - start <= 1 {
            isRecordOpen = false
            if lineEnd - start == 1, bytes[start] == 0x0d { throw carriageReturn(start..<lineEnd) }
            return .endOfRecord
        }
        guard bytes[start + 1] == UInt8(ascii: ":") else {
            throw FormatError(
                .notAField, line: line, text: Self.excerpt(bytes, start..<lineEnd), expected: "a letter and a colon")
        }
        if bytes[lineEnd - 1] == 0x0d { throw carriageReturn(start..<lineEnd) }
        isRecordOpen = true
        return .field(bytes[start], (start + 2)..<lineEnd)
    }

    private func carriageReturn(_ range: Range<Int>) -> FormatError {
        FormatError(
            .notAField, line: line, text: Self.excerpt(bytes, range),
            expected: "a line that ends with a line feed alone, not CR LF")
    }

    /// At most 200 bytes of a range, for an error.
    package static func excerpt(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: bytes[range.prefix(200)], as: UTF8.self)
    }
}
