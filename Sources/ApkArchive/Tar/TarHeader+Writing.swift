extension TarHeader {
    /// The largest numbers that fields of 8 and 12 bytes hold. The larger field may do without a NUL at its end, which
    /// every reader understands, so that no second form of numbers is needed below 64 GiB.
    static let largestShort = 0o7777777
    static let largestLong = 0o777777777777
    static let longestName = 100
    static let longestOwner = 32

    /// The header block of an entry. What does not fit is cut, since ``TarRecords`` has it in full.
    static func block(for entry: ArchiveEntry) throws(ArchiveError) -> [UInt8] {
        guard (0...largestLong).contains(entry.size), (0...Int(UInt32.max)).contains(entry.modificationTime),
            entry.deviceMajor <= largestShort, entry.deviceMinor <= largestShort
        else {
            throw ArchiveError(
                .badTarNumber, name: entry.path, expected: "a size, time and device number that tar can hold")
        }
        var fields = HeaderFields()
        fields.put(entry.nameInArchive.prefix(longestName), at: 0)
        fields.put(Int(entry.mode & 0o7777), at: 100, width: 8)
        fields.put(entry.numberForHeader(entry.userID), at: 108, width: 8)
        fields.put(entry.numberForHeader(entry.groupID), at: 116, width: 8)
        fields.put(entry.kind == .regular ? entry.size : 0, at: 124, width: 12)
        fields.put(entry.modificationTime, at: 136, width: 12)
        fields.block[156] = entry.kind.type
        fields.put(entry.linkTarget.prefix(longestName), at: 157)
        fields.put(entry.userName.prefix(longestOwner - 1), at: 265)
        fields.put(entry.groupName.prefix(longestOwner - 1), at: 297)
        fields.put(Int(entry.deviceMajor), at: 329, width: 8)
        fields.put(Int(entry.deviceMinor), at: 337, width: 8)
        return fields.finished()
    }

    /// The header block of the PAX records in front of an entry.
    static func paxBlock(for entry: ArchiveEntry, size: Int) -> [UInt8] {
        var fields = HeaderFields()
        let base = entry.path.split(separator: UInt8(ascii: "/")).last ?? []
        fields.put((Array("PaxHeaders/".utf8) + base).prefix(longestName), at: 0)
        fields.put(0o644, at: 100, width: 8)
        for offset in [108, 116, 329, 337] { fields.put(0, at: offset, width: 8) }
        fields.put(size, at: 124, width: 12)
        fields.put(0, at: 136, width: 12)
        fields.block[156] = UInt8(ascii: "x")
        return fields.finished()
    }
}

extension ArchiveEntry {
    /// Directories end with a slash, as readers without a type for them expect; the root itself is `./`.
    var nameInArchive: [UInt8] {
        guard kind == .directory else { return path }
        return path.isEmpty ? Array("./".utf8) : path + [UInt8(ascii: "/")]
    }

    /// A number that only a PAX record can hold is 0 in the header.
    fileprivate func numberForHeader(_ number: UInt32) -> Int {
        number <= TarHeader.largestShort ? Int(number) : 0
    }
}

extension ArchiveEntry.Kind {
    fileprivate var type: UInt8 {
        switch self {
        case .regular: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symbolicLink: UInt8(ascii: "2")
        case .characterDevice: UInt8(ascii: "3")
        case .blockDevice: UInt8(ascii: "4")
        case .directory: UInt8(ascii: "5")
        case .fifo: UInt8(ascii: "6")
        }
    }
}

/// The block that a header is written into.
private struct HeaderFields {
    var block = [UInt8](repeating: 0, count: TarHeader.size)

    mutating func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
        var index = offset
        for byte in bytes {
            block[index] = byte
            index += 1
        }
    }

    /// Octal digits up to a NUL at the end, or without it where the number needs all of the field.
    mutating func put(_ number: Int, at offset: Int, width: Int) {
        var rest = number
        let digits = number >> (3 * (width - 1)) == 0 ? width - 1 : width
        for index in (offset..<offset + digits).reversed() {
            block[index] = UInt8(ascii: "0") + UInt8(rest & 7)
            rest >>= 3
        }
    }

    mutating func finished() -> [UInt8] {
        put("ustar\u{0}00".utf8, at: 257)
        put(repeatElement(UInt8(ascii: " "), count: 8), at: 148)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(sum, at: 148, width: 7)
        block[154] = 0
        return block
    }
}
