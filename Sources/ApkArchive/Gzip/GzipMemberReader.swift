import CZlib

/// Inflates a file of concatenated gzip members, one member at a time, in one pass over flat memory.
///
///     var reader = GzipMemberReader(try FileSource(path: path))
///     while try reader.nextMember() {
///         while case let count = try reader.read(into: buffer), count > 0 { … }
///     }
///
/// It knows at which bytes of the file each member begins and ends, and hashes the raw bytes while it inflates them.
/// A member's CRC and length are checked before its last bytes are handed out.
public struct GzipMemberReader: ByteSource, ~Copyable {
    private enum State { case between, body, finished }

    public var name: String { source.name }
    /// The number of the current member, counted from 0; -1 before the first.
    public private(set) var memberIndex = -1
    /// Where the current member begins in the file.
    public private(set) var memberStart = 0
    /// How many bytes of the current member have been inflated.
    public private(set) var inflatedCount = 0
    /// The header of the current member, and how many bytes it takes.
    package private(set) var header = GzipHeader()
    package private(set) var headerLength = 0
    /// Raw bytes of the file since ``startCapture()``.
    package private(set) var captured: [UInt8] = []

    private var source: any ByteSource
    private let limits: ArchiveLimits
    private var inflatedLimit = Int.max
    /// Compressed bytes of the current member: blocks may be empty, so that few inflated bytes can come of very many.
    private var rawLimit = Int.max
    private var inflatedLimitName = ""
    private var state = State.between
    /// zlib keeps a pointer to its stream, so the stream has a place of its own.
    private let stream: UnsafeMutablePointer<z_stream>
    private var checksum: uLong = 0

    // The bytes read from the source and not yet consumed are input[position..<filled];
    // input[0] stands at `inputOffset` of the file; input[hashed..<position] still has to be hashed.
    private let input: UnsafeMutableRawPointer
    private var inputOffset: Int
    private var position = 0
    private var filled = 0
    private var hashed = 0

    private var fileDigest: Digest?
    private var spanDigests: RawDigests?
    private var inflatedDigest: Digest?
    private var isCapturing = false

    /// - Parameters:
    ///   - offset: where in its file the source begins, for the offsets that are told.
    ///   - hashingFile: whether ``fileSHA256()`` will be asked for.
    public init(
        _ source: any ByteSource, startingAt offset: Int = 0, limits: ArchiveLimits = ArchiveLimits(),
        hashingFile: Bool = false
    ) throws(ArchiveError) {
        inputOffset = offset
        fileDigest = hashingFile ? try Digest(.sha256) : nil
        spanDigests = nil
        inflatedDigest = nil
        self.source = source
        self.limits = limits
        input = .allocate(byteCount: readBufferSize, alignment: 16)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Negative bits: deflate without a frame. The frame is read here, where its fields can be bounded and its
        // errors have offsets.
        let result = inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has memory and the version it was built for")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// The offset in the file of the next byte that has not been consumed; after a member's last byte, its end.
    public var fileOffset: Int { inputOffset + position }

    /// Goes to the next member; false at the end of the file.
    ///
    /// The current member must have been read to its end.
    /// - Throws: ``ArchiveError/Code/notGzip`` when the file does not begin with a member,
    ///   ``ArchiveError/Code/trailingData`` when something else follows one.
    public mutating func nextMember() throws(ArchiveError) -> Bool {
        precondition(state != .body, "a member is read to its end before the next one begins")
        guard try fill() else {
            state = .finished
            if memberIndex < 0 { throw error(.notGzip, expected: "a gzip member", found: "an empty file") }
            return false
        }
        memberStart = fileOffset
        try readHeader()
        headerLength = fileOffset - memberStart
        memberIndex += 1
        inflatedCount = 0
        checksum = crc32(0, nil, 0)
        inflatedLimit = Int.max
        rawLimit = Int.max
        inflateReset(stream)
        state = .body
        return true
    }

    /// Bounds the current member's inflated size, and its compressed size by twice as much. `option` is the property of
    /// ``ArchiveLimits`` that raises it.
    package mutating func limitInflated(to limit: Int, option: String) {
        inflatedLimit = limit
        rawLimit = limit > Int.max / 4 ? Int.max : 2 * limit + min(limits.gzipHeader, Int.max / 4)
        inflatedLimitName = option
    }

    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard state == .body else { return 0 }
        // The checksum is taken from bytes that are still in the cache.
        let room = min(buffer.count, 2 * readBufferSize)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        var result = Z_OK
        while result == Z_OK && Int(stream.pointee.avail_out) == room {
            guard try fill() else { throw error(.truncatedGzip, expected: "more compressed data") }
            let available = filled - position
            stream.pointee.next_in = input.advanced(by: position).assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_in = UInt32(available)
            result = inflate(stream, Z_NO_FLUSH)
            position += available - Int(stream.pointee.avail_in)
            guard result == Z_OK || result == Z_STREAM_END else {
                throw error(.badDeflate, found: stream.pointee.msg.map { String(cString: $0) } ?? "")
            }
            guard fileOffset - memberStart <= rawLimit else {
                throw error(
                    .limitExceeded, expected: "at most \(rawLimit) compressed bytes", option: inflatedLimitName)
            }
        }
        let count = room - Int(stream.pointee.avail_out)
        checksum = crc32(checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(count))
        inflatedDigest?.update(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count))
        inflatedCount += count
        try checkLimits()
        if result == Z_STREAM_END {
            try readTrailer()
            state = .between
        }
        return count
    }

    /// Consumes the rest of the file without inflating it, for its digests; returns the file's size.
    package mutating func skipToEndOfFile() throws(ArchiveError) -> Int {
        while try fill() { position = filled }
        state = .finished
        return fileOffset
    }

    private func error(
        _ code: ArchiveError.Code, offset: Int? = nil, expected: String = "", found: String = "", option: String? = nil
    ) -> ArchiveError {
        ArchiveError(
            code, path: name, offset: offset ?? fileOffset, expected: expected, found: found, option: option)
    }
}

// MARK: - Raw bytes

extension GzipMemberReader {
    /// Begins to hash the raw bytes of the file from here on.
    package mutating func startDigests(_ set: DigestSet) throws(ArchiveError) {
        hashConsumed()
        spanDigests = try RawDigests(set)
    }

    /// The digests of the raw bytes since ``startDigests(_:)``, up to here.
    package mutating func finishDigests() -> DigestValues {
        hashConsumed()
        let values = spanDigests?.finish() ?? DigestValues()
        spanDigests = nil
        return values
    }

    /// The SHA-256 of the raw bytes from the file's first byte up to here; empty unless it was asked for.
    package mutating func fileSHA256() -> [UInt8] {
        hashConsumed()
        return fileDigest?.finish() ?? []
    }

    /// Adds bytes in front of what ``fileSHA256()`` will be the digest of.
    package mutating func hashFilePrefix(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { fileDigest?.update($0) }
    }

    /// Begins to hash what is inflated from here on.
    package mutating func startInflatedDigest() throws(ArchiveError) { inflatedDigest = try Digest(.sha256) }

    /// The SHA-256 of what was inflated since ``startInflatedDigest()``; empty unless it was called.
    package mutating func finishInflatedDigest() -> [UInt8] {
        let value = inflatedDigest?.finish() ?? []
        inflatedDigest = nil
        return value
    }

    /// Begins to keep raw bytes in ``captured``. Only for a member whose size is bounded.
    package mutating func startCapture() {
        hashConsumed()
        captured.removeAll()
        isCapturing = true
    }

    /// Ends what ``startCapture()`` began.
    package mutating func endCapture() {
        hashConsumed()
        isCapturing = false
    }

    private mutating func hashConsumed() {
        guard hashed < position else { return }
        let bytes = UnsafeRawBufferPointer(start: input.advanced(by: hashed), count: position - hashed)
        fileDigest?.update(bytes)
        spanDigests?.update(bytes)
        if isCapturing { captured.append(contentsOf: bytes) }
        hashed = position
    }

    /// Makes sure that there is an unread byte; false at the end of the file.
    private mutating func fill() throws(ArchiveError) -> Bool {
        guard position == filled else { return true }
        hashConsumed()
        inputOffset += filled
        position = 0
        hashed = 0
        filled = 0
        filled = try source.read(into: UnsafeMutableRawBufferPointer(start: input, count: readBufferSize))
        return filled > 0
    }

    private mutating func nextByte(of part: String) throws(ArchiveError) -> UInt8 {
        guard try fill() else { throw error(.truncatedGzip, expected: "the rest of a gzip " + part) }
        let byte = input.load(fromByteOffset: position, as: UInt8.self)
        position += 1
        return byte
    }
}

// MARK: - The frame

extension GzipMemberReader {
    private mutating func readHeader() throws(ArchiveError) {
        // No more than the bytes of the header itself is looked at, so that trailing data is told from a bad member.
        var bytes: [UInt8] = []
        func isMagic(_ bytes: [UInt8]) -> Bool { zip(bytes, [0x1F, 0x8B] as [UInt8]).allSatisfy { $0 == $1 } }
        while bytes.count < 10 {
            bytes.append(try nextByte(of: "header"))
            guard isMagic(bytes) else {
                if memberIndex < 0 { throw error(.notGzip, offset: memberStart, expected: "a gzip member") }
                throw error(.trailingData, offset: memberStart, expected: "the end of the file")
            }
        }
        header.flags = GzipHeader.Flags(rawValue: bytes[3])
        header.modificationTime = bytes[4..<8].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        header.extraFlags = bytes[8]
        header.operatingSystem = bytes[9]
        guard bytes[2] == 8 else {
            throw error(.badGzipHeader, offset: memberStart + 2, expected: "the method deflate")
        }
        guard header.flags.isDisjoint(with: .reserved) else {
            throw error(.badGzipHeader, offset: memberStart + 3, expected: "reserved flags of zero")
        }
        guard header.flags != [] else { return }
        if header.flags.contains(.extra) {
            let low = try optionalByte(&bytes)
            let count = Int(low) | Int(try optionalByte(&bytes)) << 8
            for _ in 0..<count { _ = try optionalByte(&bytes) }
        }
        if header.flags.contains(.name) { while try optionalByte(&bytes) != 0 {} }
        if header.flags.contains(.comment) { while try optionalByte(&bytes) != 0 {} }
        if header.flags.contains(.headerChecksum) {
            let expected = UInt16(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
            let low = try nextByte(of: "header")
            let found = UInt16(low) | UInt16(try nextByte(of: "header")) << 8
            guard found == expected else {
                throw error(.badGzipHeader, offset: fileOffset - 2, expected: "the header's checksum")
            }
        }
    }

    private mutating func optionalByte(_ bytes: inout [UInt8]) throws(ArchiveError) -> UInt8 {
        guard bytes.count - 10 < limits.gzipHeader else {
            throw error(.limitExceeded, offset: memberStart, found: "a larger gzip header", option: "gzipHeader")
        }
        let byte = try nextByte(of: "header")
        bytes.append(byte)
        return byte
    }

    private mutating func readTrailer() throws(ArchiveError) {
        func word(_ reader: inout GzipMemberReader) throws(ArchiveError) -> UInt32 {
            var word: UInt32 = 0
            for shift in [0, 8, 16, 24] as [UInt32] { word |= UInt32(try reader.nextByte(of: "trailer")) << shift }
            return word
        }
        guard try word(&self) == UInt32(truncatingIfNeeded: checksum) else {
            throw error(.badGzipChecksum, offset: fileOffset - 4, expected: "the CRC-32 of the inflated bytes")
        }
        guard try word(&self) == UInt32(truncatingIfNeeded: inflatedCount) else {
            throw error(.badGzipLength, offset: fileOffset - 4, expected: "the length of the inflated bytes")
        }
    }

    private func checkLimits() throws(ArchiveError) {
        if inflatedCount > inflatedLimit {
            throw error(
                .limitExceeded, expected: "at most \(inflatedLimit) inflated bytes", option: inflatedLimitName)
        }
        if inflatedCount > limits.ratioSlack
            && inflatedCount / max(1, fileOffset - memberStart) >= limits.expansionRatio
        {
            throw error(
                .limitExceeded, expected: "an expansion below \(limits.expansionRatio) to 1", option: "expansionRatio")
        }
    }
}
