/// Builds whole apk v3 files around a payload: blocks, signatures, compression.
public struct ADBStreamBuilder: Sendable {
    public enum Compression: Sendable { case none, deflate, specified(algorithm: UInt8, level: UInt8) }

    public enum Schema: String, Sendable {
        case package = "pckg"
        case index = "indx"
        case installedDatabase = "idb\0"
    }

    /// A block as its type and payload.
    public struct Block: Sendable {
        public var type: UInt32
        public var payload: [UInt8]
        /// Whether the long form of the header is used.
        public var isExtended = false
        public init(_ type: UInt32, _ payload: [UInt8], isExtended: Bool = false) {
            self.type = type
            self.payload = payload
            self.isExtended = isExtended
        }

        /// The contents of a file.
        public static func data(_ directory: Int, _ file: Int, _ content: [UInt8]) -> Block {
            Block(2, ADBWriter.word32(directory) + ADBWriter.word32(file) + content)
        }

        /// The header, the payload and its padding.
        public var bytes: [UInt8] {
            var size = payload.count + (isExtended ? 16 : 4)
            var bytes = ADBWriter.word32(Int(isExtended ? 3 << 30 | type : type << 30 | UInt32(size)))
            if isExtended { bytes += ADBWriter.word32(0) + ADBWriter.word32(size) + ADBWriter.word32(size >> 32) }
            bytes += payload
            while size % 8 != 0 {
                bytes.append(0)
                size += 1
            }
            return bytes
        }
    }

    public var schema: Schema
    public var payload: [UInt8]
    public var keys: [TestKey] = []
    /// The hash byte of signatures: 3, 4 or 5.
    public var signatureHash: UInt8 = 4
    /// Blocks behind the signatures of ``keys``.
    public var blocks: [Block] = []
    public var compression = Compression.deflate

    public init(_ schema: Schema, _ payload: [UInt8]) {
        self.schema = schema
        self.payload = payload
    }

    /// A signature block's payload.
    public func signature(by key: TestKey) -> [UInt8] {
        let header = [0, signatureHash] + TestHash.sha512(key.innerEncoding).prefix(16)
        let hash =
            switch signatureHash {
            case 3: TestHash.sha256(payload)
            case 5: Array(TestHash.sha256(payload).prefix(20))
            default: TestHash.sha512(payload)
            }
        return header + key.sign(Array(schema.rawValue.utf8) + header + hash, .sha512)
    }

    /// The stream before compression.
    public func stream() -> [UInt8] {
        var bytes = Array("ADB.".utf8) + Array(schema.rawValue.utf8) + Block(0, payload).bytes
        for key in keys { bytes += Block(1, signature(by: key)).bytes }
        for block in blocks { bytes += block.bytes }
        return bytes
    }

    /// The whole file.
    public func bytes() -> [UInt8] { Self.compressed(stream(), compression) }

    /// A stream as a file.
    public static func compressed(_ stream: [UInt8], _ compression: Compression) -> [UInt8] {
        switch compression {
        case .none: stream
        case .deflate: Array("ADBd".utf8) + GzipBuilder().deflate(stream)
        case .specified(let algorithm, let level):
            Array("ADBc".utf8) + [algorithm, level] + GzipBuilder().deflate(stream)
        }
    }
}
