/// The PAX records of an entry that is being written: what its header cannot say. Empty where the header says all.
struct TarRecords {
    private(set) var bytes: [UInt8] = []

    init(_ entry: ArchiveEntry, writesChecksum: Bool) {
        let name = entry.nameInArchive
        if name.count > TarHeader.longestName { append("path", name) }
        if entry.linkTarget.count > TarHeader.longestName { append("linkpath", entry.linkTarget) }
        if entry.userID > TarHeader.largestShort { append("uid", decimal(Int(entry.userID))) }
        if entry.groupID > TarHeader.largestShort { append("gid", decimal(Int(entry.groupID))) }
        if entry.userName.count >= TarHeader.longestOwner { append("uname", entry.userName) }
        if entry.groupName.count >= TarHeader.longestOwner { append("gname", entry.groupName) }
        if entry.modificationNanoseconds != 0 { append("mtime", time(of: entry)) }
        for attribute in entry.extendedAttributes.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
            append(Array("SCHILY.xattr.".utf8) + attribute.name, attribute.value)
        }
        if writesChecksum, let checksum = entry.checksum, checksum.count == DigestAlgorithm.sha1.length {
            append("APK-TOOLS.checksum.SHA1", Array(Hexadecimal.string(checksum).utf8))
        }
    }

    private func decimal(_ number: Int) -> [UInt8] { Array(String(number).utf8) }

    private func time(of entry: ArchiveEntry) -> [UInt8] {
        var fraction = decimal(entry.modificationNanoseconds + 1_000_000_000).dropFirst()
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        return decimal(entry.modificationTime) + [UInt8(ascii: ".")] + fraction
    }

    private mutating func append(_ key: String, _ value: [UInt8]) { append(Array(key.utf8), value) }

    /// `LENGTH KEY=VALUE` and a newline; the length counts its own digits.
    private mutating func append(_ key: [UInt8], _ value: [UInt8]) {
        let rest = key.count + value.count + 3
        var length = rest + decimal(rest).count
        length = rest + decimal(length).count
        bytes += decimal(length) + [UInt8(ascii: " ")]
        bytes += key + [UInt8(ascii: "=")]
        bytes += value + [UInt8(ascii: "\n")]
    }
}
