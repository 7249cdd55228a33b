internal import CZlib

/// The bytes of an apk v3 file, inflated where it is compressed: the stream that begins with `ADB.`.
///
/// Bytes are handed out in place, from one buffer that is filled again and again.
final class ADBStream {
    private enum Coding { case none, deflate }

    /// What errors call the file.
    let name: String
    private let limits: ArchiveLimits
    private var source: any ByteSource
    private var coding = Coding.none
    /// zlib keeps a pointer to its stream, so the stream has a place of its own.
    private let inflater: UnsafeMutablePointer<z_stream>
    private var isInflated = false
    private var fileDigest: Digest?

    // What was read from the file and not yet inflated is input[position..<filled], which stands at `inputOffset`.
    private let input: UnsafeMutableRawPointer
    private var inputOffset = 0
    private var position = 0
    private var filled = 0
    // What was inflated and not yet handed out is output[outputPosition..<outputFilled]. Without compression it is the
    // file's own bytes.
    private let output: UnsafeMutableRawPointer
    private var outputPosition = 0
    private var outputFilled = 0
    /// How many bytes of the stream were handed out.
    private(set) var offset = 0

    /// Reads the magic at the start of the file.
    ///
    /// - Parameter hashingFile: whether ``fileSHA256()`` will be asked for.
    /// - Throws: ``ArchiveError/Code/notADB`` for another kind of file, ``ArchiveError/Code/unsupportedCompression``.
    init(_ source: any ByteSource, limits: ArchiveLimits, hashingFile: Bool = false) throws(ArchiveError) {
        name = source.name
        self.source = source
        self.limits = limits
        fileDigest = hashingFile ? try Digest(.sha256) : nil
        input = .allocate(byteCount: readBufferSize, alignment: 16)
        output = .allocate(byteCount: readBufferSize, alignment: 16)
        inflater = .allocate(capacity: 1)
        inflater.initialize(to: z_stream())
        let result = inflateInit2_(inflater, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has memory and the version it was built for")
        try readMagic()
    }

    deinit {
        inflateEnd(inflater)
        inflater.deallocate()
        input.deallocate()
        output.deallocate()
    }

    private func readMagic() throws(ArchiveError) {
        var magic: [UInt8] = []
        while magic.count < 4, let byte = try nextInputByte() { magic.append(byte) }
        switch String(decoding: magic, as: UTF8.self) {
        case "ADB.":
            // The magic is part of the stream.
            output.copyMemory(from: magic, byteCount: 4)
            outputFilled = 4
        case "ADBd": coding = .deflate
        case "ADBc": try readCompression()
        default:
            throw ArchiveError(.notADB, path: name, offset: 0, expected: "ADB., ADBd or ADBc, as apk v3 writes it")
        }
    }

    /// Two bytes: the algorithm, and a level that does not matter for reading.
    private func readCompression() throws(ArchiveError) {
        guard let algorithm = try nextInputByte(), try nextInputByte() != nil else {
            throw ArchiveError(.truncatedADB, path: name, offset: inputOffset + position, expected: "a compression")
        }
        guard algorithm != 1 else { return coding = .deflate }
        throw ArchiveError(
            .unsupportedCompression, path: name, offset: 4, expected: "no compression, or deflate",
            found: algorithm == 2 ? "zstd" : "algorithm \(algorithm)")
    }

    private func nextInputByte() throws(ArchiveError) -> UInt8? {
        guard try fillInput() else { return nil }
        defer { position += 1 }
        return input.load(fromByteOffset: position, as: UInt8.self)
    }

    /// Makes sure that there is an unread byte of the file; false at its end.
    private func fillInput() throws(ArchiveError) -> Bool {
        guard position == filled else { return true }
        inputOffset += filled
        position = 0
        filled = 0
        filled = try source.read(into: UnsafeMutableRawBufferPointer(start: input, count: readBufferSize))
        fileDigest?.update(UnsafeRawBufferPointer(start: input, count: filled))
        return filled > 0
    }

    /// Makes sure that there is an unread byte of the stream; false at its end.
    private func fillOutput() throws(ArchiveError) -> Bool {
        guard outputPosition == outputFilled else { return true }
        outputPosition = 0
        outputFilled = 0
        switch coding {
        case .none:
            guard try fillInput() else { return false }
            output.copyMemory(from: input.advanced(by: position), byteCount: filled - position)
            outputFilled = filled - position
            position = filled
        case .deflate: try inflateMore()
        }
        return outputFilled > 0
    }

    private func inflateMore() throws(ArchiveError) {
        inflater.pointee.next_out = output.assumingMemoryBound(to: UInt8.self)
        inflater.pointee.avail_out = UInt32(readBufferSize)
        while !isInflated && Int(inflater.pointee.avail_out) == readBufferSize {
            guard try fillInput() else {
                throw ArchiveError(
                    .truncatedADB, path: name, offset: inputOffset + position, expected: "more compressed data")
            }
            let available = filled - position
            inflater.pointee.next_in = input.advanced(by: position).assumingMemoryBound(to: UInt8.self)
            inflater.pointee.avail_in = UInt32(available)
            let result = inflate(inflater, Z_NO_FLUSH)
            position += available - Int(inflater.pointee.avail_in)
            guard result == Z_OK || result == Z_STREAM_END else {
                throw ArchiveError(
                    .badDeflate, path: name, offset: inputOffset + position,
                    found: inflater.pointee.msg.map { String(cString: $0) } ?? "")
            }
            isInflated = result == Z_STREAM_END
        }
        outputFilled = readBufferSize - Int(inflater.pointee.avail_out)
        let total = offset + outputFilled
        if total > limits.ratioSlack && total / max(1, inputOffset + position) >= limits.expansionRatio {
            throw ArchiveError(
                .limitExceeded, path: name, offset: inputOffset + position,
                expected: "an expansion below \(limits.expansionRatio) to 1", option: "expansionRatio")
        }
    }
}

// MARK: - Reading

extension ADBStream {
    /// The next bytes, at most `limit` of them and at least one; nil at the end. Valid until the stream is used again.
    func next(limit: Int) throws(ArchiveError) -> UnsafeRawBufferPointer? {
        guard try fillOutput() else { return nil }
        let count = min(limit, outputFilled - outputPosition)
        defer {
            outputPosition += count
            offset += count
        }
        return UnsafeRawBufferPointer(start: output.advanced(by: outputPosition), count: count)
    }

    /// Exactly `count` bytes. Memory grows with what is there, not with what is asked for.
    func read(_ count: Int, of part: String) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, readBufferSize))
        while bytes.count < count {
            guard let piece = try next(limit: count - bytes.count) else {
                throw ArchiveError(
                    .truncatedADB, path: name, offset: inputOffset + position, tarOffset: offset,
                    expected: "\(count - bytes.count) more bytes of \(part)")
            }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }

    /// Whether the stream ends here. Behind a compressed stream nothing may follow either.
    func isAtEnd() throws(ArchiveError) -> Bool {
        guard try !fillOutput() else { return false }
        guard try !fillInput() else {
            throw ArchiveError(
                .trailingData, path: name, offset: inputOffset + position, expected: "the end of the file")
        }
        return true
    }

    /// How many bytes of the file were read; all of them at the end.
    var fileOffset: Int { inputOffset + position }

    /// The SHA-256 of the whole file, at its end; nil unless it was asked for.
    func fileSHA256() -> [UInt8]? { fileDigest?.finish() }
}
