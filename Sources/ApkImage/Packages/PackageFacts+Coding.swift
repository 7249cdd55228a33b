internal import ApkArchive

/// The form in which facts lie in the cache: a magic, the `datahash`, numbers of variable length, and a SHA-256 over all
/// of it.
extension PackageFacts {
    /// Changes with the form; a file of another form is not read.
    private static let magic = Array("apkresolve layer 2\n".utf8)

    /// - Parameter dataHash: of the package that the facts are of.
    func encoded(of dataHash: [UInt8]) -> [UInt8] {
        var writer = FactsWriter(bytes: Self.magic)
        writer.put(dataHash)
        writer.put(diffID?.bytes ?? [])
        writer.put(entries.count)
        for entry in entries { writer.put(entry) }
        writer.put(kept.count)
        for (place, bytes) in kept.sorted(by: { $0.key < $1.key }) {
            writer.put(place)
            writer.put(bytes)
        }
        let digest = try? Digest.of(writer.bytes, .sha256)
        return writer.bytes + (digest ?? [])
    }

    /// Reads facts; nil for what is torn, changed, of another form or of another package.
    init?(encoded: [UInt8], of dataHash: [UInt8]) {
        guard encoded.count > Self.magic.count + 32, encoded.starts(with: Self.magic) else { return nil }
        let body = Array(encoded.dropLast(32))
        guard let digest = try? Digest.of(body, .sha256), digest.elementsEqual(encoded.suffix(32)) else { return nil }
        var reader = FactsReader(text: body, position: Self.magic.count)
        guard reader.bytes() == dataHash, let diffID = reader.bytes(), diffID.isEmpty || diffID.count == 32,
            let count = reader.number()
        else { return nil }
        self.diffID = diffID.isEmpty ? nil : BlobDigest(sha256: diffID)
        // A count is never trusted with memory: each entry takes more bytes than that.
        guard count <= body.count else { return nil }
        entries.reserveCapacity(count)
        for _ in 0..<count {
            guard let entry = reader.entry() else { return nil }
            entries.append(entry)
        }
        guard let keptCount = reader.number() else { return nil }
        for _ in 0..<keptCount {
            guard let place = reader.number(), let bytes = reader.bytes(), entries.indices.contains(place) else {
                return nil
            }
            kept[place] = bytes
        }
        guard reader.isAtEnd else { return nil }
    }
}

private struct FactsWriter {
    var bytes: [UInt8]

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    mutating func put(_ number: Int) {
        var rest = UInt(bitPattern: number)
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ text: [UInt8]) {
        put(text.count)
        bytes += text
    }

    mutating func put(_ entry: ArchiveEntry) {
        put(entry.path)
        put(entry.kind.code)
        for number in [entry.mode, entry.userID, entry.groupID] { put(Int(number)) }
        put(entry.userName)
        put(entry.groupName)
        put(entry.modificationTime)
        put(entry.modificationNanoseconds)
        put(entry.size)
        put(entry.linkTarget)
        put(Int(entry.deviceMajor))
        put(Int(entry.deviceMinor))
        put(entry.checksum ?? [])
        put(entry.offset)
        put(entry.extendedAttributes.count)
        for attribute in entry.extendedAttributes {
            put(attribute.name)
            put(attribute.value)
        }
    }
}

private struct FactsReader {
    let text: [UInt8]
    var position: Int

    var isAtEnd: Bool { position == text.count }

    mutating func number() -> Int? {
        var value: UInt = 0
        var shift: UInt = 0
        while position < text.count, shift < 64 {
            let byte = text[position]
            position += 1
            value |= UInt(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return Int(exactly: value) }
            shift += 7
        }
        return nil
    }

    mutating func short() -> UInt32? { number().flatMap { UInt32(exactly: $0) } }

    mutating func bytes() -> [UInt8]? {
        guard let count = number(), count <= text.count - position else { return nil }
        defer { position += count }
        return Array(text[position..<position + count])
    }

    mutating func entry() -> ArchiveEntry? {
        guard let path = bytes(), let kind = number().flatMap({ ArchiveEntry.Kind(code: $0) }), let mode = short(),
            let user = short(), let group = short(), let userName = bytes(), let groupName = bytes(),
            let time = number(), let nanoseconds = number(), let size = number(), let target = bytes(),
            let major = short(), let minor = short(), let checksum = bytes(),
            let offset = number(), let count = number()
        else { return nil }
        var attributes: [ArchiveEntry.ExtendedAttribute] = []
        for _ in 0..<count {
            guard let name = bytes(), let value = bytes() else { return nil }
            attributes.append(.init(name: name, value: value))
        }
        return ArchiveEntry(
            path: path, kind: kind, mode: mode, userID: user, groupID: group, userName: userName, groupName: groupName,
            modificationTime: time, modificationNanoseconds: nanoseconds, size: size, linkTarget: target,
            deviceMajor: major, deviceMinor: minor, checksum: checksum.isEmpty ? nil : checksum,
            extendedAttributes: attributes, offset: offset)
    }
}

extension ArchiveEntry.Kind {
    private static let coded: [ArchiveEntry.Kind] = [
        .regular, .hardLink, .symbolicLink, .characterDevice, .blockDevice, .directory, .fifo,
    ]

    /// The kind as tar's type digits have it.
    fileprivate var code: Int { Self.coded.firstIndex(of: self) ?? 0 }

    fileprivate init?(code: Int) {
        guard Self.coded.indices.contains(code) else { return nil }
        self = Self.coded[code]
    }
}
