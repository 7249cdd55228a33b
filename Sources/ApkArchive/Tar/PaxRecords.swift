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
        var seen = SeenKeys()
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
            // For readers in C the key would end there.
            guard !key.contains(0) else {
                throw ArchiveError(
                    .badPaxRecord, tarOffset: start, name: [UInt8](key), expected: "a key without NUL")
            }
            guard seen.add(key) else {
                throw ArchiveError(.badPaxRecord, tarOffset: start, name: [UInt8](key), expected: "each key once")
            }
            if isGlobal {
                try PaxRecords.checkGlobal(key, at: start)
            } else {
                try take(key, value: record[(equals + 1)...], at: start, limits: limits)
            }
            rest = rest[(rest.startIndex + length)...]
        }
    }

    private mutating func take(
        _ key: ArraySlice<UInt8>, value: ArraySlice<UInt8>, at offset: Int, limits: ArchiveLimits
    ) throws(ArchiveError) {
        func bad(_ expected: String) -> ArchiveError {
            ArchiveError(.badPaxRecord, tarOffset: offset, name: [UInt8](key), expected: expected)
        }
        func text() throws(ArchiveError) -> [UInt8] {
            guard !value.isEmpty, !value.contains(0) else { throw bad("a value without NUL") }
            return [UInt8](value)
        }
        func number() throws(ArchiveError) -> Int {
            guard let number = PaxRecords.decimal(value) else { throw bad("a decimal number") }
            return number
        }
        switch PaxKey(key) {
        case .path: path = try text()
        case .linkPath: linkPath = try text()
        case .size: size = try number()
        case .userID: userID = try number()
        case .groupID: groupID = try number()
        case .userName: userName = try text()
        case .groupName: groupName = try text()
        case .modificationTime:
            guard let (seconds, nanoseconds) = PaxRecords.time(value) else {
                throw bad("seconds between 0 and 2^32, with or without a fraction")
            }
            modificationTime = seconds
            modificationNanoseconds = nanoseconds
        case .otherTime:
            guard PaxRecords.time(value) != nil else { throw bad("seconds between 0 and 2^32") }
        case .checksum:
            guard value.count == 40, let digest = Hexadecimal.bytes(value) else { throw bad("40 hexadecimal digits") }
            checksum = digest
        case .sparse:
            throw ArchiveError(.badTarType, tarOffset: offset, name: [UInt8](key), expected: "no sparse file")
        case .extendedAttribute:
            let name = [UInt8](key.dropFirst(PaxKey.attributePrefix.count))
            guard !name.isEmpty else { throw bad("the name of an extended attribute") }
            guard name.count + value.count <= limits.extendedAttribute else {
                throw ArchiveError(
                    .limitExceeded, tarOffset: offset, name: name,
                    expected: "at most \(limits.extendedAttribute) bytes",
                    option: "extendedAttribute")
            }
            extendedAttributes.append(.init(name: name, value: [UInt8](value)))
        case nil: break
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

/// The keys that mean something to this module.
private enum PaxKey {
    case path, linkPath, size, userID, groupID, userName, groupName, modificationTime
    case checksum, sparse, extendedAttribute
    /// Of last access or change: of no use, but other readers refuse an archive with a wrong one.
    case otherTime

    static let attributePrefix = Array("SCHILY.xattr.".utf8)

    /// - Returns: nil for a key that is passed over.
    init?(_ key: ArraySlice<UInt8>) {
        // One key in a header is the usual number, and the checksum is what it usually is.
        if key.elementsEqual("APK-TOOLS.checksum.SHA1".utf8) {
            self = .checksum
        } else if key.count <= 8 {
            switch String(decoding: key, as: UTF8.self) {
            case "path": self = .path
            case "linkpath": self = .linkPath
            case "size": self = .size
            case "uid": self = .userID
            case "gid": self = .groupID
            case "uname": self = .userName
            case "gname": self = .groupName
            case "mtime": self = .modificationTime
            case "atime", "ctime": self = .otherTime
            default: return nil
            }
        } else if key.starts(with: PaxKey.attributePrefix) {
            self = .extendedAttribute
        } else if key.starts(with: "GNU.sparse.".utf8) || key.elementsEqual("SCHILY.realsize".utf8) {
            self = .sparse
        } else {
            return nil
        }
    }
}

/// The keys of one header, to find one that comes twice. Headers have a few keys, and hashing them takes longer than
/// comparing; one with many must not take forever.
private struct SeenKeys {
    private var few: [ArraySlice<UInt8>] = []
    private var many: Set<ArraySlice<UInt8>> = []

    /// - Returns: false if the key was added before.
    mutating func add(_ key: ArraySlice<UInt8>) -> Bool {
        if few.contains(key) { return false }
        guard few.count < 8 else { return many.insert(key).inserted }
        few.append(key)
        return true
    }
}
