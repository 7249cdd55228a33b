/// Writes tar streams: ordinary entries easily, and any header that a test may want to be wrong.
///
///     var tar = TarBuilder()
///     tar.directory("usr")
///     tar.file("usr/motd", "hello\n", pax: [("APK-TOOLS.checksum.SHA1", "…")])
///     tar.end()
///     let bytes = tar.bytes
public struct TarBuilder: Sendable {
    /// The two kinds of header that build tools write.
    public enum Format: Sendable { case posix, gnu }

    /// The fields of one header block. ``block()`` encodes them with a right checksum.
    public struct Header: Sendable {
        public var name: [UInt8] = []
        public var mode = Field.octal(0o644)
        public var userID = Field.octal(0)
        public var groupID = Field.octal(0)
        public var size = Field.octal(0)
        public var modificationTime = Field.octal(0)
        public var type: UInt8 = UInt8(ascii: "0")
        public var linkName: [UInt8] = []
        public var magic: [UInt8] = Array("ustar\u{0}00".utf8)
        public var userName: [UInt8] = Array("root".utf8)
        public var groupName: [UInt8] = Array("root".utf8)
        public var deviceMajor = Field.raw([])
        public var deviceMinor = Field.raw([])
        public var prefix: [UInt8] = []
        /// Bytes 500 to 511.
        public var tail: [UInt8] = []
        /// Written instead of the right checksum.
        public var checksum: [UInt8]?

        public init() {}

        /// A numeric field: a number as octal digits and a NUL, or bytes as they are.
        public enum Field: Sendable {
            case octal(Int)
            case raw([UInt8])

            func encoded(_ width: Int) -> [UInt8] {
                switch self {
                case .raw(let bytes): bytes
                case .octal(let number):
                    Array(
                        (String(repeating: "0", count: max(0, width - 1 - String(number, radix: 8).count))
                            + String(number, radix: 8)).utf8)
                }
            }
        }

        public func block() -> [UInt8] {
            var block = [UInt8](repeating: 0, count: 512)
            func put(_ bytes: [UInt8], at offset: Int, width: Int) {
                for (index, byte) in bytes.prefix(width).enumerated() { block[offset + index] = byte }
            }
            put(name, at: 0, width: 100)
            put(mode.encoded(8), at: 100, width: 8)
            put(userID.encoded(8), at: 108, width: 8)
            put(groupID.encoded(8), at: 116, width: 8)
            put(size.encoded(12), at: 124, width: 12)
            put(modificationTime.encoded(12), at: 136, width: 12)
            block[156] = type
            put(linkName, at: 157, width: 100)
            put(magic, at: 257, width: 8)
            put(userName, at: 265, width: 32)
            put(groupName, at: 297, width: 32)
            put(deviceMajor.encoded(8), at: 329, width: 8)
            put(deviceMinor.encoded(8), at: 337, width: 8)
            put(prefix, at: 345, width: 155)
            put(tail, at: 500, width: 12)
            for index in 148..<156 { block[index] = UInt8(ascii: " ") }
            let sum = block.reduce(0) { $0 + Int($1) }
            put(checksum ?? Array(Field.octal(sum).encoded(7)) + [0, UInt8(ascii: " ")], at: 148, width: 8)
            return block
        }
    }

    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    public var format: Format
    /// The modification time of entries that are given none.
    public var modificationTime = 0

    public init(_ format: Format = .posix) { self.format = format }

    /// A header with this writer's format and time, to be changed and handed to ``entry(_:_:)``.
    public func header(_ name: String, type: Character = "0", mode: Int = 0o644) -> Header {
        var header = Header()
        header.name = Array(name.utf8)
        header.type = type.asciiValue ?? 0
        header.mode = .octal(mode)
        header.modificationTime = .octal(modificationTime)
        if format == .gnu { header.magic = Array("ustar  \u{0}".utf8) }
        return header
    }

    /// Writes bytes as they are.
    public mutating func raw(_ more: [UInt8]) { bytes += more }

    /// Writes a header and content, filled up to whole blocks. The header's size is not touched.
    public mutating func entry(_ header: Header, _ content: [UInt8] = []) {
        bytes += header.block() + content + [UInt8](repeating: 0, count: -content.count & 511)
    }

    /// A regular file, preceded by a PAX header where records are given.
    public mutating func file(
        _ name: String, _ content: [UInt8], mode: Int = 0o644, pax: [(String, [UInt8])] = []
    ) {
        if !pax.isEmpty { self.pax(pax) }
        var header = header(name, mode: mode)
        header.size = .octal(content.count)
        entry(header, content)
    }

    public mutating func file(_ name: String, _ content: String, mode: Int = 0o644, pax: [(String, String)] = []) {
        file(name, Array(content.utf8), mode: mode, pax: pax.map { ($0.0, Array($0.1.utf8)) })
    }

    public mutating func directory(_ name: String, mode: Int = 0o755) {
        entry(header(name + "/", type: "5", mode: mode))
    }

    public mutating func symbolicLink(_ name: String, to target: String, pax: [(String, String)] = []) {
        link(name, to: target, type: "2", pax: pax)
    }

    public mutating func hardLink(
        _ name: String, to target: String, mode: Int = 0o644, pax: [(String, String)] = []
    ) {
        link(name, to: target, type: "1", mode: mode, pax: pax)
    }

    private mutating func link(
        _ name: String, to target: String, type: Character, mode: Int = 0o777, pax: [(String, String)]
    ) {
        if !pax.isEmpty { self.pax(pax.map { ($0.0, Array($0.1.utf8)) }) }
        var header = header(name, type: type, mode: mode)
        header.linkName = Array(target.utf8)
        entry(header)
    }

    /// A PAX header for the next entry (`x`) or for all further ones (`g`).
    public mutating func pax(_ records: [(String, [UInt8])], type: Character = "x") {
        paxBytes(records.flatMap { TarBuilder.record($0.0, $0.1) }, type: type)
    }

    /// A PAX header whose records are given as they stand in the file.
    public mutating func paxBytes(_ records: [UInt8], type: Character = "x") {
        var header = header("./PaxHeaders/entry", type: type)
        header.size = .octal(records.count)
        entry(header, records)
    }

    /// A GNU header with a long name (`L`) or a long link target (`K`) for the next entry.
    public mutating func longName(_ name: [UInt8], type: Character = "L") {
        var header = header("././@LongLink", type: type)
        header.size = .octal(name.count + 1)
        entry(header, name + [0])
    }

    /// A long name whose size ends with its last byte, and what stands behind it in its block.
    public mutating func bareLongName(_ name: [UInt8], type: Character = "L", padding: [UInt8] = []) {
        var header = header("././@LongLink", type: type)
        header.size = .octal(name.count)
        entry(header, name + padding)
    }

    /// The two zero blocks that end an archive, and more up to a multiple of `blocking` bytes.
    public mutating func end(blocking: Int = 512) {
        bytes += [UInt8](repeating: 0, count: 1024)
        let rest = bytes.count % blocking
        if rest > 0 { bytes += [UInt8](repeating: 0, count: blocking - rest) }
    }

    /// One PAX record with its length in front.
    public static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let payload = [UInt8(ascii: " ")] + Array(key.utf8) + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
        var length = payload.count + 1
        while String(length).utf8.count + payload.count != length { length = String(length).utf8.count + payload.count }
        return Array(String(length).utf8) + payload
    }
}
