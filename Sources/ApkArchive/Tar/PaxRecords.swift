/// The records of one PAX extended header that this module understands.
struct PaxRecords {
    var path: [UInt8]?
    var linkPath: [UInt8]?
    var size: Int?
    var userID: Int?
    var groupID: Int?
    var userName: [UInt8]?
    var groupName: [UInt8]?
    var modificationTime: Int?
    var modificationNanoseconds = 0
    var checksum: [UInt8]?
    var extendedAttributes: [ArchiveEntry.ExtendedAttribute] = []

    /// - Parameters:
    ///   - isGlobal: whether this is a `g` header, in which nothing may stand that changes an entry.
    ///   - offset: where the records begin in the tar stream.
    init(_ bytes: [UInt8], isGlobal: Bool, offset: Int, limits: ArchiveLimits) throws(ArchiveError) {
        var seen: Set<ArraySlice<UInt8>> = []
        var rest = bytes[...]
        while let first = rest.first {
            let start = offset + rest.startIndex
            guard (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first),
                let space = rest.prefix(10).firstIndex(of: UInt8(ascii: " ")),
                let length = PaxRecords.decimal(rest[..<space]),
                length > space - rest.startIndex + 1, length <= rest.count,
                rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
            else { throw ArchiveError(.badPaxRecord, tarOffset: start, expected: "LENGTH KEY=VALUE and a newline") }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")), equals > record.startIndex else {
                throw ArchiveError(.badPaxRecord, tarOffset: start, expected: "KEY=VALUE")
            }
            let key = record[..<equals]
            guard seen.insert(key).inserted else {
                throw ArchiveError(.badPaxRecord, tarOffset: start, name: [UInt8](key), expected: "each key once")
            }
            if isGlobal {
                try PaxRecords.checkGlobal(key, at: start)
            } else {
                try take(
                    key: String(decoding: key, as: UTF8.self), rawKey: key, value: record[(equals + 1)...],
                    at: start, limits: limits)
            }
            rest = rest[(rest.startIndex + length)...]
        }
    }

    private mutating func take(
        key: String, rawKey: ArraySlice<UInt8>, value: ArraySlice<UInt8>, at offset: Int, limits: ArchiveLimits
    ) throws(ArchiveError) {
        func bad(_ expected: String) -> ArchiveError {
            ArchiveError(.badPaxRecord, tarOffset: offset, name: [UInt8](rawKey), expected: expected)
        }
        func text() throws(ArchiveError) -> [UInt8] {
            guard !value.isEmpty, !value.contains(0) else { throw bad("a value without NUL") }
            return [UInt8](value)
        }
        func number() throws(ArchiveError) -> Int {
            guard let number = PaxRecords.decimal(value) else { throw bad("a decimal number") }
            return number
        }
        switch key {
        case "path": path = try text()
        case "linkpath": linkPath = try text()
        case "size": size = try number()
        case "uid": userID = try number()
        case "gid": groupID = try number()
        case "uname": userName = try text()
        case "gname": groupName = try text()
        case "mtime":
            guard let (seconds, nanoseconds) = PaxRecords.time(value) else {
                throw bad("seconds between 0 and 2^32, with or without a fraction")
            }
            modificationTime = seconds
            modificationNanoseconds = nanoseconds
        case "APK-TOOLS.checksum.SHA1":
            guard value.count == 40, let digest = Hexadecimal.bytes(value) else { throw bad("40 hexadecimal digits") }
            checksum = digest
        case _ where key.hasPrefix("GNU.sparse.") || key == "SCHILY.realsize":
            throw ArchiveError(.badTarType, tarOffset: offset, name: [UInt8](rawKey), expected: "no sparse file")
        case _ where key.hasPrefix("SCHILY.xattr."):
            let name = [UInt8](rawKey.dropFirst("SCHILY.xattr.".utf8.count))
            guard !name.isEmpty, !name.contains(0) else { throw bad("the name of an extended attribute") }
            guard name.count + value.count <= limits.extendedAttribute else {
                throw ArchiveError(
                    .limitExceeded, tarOffset: offset, name: name,
                    expected: "at most \(limits.extendedAttribute) bytes",
                    option: "extendedAttribute")
            }
            extendedAttributes.append(.init(name: name, value: [UInt8](value)))
        default: break
        }
    }

    /// Keys that would change what later entries are. Tools differ in whether they do, so none may stand there.
    private static func checkGlobal(_ key: ArraySlice<UInt8>, at offset: Int) throws(ArchiveError) {
        let key = String(decoding: key, as: UTF8.self)
        let changing: Set = ["path", "linkpath", "size", "uid", "gid", "uname", "gname", "mtime"]
        let isChanging =
            changing.contains(key) || ["SCHILY.", "GNU.", "APK-TOOLS.", "LIBARCHIVE."].contains { key.hasPrefix($0) }
        guard !isChanging else {
            throw ArchiveError(
                .badGlobalPax, tarOffset: offset, name: [UInt8](key.utf8), expected: "no such global key")
        }
    }

    /// A decimal number of at most 18 digits.
    static func decimal(_ text: ArraySlice<UInt8>) -> Int? {
        guard !text.isEmpty, text.count <= 18 else { return nil }
        var value = 0
        for character in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            value = value * 10 + Int(character - UInt8(ascii: "0"))
        }
        return value
    }

    /// `SECONDS[.FRACTION]`; digits beyond nanoseconds are dropped.
    static func time(_ text: ArraySlice<UInt8>) -> (seconds: Int, nanoseconds: Int)? {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = parts.first.flatMap(decimal), seconds <= UInt32.max else { return nil }
        guard parts.count == 2 else { return (seconds, 0) }
        let fraction = parts[1]
        guard fraction.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        let digits = Array(fraction.prefix(9)) + Array(repeating: UInt8(ascii: "0"), count: max(0, 9 - fraction.count))
        return decimal(digits[...]).map { (seconds, $0) }
    }
}
