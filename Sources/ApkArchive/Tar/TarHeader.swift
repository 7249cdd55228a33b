/// One 512-byte header block, checked as far as it can be by itself.
///
/// Two writings are accepted, those that real build tools emit: POSIX (`ustar\0` `00`) and GNU (`ustar␠␠\0`).
struct TarHeader {
    static let size = 512

    enum Format { case posix, gnu }

    let format: Format
    let type: UInt8
    let name: [UInt8]
    let linkName: [UInt8]
    let mode: Int
    let userID: Int
    let groupID: Int
    let size: Int
    let modificationTime: Int
    let userName: [UInt8]
    let groupName: [UInt8]
    let deviceMajor: Int
    let deviceMinor: Int

    /// - Parameters:
    ///   - block: 512 bytes that are not all zero.
    ///   - offset: where they stand in the tar stream, for errors.
    init(_ block: UnsafeRawBufferPointer, offset: Int) throws(ArchiveError) {
        let fields = Fields(block: block, offset: offset)
        try fields.checkChecksum()
        format = try fields.format()
        type = block[156]
        mode = try fields.number("mode", 100..<108)
        userID = try fields.number("uid", 108..<116)
        groupID = try fields.number("gid", 116..<124)
        size = try fields.number("size", 124..<136)
        modificationTime = try fields.number("mtime", 136..<148)
        deviceMajor = try fields.number("devmajor", 329..<337)
        deviceMinor = try fields.number("devminor", 337..<345)
        // Half of all headers only announce what the next one lacks, and nobody asks for their names.
        let isEntry = type != UInt8(ascii: "x") && type != UInt8(ascii: "L")
        userName = isEntry ? fields.text(265..<297) : []
        groupName = isEntry ? fields.text(297..<329) : []
        linkName = isEntry ? fields.text(157..<257) : []
        let base = isEntry ? fields.text(0..<100) : []
        // What stands behind the device numbers is a name's first part in POSIX, times and sparse maps in GNU and
        // something else again for star; readers differ in what they make of it, so only the first is accepted.
        try fields.checkZero(500..<512)
        switch format {
        case .posix:
            let prefix = isEntry ? fields.text(345..<500) : []
            name = prefix.isEmpty ? base : prefix + [UInt8(ascii: "/")] + base
        case .gnu:
            try fields.checkZero(345..<500)
            name = base
        }
        for (field, value) in [("mode", mode), ("uid", userID), ("gid", groupID), ("mtime", modificationTime)] {
            guard value <= UInt32.max else { throw fields.badNumber(field) }
        }
        guard deviceMajor <= UInt32.max, deviceMinor <= UInt32.max else { throw fields.badNumber("device") }
    }
}

/// Access to the fields of a header block.
private struct Fields {
    let block: UnsafeRawBufferPointer
    let offset: Int

    func format() throws(ArchiveError) -> TarHeader.Format {
        let magic = block[257..<265]
        if magic.elementsEqual("ustar\u{0}00".utf8) { return .posix }
        if magic.elementsEqual("ustar  \u{0}".utf8) { return .gnu }
        throw ArchiveError(.badTarMagic, tarOffset: offset + 257, expected: "a POSIX or GNU tar header")
    }

    func checkChecksum() throws(ArchiveError) {
        // The field itself counts as eight spaces.
        let sum = self.sum(0..<TarHeader.size) - self.sum(148..<156) + 8 * 0x20
        let field = block[148..<156]
        guard !field.allSatisfy({ $0 == 0 }), try number("checksum", 148..<156) == sum else {
            throw ArchiveError(
                .badTarChecksum, tarOffset: offset + 148, expected: String(sum, radix: 8),
                found: String(decoding: field.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self))
        }
    }

    private func sum(_ range: Range<Int>) -> Int {
        var sum: UInt32 = 0
        for byte in UnsafeRawBufferPointer(rebasing: block[range]) { sum &+= UInt32(byte) }
        return Int(sum)
    }

    func badNumber(_ name: String) -> ArchiveError {
        ArchiveError(.badTarNumber, tarOffset: offset, expected: "a number below 2^32 in " + name)
    }

    /// Octal digits, then nothing but NULs and spaces. A field of NULs is 0.
    func number(_ name: String, _ range: Range<Int>) throws(ArchiveError) -> Int {
        var value = 0
        var index = range.lowerBound
        while index < range.upperBound, block[index] & ~7 == UInt8(ascii: "0") {
            value = value << 3 | Int(block[index] & 7)
            index += 1
        }
        let hasDigits = index > range.lowerBound
        while index < range.upperBound, block[index] == 0 || (hasDigits && block[index] == UInt8(ascii: " ")) {
            index += 1
        }
        guard index == range.upperBound else {
            throw ArchiveError(.badTarNumber, tarOffset: offset + range.lowerBound, expected: "octal digits in " + name)
        }
        return value
    }

    /// The bytes up to the first NUL, or all of them.
    func text(_ range: Range<Int>) -> [UInt8] {
        var end = range.lowerBound
        while end < range.upperBound, block[end] != 0 { end += 1 }
        return [UInt8](UnsafeRawBufferPointer(rebasing: block[range.lowerBound..<end]))
    }

    func checkZero(_ range: Range<Int>) throws(ArchiveError) {
        guard block[range].allSatisfy({ $0 == 0 }) else {
            throw ArchiveError(.badTarMagic, tarOffset: offset + range.lowerBound, expected: "unused bytes of zero")
        }
    }
}
