/// Reads the text of an index (`APKINDEX`) as records.
///
/// ```swift
/// var reader = IndexReader(text)
/// while let record = try reader.next() { print(record.name, record.downloadSize) }
/// ```
///
/// What makes a single package unusable does not stop the reader; ``problems(in:)`` tells of it.
public struct IndexReader: Sendable {
    private let text: [UInt8]
    private var position = 0
    /// The number of the last line that was read; 0 before the first one.
    public private(set) var line = 0

    /// Starts at the first record of `text`, the inflated content of the file `APKINDEX`.
    public init(_ text: [UInt8]) { self.text = text }

    /// The next record; nil at the end.
    ///
    /// - Throws: ``FormatError`` where the text is no index: `not-a-field` at a line that is no field or ends with a
    ///   carriage return, `missing-field` and `invalid-checksum` at a record without `P`, `V` or a valid `C`.
    public mutating func next() throws(FormatError) -> IndexRecord? {
        let text = text
        let start = position
        let scan = try text.withUnsafeBufferPointer { bytes throws(FormatError) in
            var reader = FieldReader(bytes, in: start..<bytes.count)
            return try RecordScan(bytes, &reader, linesBefore: line)
        }
        position = scan.position
        line += scan.lineCount
        return scan.range.map { IndexRecord(text: text, range: $0) }
    }

    /// All records of an index, in their order.
    ///
    /// - Throws: ``FormatError`` as ``next()`` does.
    public static func records(in text: [UInt8]) throws(FormatError) -> [IndexRecord] {
        var reader = IndexReader(text)
        var records: [IndexRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }
}

/// Where one record lies in a text, found by reading its lines once.
struct RecordScan {
    /// The record's lines; nil at the end of the text.
    private(set) var range: Range<Int>?
    /// Where the next record's search starts.
    private(set) var position: Int
    /// How many lines were read.
    private(set) var lineCount: Int

    /// Reads up to the end of the next record. Lines without a name belong to the record behind them, as in apk.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ reader: inout FieldReader, linesBefore: Int) throws(FormatError) {
        var start: Int?
        var startLine = 0
        var end = 0
        var name: Range<Int>?
        var hasVersion = false
        var checksum: Range<Int>?
        search: while true {
            let lineStart = reader.position
            let element: FieldReader.Element
            do { element = try reader.next() } catch { throw error.at(line: linesBefore + reader.line) }
            switch element {
            case .field(let letter, let value):
                if start == nil {
                    start = lineStart
                    startLine = linesBefore + reader.line
                }
                end = value.upperBound
                switch letter {
                case UInt8(ascii: "P"): name = value
                case UInt8(ascii: "V"): hasVersion = true
                case UInt8(ascii: "C"): checksum = value
                default: break
                }
            case .endOfRecord where name != nil, .end: break search
            case .endOfRecord: break
            }
        }
        position = reader.position
        lineCount = reader.line
        guard let start else { return }
        range = start..<end
        let owner = name.map { FieldReader.excerpt(bytes, $0) } ?? ""
        func missing(_ field: String, _ expected: String) -> FormatError {
            FormatError(.missingField, line: startLine, field: field, text: owner, expected: expected)
        }
        guard !owner.isEmpty else { throw missing("P", "a package name") }
        guard hasVersion else { throw missing("V", "a version") }
        guard let checksum else { throw missing("C", "a checksum") }
        guard Checksum(UnsafeBufferPointer(rebasing: bytes[checksum])) != nil else {
            throw FormatError(
                .invalidChecksum, line: startLine, field: "C", text: FieldReader.excerpt(bytes, checksum),
                expected: "Q1 and 28 base64 digits")
        }
    }
}
