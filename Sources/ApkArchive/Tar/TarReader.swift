/// Reads tar entries from a stream in one pass, strictly.
///
///     var tar = try TarReader(members)
///     while let entry = try tar.next() {
///         while let chunk = try tar.nextChunk() { … }
///     }
///
/// What GNU tar, Go, Python and apk could read differently is refused, with a code and the offset in the tar stream;
/// what abuild and melange write is accepted. Bodies come as chunks of one buffer, or go straight to the caller's memory.
public struct TarReader<Input: ByteSource & ~Copyable>: ~Copyable {
    /// How an archive ends.
    public enum Ending: Sendable {
        /// With two zero blocks or more: indexes and data segments.
        case endOfArchive
        /// Without any: the signature and control segments of a package, which the next segment continues.
        case endOfInput
    }

    /// Where the bytes come from.
    public var input: Input
    public let limits: ArchiveLimits

    private var ending: Ending
    private let buffer: UnsafeMutableRawPointer
    /// buffer[position..<filled] is inflated and not yet consumed; buffer[0] stands at `bufferOffset` of the stream.
    private var position = 0
    private var filled = 0
    private var bufferOffset = 0
    /// What is left of the current entry's content, and the zeros that fill its last block.
    private var contentLeft = 0
    private var paddingLeft = 0
    private var isAtEnd = false
    private var names: EntryNames
    /// The owner's names of the last entry, which most entries have: one copy is enough for all of them.
    private var lastUserName: [UInt8] = []
    private var lastGroupName: [UInt8] = []

    public init(_ input: consuming Input, ending: Ending = .endOfArchive, limits: ArchiveLimits = ArchiveLimits()) {
        self.input = input
        self.ending = ending
        self.limits = limits
        names = EntryNames(limit: limits.entries)
        buffer = .allocate(byteCount: readBufferSize, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The offset in the tar stream of the next byte.
    public var offset: Int { bufferOffset + position }

    /// Starts over with what ``input`` delivers next, such as the next gzip member.
    public mutating func restart(ending: Ending) {
        self.ending = ending
        position = 0
        filled = 0
        bufferOffset = 0
        contentLeft = 0
        paddingLeft = 0
        isAtEnd = false
        names = EntryNames(limit: limits.entries)
    }

    /// Says how the archive ends once its first entries have told what it is.
    mutating func expect(_ ending: Ending) { self.ending = ending }

    /// The next entry, or nil at the end. Content of the last one that was not read is skipped.
    public mutating func next() throws(ArchiveError) -> ArchiveEntry? {
        do {
            return try readEntry()
        } catch {
            throw error.at(path: input.name)
        }
    }

    /// The next piece of the current entry's content, or nil at its end. Valid until the reader is used again.
    package mutating func nextChunk() throws(ArchiveError) -> UnsafeRawBufferPointer? {
        guard contentLeft > 0 else { return nil }
        if position == filled { try refill() }
        let count = min(contentLeft, filled - position)
        let chunk = UnsafeRawBufferPointer(start: buffer.advanced(by: position), count: count)
        position += count
        contentLeft -= count
        return chunk
    }

    /// Fills the front of `destination` with content of the current entry; 0 at its end.
    public mutating func read(into destination: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let wanted = min(destination.count, contentLeft)
        guard wanted > 0 else { return 0 }
        var count = min(wanted, filled - position)
        if count > 0 {
            destination.copyMemory(from: UnsafeRawBufferPointer(start: buffer.advanced(by: position), count: count))
            position += count
        } else {
            // Nothing is buffered, so the bytes can go to where they are wanted without a detour.
            count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: destination[..<wanted]))
            guard count > 0 else { throw truncated() }
            bufferOffset += count
        }
        contentLeft -= count
        return count
    }

    /// The whole content of the current entry.
    ///
    /// - Parameters:
    ///   - limit: how many bytes to accept, checked before any of them is read.
    ///   - option: the property of ``ArchiveLimits`` that raises it.
    public mutating func readContent(limit: Int, option: String) throws(ArchiveError) -> [UInt8] {
        guard contentLeft <= limit else {
            throw ArchiveError(
                .limitExceeded, path: input.name, tarOffset: offset, expected: "at most \(limit) bytes", option: option)
        }
        return try readBytes(contentLeft)
    }

    /// Appends the whole content of the current entry to bytes, as ``readContent(limit:option:)`` returns it.
    mutating func readContent(
        appendingTo bytes: inout [UInt8], limit: Int, option: String
    ) throws(ArchiveError) {
        guard contentLeft <= limit else {
            throw ArchiveError(
                .limitExceeded, path: input.name, tarOffset: offset, expected: "at most \(limit) bytes", option: option)
        }
        let size = contentLeft
        var failure: ArchiveError?
        bytes.append(addingCapacity: size) { output in
            output.withUnsafeMutableBufferPointer { room, count in
                do throws(ArchiveError) {
                    while count < size {
                        let rest = UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(room)[count..<size])
                        let read = try read(into: rest)
                        if read == 0 { break }
                        count += read
                    }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure.at(path: input.name) }
    }

    private mutating func readBytes(_ size: Int) throws(ArchiveError) -> [UInt8] {
        var failure: ArchiveError?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { storage, count in
            do throws(ArchiveError) {
                while count < size {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(storage)[count...])
                    let read = try read(into: rest)
                    if read == 0 { break }
                    count += read
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure.at(path: input.name) }
        return bytes
    }
}

// MARK: - Blocks

extension TarReader where Input: ~Copyable {
    private func truncated() -> ArchiveError {
        ArchiveError(.truncatedTar, path: input.name, tarOffset: offset, expected: "more of the archive")
    }

    /// Refills an empty buffer; the stream may not end here.
    private mutating func refill() throws(ArchiveError) {
        bufferOffset += filled
        position = 0
        filled = 0
        filled = try input.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: readBufferSize))
        guard filled > 0 else { throw truncated() }
    }

    /// Consumes one block and returns it; nil when the stream ends before it.
    private mutating func nextBlock() throws(ArchiveError) -> UnsafeRawBufferPointer? {
        if filled - position < TarHeader.size {
            buffer.copyMemory(from: buffer.advanced(by: position), byteCount: filled - position)
            bufferOffset += position
            filled -= position
            position = 0
            while filled < TarHeader.size {
                let free = UnsafeMutableRawBufferPointer(
                    start: buffer.advanced(by: filled), count: readBufferSize - filled)
                let count = try input.read(into: free)
                if count == 0 { break }
                filled += count
            }
            if filled == 0 { return nil }
            guard filled >= TarHeader.size else { throw truncated() }
        }
        let block = UnsafeRawBufferPointer(start: buffer.advanced(by: position), count: TarHeader.size)
        position += TarHeader.size
        return block
    }

    private mutating func skipContent() throws(ArchiveError) {
        contentLeft += paddingLeft
        paddingLeft = 0
        while try nextChunk() != nil {}
    }

    private mutating func beginContent(_ size: Int) throws(ArchiveError) {
        contentLeft = size
        paddingLeft = -size & (TarHeader.size - 1)
    }

    /// After a first zero block: the second one, and nothing but zeros to the end of the stream.
    private mutating func readEnd(at start: Int) throws(ArchiveError) {
        guard ending == .endOfArchive else {
            throw ArchiveError(.zeroBlock, tarOffset: start, expected: "the next entry or the end of the segment")
        }
        guard let second = try nextBlock() else {
            throw ArchiveError(.missingEnd, tarOffset: offset, expected: "a second zero block")
        }
        guard second.isZero else {
            throw ArchiveError(.zeroBlock, tarOffset: start, expected: "two zero blocks")
        }
        while let block = try nextBlock() {
            guard block.isZero else {
                throw ArchiveError(.dataAfterEnd, tarOffset: offset - TarHeader.size, expected: "zeros")
            }
        }
    }
}

// MARK: - Entries

extension TarReader where Input: ~Copyable {
    /// What precedes an entry and changes it.
    private struct Pending {
        var pax: PaxRecords?
        var longName: [UInt8]?
        var longLink: [UInt8]?
        var start: Int?
    }

    private mutating func readEntry() throws(ArchiveError) -> ArchiveEntry? {
        guard !isAtEnd else { return nil }
        var pending = Pending()
        while true {
            try skipContent()
            let start = offset
            guard let block = try nextBlock() else {
                guard ending == .endOfInput else {
                    throw ArchiveError(.missingEnd, tarOffset: start, expected: "two zero blocks at the end")
                }
                return try finish(pending, at: start)
            }
            if block.isZero {
                try readEnd(at: start)
                return try finish(pending, at: start)
            }
            let header = try TarHeader(block, offset: start)
            if pending.start == nil { pending.start = start }
            try beginContent(header.size)
            switch header.type {
            case UInt8(ascii: "x"):
                guard pending.pax == nil else {
                    throw ArchiveError(.danglingPax, tarOffset: start, expected: "an entry after a PAX header")
                }
                pending.pax = try readPax(header, isGlobal: false)
            case UInt8(ascii: "g"):
                guard pending.pax == nil, pending.longName == nil, pending.longLink == nil else {
                    throw ArchiveError(.danglingPax, tarOffset: start, expected: "an entry after a PAX header")
                }
                _ = try readPax(header, isGlobal: true)
                pending.start = nil
            case UInt8(ascii: "L"):
                guard pending.longName == nil else {
                    throw ArchiveError(.mixedLongNames, tarOffset: start, expected: "one long name")
                }
                pending.longName = try readLongName(header, at: start)
            case UInt8(ascii: "K"):
                guard pending.longLink == nil else {
                    throw ArchiveError(.mixedLongNames, tarOffset: start, expected: "one long link name")
                }
                pending.longLink = try readLongName(header, at: start)
            default:
                return try makeEntry(header, pending, at: start)
            }
        }
    }

    private mutating func finish(_ pending: Pending, at offset: Int) throws(ArchiveError) -> ArchiveEntry? {
        isAtEnd = true
        guard pending.pax == nil, pending.longName == nil, pending.longLink == nil else {
            throw ArchiveError(.danglingPax, tarOffset: offset, expected: "an entry after a PAX header or long name")
        }
        return nil
    }

    private mutating func readPax(_ header: TarHeader, isGlobal: Bool) throws(ArchiveError) -> PaxRecords {
        guard header.size <= limits.paxHeader else {
            throw ArchiveError(
                .limitExceeded, tarOffset: offset, expected: "at most \(limits.paxHeader) bytes of PAX records",
                option: "paxHeader")
        }
        let start = offset
        return try PaxRecords(readBytes(header.size), isGlobal: isGlobal, offset: start, limits: limits)
    }

    private mutating func readLongName(_ header: TarHeader, at offset: Int) throws(ArchiveError) -> [UInt8] {
        // One more than the longest path: GNU tar counts the NUL at the end.
        guard header.size <= EntryPath.longestPath + 1 else {
            throw ArchiveError(
                .badEntryName, tarOffset: offset, expected: "a path of at most \(EntryPath.longestPath) bytes")
        }
        var name = try readBytes(header.size)
        if name.last == 0 { name.removeLast() } else { try skipZeroPadding() }
        guard !name.isEmpty, !name.contains(0) else {
            throw ArchiveError(.badEntryName, tarOffset: offset, name: name, expected: "a name without NUL inside")
        }
        return name
    }

    /// Skips the rest of the block behind a name without NUL: for readers in C the name would go on there.
    private mutating func skipZeroPadding() throws(ArchiveError) {
        contentLeft = paddingLeft
        paddingLeft = 0
        while let chunk = try nextChunk() {
            guard chunk.allSatisfy({ $0 == 0 }) else {
                throw ArchiveError(.badEntryName, tarOffset: offset - chunk.count, expected: "zeros behind a long name")
            }
        }
    }

    private mutating func makeEntry(
        _ header: TarHeader, _ pending: Pending, at offset: Int
    ) throws(ArchiveError) -> ArchiveEntry {
        let kind = try ArchiveEntry.Kind(type: header.type, offset: offset)
        let pax = pending.pax
        let hasLongName = pending.longName != nil || pending.longLink != nil
        guard !(hasLongName && (pax?.path != nil || pax?.linkPath != nil)) else {
            throw ArchiveError(.mixedLongNames, tarOffset: offset, expected: "long names either from GNU or from PAX")
        }
        guard header.size == 0 || kind == .regular else {
            throw ArchiveError(.unexpectedContent, tarOffset: offset, name: header.name, expected: "no content")
        }
        try agree(pax?.size, header.size, "size", offset)
        let userID = try owner(pax?.userID, header.userID, "uid", offset)
        let groupID = try owner(pax?.groupID, header.groupID, "gid", offset)
        let path = try EntryPath.normalised(
            pending.longName ?? pax?.path ?? header.name, isDirectory: kind == .directory, offset: offset,
            limits: limits)
        var target: [UInt8] = []
        if kind == .symbolicLink || kind == .hardLink {
            target = pending.longLink ?? pax?.linkPath ?? header.linkName
            try EntryPath.checkTarget(target, offset: offset)
        }
        lastUserName = try ownerName(pax?.userName ?? header.userName, like: lastUserName, offset)
        lastGroupName = try ownerName(pax?.groupName ?? header.groupName, like: lastGroupName, offset)
        try names.add(path, kind, at: offset)
        return ArchiveEntry(
            path: path, kind: kind, mode: UInt32(header.mode & 0o7777), userID: userID, groupID: groupID,
            userName: lastUserName, groupName: lastGroupName,
            modificationTime: pax?.modificationTime ?? header.modificationTime,
            modificationNanoseconds: pax?.modificationNanoseconds ?? 0, size: header.size, linkTarget: target,
            deviceMajor: UInt32(header.deviceMajor), deviceMinor: UInt32(header.deviceMinor),
            checksum: kind == .regular || kind == .hardLink || kind == .symbolicLink ? pax?.checksum : nil,
            extendedAttributes: pax?.extendedAttributes ?? [], offset: pending.start ?? offset)
    }

    /// A number that stands both in a PAX record and in the header is the same in both, or readers would differ.
    private func agree(
        _ record: Int?, _ field: Int, _ name: String, _ offset: Int
    ) throws(ArchiveError) {
        guard let record, record != field else { return }
        throw ArchiveError(
            .paxMismatch, tarOffset: offset, name: Array(name.utf8), expected: String(field), found: String(record))
    }

    /// The number of a user or group. One that no header can hold stands in the record alone, with 0 in the header.
    private func owner(
        _ record: Int?, _ field: Int, _ name: String, _ offset: Int
    ) throws(ArchiveError) -> UInt32 {
        guard let record, record > TarHeader.largestShort, field == 0 else {
            try agree(record, field, name, offset)
            return UInt32(field)
        }
        guard let number = UInt32(exactly: record) else {
            throw ArchiveError(.badTarNumber, tarOffset: offset, expected: "a number below 2^32 in " + name)
        }
        return number
    }

    private func ownerName(_ name: [UInt8], like last: [UInt8], _ offset: Int) throws(ArchiveError) -> [UInt8] {
        if name == last { return last }
        guard EntryPath.isOwnerName(name) else {
            throw ArchiveError(
                .badOwnerName, tarOffset: offset, name: name, expected: "no control characters, colons or slashes")
        }
        return name
    }
}

extension ArchiveEntry.Kind {
    fileprivate init(type: UInt8, offset: Int) throws(ArchiveError) {
        switch type {
        case UInt8(ascii: "0"): self = .regular
        case UInt8(ascii: "1"): self = .hardLink
        case UInt8(ascii: "2"): self = .symbolicLink
        case UInt8(ascii: "3"): self = .characterDevice
        case UInt8(ascii: "4"): self = .blockDevice
        case UInt8(ascii: "5"): self = .directory
        case UInt8(ascii: "6"): self = .fifo
        default:
            throw ArchiveError(
                .badTarType, tarOffset: offset + 156, expected: "a type between 0 and 6", found: "\(type)")
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a block holds nothing but zeros.
    fileprivate var isZero: Bool {
        for index in stride(from: 0, to: count, by: 8)
        where loadUnaligned(fromByteOffset: index, as: UInt64.self) != 0 { return false }
        return true
    }
}
