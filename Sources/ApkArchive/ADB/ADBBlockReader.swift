internal import ApkFormats

/// Reads an apk v3 file block by block: the metadata, its signatures, the contents of files.
struct ADBBlockReader {
    /// The kinds of blocks, in the order in which they stand.
    enum Kind: UInt32 { case metadata = 0, signature = 1, data = 2 }

    /// A block whose header was read.
    struct Block {
        let kind: Kind
        /// Where its header stands in the stream.
        let offset: Int
        /// The bytes of its payload, without the padding behind it.
        let size: Int
        fileprivate let padding: Int
    }

    /// The first block and the signatures behind it.
    struct Head: Sendable {
        let schema: UInt32
        let payload: [UInt8]
        let signatures: [ADBSignature]
    }

    let stream: ADBStream
    private let limits: ArchiveLimits
    /// The first block of contents, whose header is read to see that there are no more signatures.
    private var pending: Block?
    /// Zero bytes to come before the next block.
    private var padding = 0

    init(_ stream: ADBStream, limits: ArchiveLimits) {
        self.stream = stream
        self.limits = limits
    }

    /// Reads the stream's header, the metadata and all signatures.
    ///
    /// - Parameters:
    ///   - schema: what the file must hold.
    ///   - limit: how large the metadata may be, and the property of ``ArchiveLimits`` that raises it.
    mutating func readHead(
        schema: UInt32, limit: (bytes: Int, option: String)
    ) throws(ArchiveError) -> Head {
        let header = try stream.read(8, of: "the header")
        let found = ADBBlockReader.word(header, 4)
        guard header.starts(with: "ADB.".utf8), found == schema else {
            throw ArchiveError(
                .notADB, path: stream.name, tarOffset: 0, expected: "the schema \(ADBBlockReader.text(schema))",
                found: header.starts(with: "ADB.".utf8) ? ADBBlockReader.text(found) : "no ADB stream")
        }
        guard let first = try nextBlock(), first.kind == .metadata else {
            throw error(.misplacedBlock, 8, expected: "a block with metadata first")
        }
        guard first.size <= limit.bytes else {
            throw error(
                .limitExceeded, first.offset, expected: "metadata of at most \(limit.bytes) bytes",
                option: limit.option)
        }
        let payload = try stream.read(first.size, of: "the metadata")
        padding = first.padding
        return Head(schema: schema, payload: payload, signatures: try readSignatures())
    }

    private mutating func readSignatures() throws(ArchiveError) -> [ADBSignature] {
        var signatures: [ADBSignature] = []
        var total = 0
        while let block = try nextBlock() {
            switch block.kind {
            case .metadata:
                throw error(.misplacedBlock, block.offset, expected: "one block with metadata")
            case .data:
                pending = block
                return signatures
            case .signature:
                total += block.size
                guard block.size <= limits.signature, total <= limits.signatureMember else {
                    throw error(
                        .limitExceeded, block.offset, expected: "signatures of at most \(limits.signature) bytes",
                        option: block.size > limits.signature ? "signature" : "signatureMember")
                }
                let bytes = try stream.read(block.size, of: "a signature")
                padding = block.padding
                guard let signature = ADBSignature(bytes) else {
                    throw error(.badBlock, block.offset, expected: "a signature of more than 18 bytes")
                }
                signatures.append(signature)
            }
        }
        return signatures
    }

    /// The next block of contents, behind the head; nil at the end of the file.
    mutating func nextData() throws(ArchiveError) -> Block? {
        if let block = pending {
            pending = nil
            return block
        }
        guard let block = try nextBlock() else { return nil }
        guard block.kind == .data else {
            throw error(.misplacedBlock, block.offset, expected: "nothing but contents behind the first of them")
        }
        return block
    }

    /// Notes that all of a block's payload was taken from the stream.
    mutating func end(_ block: Block) { padding = block.padding }

    private mutating func nextBlock() throws(ArchiveError) -> Block? {
        if padding > 0 {
            let offset = stream.offset
            guard try stream.read(padding, of: "padding").allSatisfy({ $0 == 0 }) else {
                throw error(.badBlock, offset, expected: "padding of zeros")
            }
            padding = 0
        }
        guard try !stream.isAtEnd() else { return nil }
        let offset = stream.offset
        let word = ADBBlockReader.word(try stream.read(4, of: "a block's header"), 0)
        var kind = word >> 30
        var size = UInt64(word & 0x3fff_ffff)
        var headerSize: UInt64 = 4
        if kind == 3 {
            kind = word & 0x3fff_ffff
            let rest = try stream.read(12, of: "a block's header")
            guard ADBBlockReader.word(rest, 0) == 0 else {
                throw error(.badBlock, offset, expected: "a reserved field of zero")
            }
            size = UInt64(ADBBlockReader.word(rest, 4)) | UInt64(ADBBlockReader.word(rest, 8)) << 32
            headerSize = 16
        }
        guard let kind = Kind(rawValue: kind) else {
            throw error(.badBlock, offset, expected: "metadata, a signature or contents", found: "type \(kind)")
        }
        guard size >= headerSize, size <= UInt64(1) << 48 else {
            throw error(.badBlock, offset, expected: "a size that counts the header", found: "\(size) bytes")
        }
        return Block(
            kind: kind, offset: offset, size: Int(size - headerSize), padding: Int((8 - size % 8) % 8))
    }

    private func error(
        _ code: ArchiveError.Code, _ offset: Int, expected: String, found: String = "", option: String? = nil
    ) -> ArchiveError {
        ArchiveError(
            code, path: stream.name, tarOffset: offset, expected: expected, found: found, option: option)
    }

    static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A schema's number as the four characters that it is made of.
    private static func text(_ schema: UInt32) -> String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: schema >> ($0 * 8)) }
        return String(decoding: bytes.filter { $0 > 0x20 && $0 < 0x7f }, as: UTF8.self)
    }
}
