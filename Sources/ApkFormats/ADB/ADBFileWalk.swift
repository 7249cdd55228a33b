/// Reads the directories and files of an apk v3 package, in the order in which their contents follow: each directory,
/// then its files.
///
/// ```swift
/// var walk = ADBFileWalk(package)
/// while let file = try walk.next() { print(file.path, file.kind) }
/// ```
///
/// Directories above a listed one that the package does not list itself are not made up here.
public struct ADBFileWalk: Sendable {
    private let payload: [UInt8]
    private let directories: ADBSlots
    private var directoryNumber = 0
    private var fileNumber = 0
    /// The directory whose files are being read.
    private var directoryPath: [UInt8] = []
    private var files = ADBSlots(offset: 0, count: 0)
    private var directoryNames = NameSet()
    private var fileNames = NameSet()
    /// The last access value and its place; most files share it.
    private var access: ADBFile.Access?
    /// Bytes of attributes that were copied so far. Values may be shared, so that a small package can have very many.
    private var attributesSize = 0
    private static let largestAttributes = 256 << 20

    public init(_ package: ADBPackage) {
        payload = package.payload
        directories = package.directories
    }

    /// The next directory or file; nil behind the last.
    ///
    /// - Throws: ``FormatError`` with the place in the payload for anything that is refused: names that are none, a name
    ///   twice, links without a target, a hash that is no SHA-256, values of the wrong kind.
    public mutating func next() throws(FormatError) -> ADBFile? {
        if fileNumber < files.count {
            fileNumber += 1
            return try readFile()
        }
        guard directoryNumber < directories.count else { return nil }
        directoryNumber += 1
        return try readDirectory()
    }

    /// Whether files of the directory that came last are still to come.
    package var hasFiles: Bool { fileNumber < files.count }

    /// Leaves out the files of the directory that came last.
    package mutating func skipFiles() { fileNumber = files.count }

    private func withReader<Result>(_ body: (ADBReader) throws(FormatError) -> Result) throws(FormatError) -> Result {
        try payload.withRawBytes { (bytes) throws(FormatError) in try body(ADBReader(checked: bytes)) }
    }

    private mutating func readDirectory() throws(FormatError) -> ADBFile {
        typealias Field = ADBSchema.Directory
        let number = directoryNumber
        let (object, path, files) = try withReader { (reader) throws(FormatError) in
            let object = try reader.object(directories, number)
            let name = reader.bytes(try reader.blob(object, Field.name))
            return (object, Array(name), try reader.array(object, Field.files))
        }
        guard path.isEmpty || Self.isPath(path[...]) else { throw invalidName(path, "dir", object) }
        guard directoryNames.insert(path) else { throw duplicate(path, "dir", object) }
        self.files = files
        directoryPath = path
        fileNumber = 0
        fileNames = NameSet()
        return ADBFile(
            path: path, kind: .directory, access: try readAccess(object, Field.access), modificationTime: 0,
            directoryNumber: number, fileNumber: 0, offset: object.offset)
    }

    private mutating func readFile() throws(FormatError) -> ADBFile {
        typealias Field = ADBSchema.File
        let number = fileNumber
        let (object, name, time, kind) = try withReader { (reader) throws(FormatError) in
            let object = try reader.object(files, number)
            let name = Array(reader.bytes(try reader.blob(object, Field.name)))
            let time = try reader.integer(object, Field.modificationTime)
            return (object, name, time, try Self.kind(reader, object))
        }
        guard Self.isComponent(name[...]) else { throw invalidName(name, "file", object) }
        guard fileNames.insert(name) else { throw duplicate(name, "file", object) }
        // As much as version 2 has; more could not be written to archives.
        guard let modificationTime = Int(exactly: time), modificationTime <= UInt32.max else {
            throw FormatError(
                .invalidValue, field: "mtime", text: String(time), expected: "seconds between 0 and 2^32",
                offset: object.offset)
        }
        let path = directoryPath.isEmpty ? name : directoryPath + [UInt8(ascii: "/")] + name
        guard path.count <= Self.longestPath else { throw invalidName(path, "file", object) }
        return ADBFile(
            path: path, kind: kind, access: try readAccess(object, Field.access), modificationTime: modificationTime,
            directoryNumber: directoryNumber, fileNumber: number, offset: object.offset)
    }

    private mutating func readAccess(_ object: ADBSlots, _ field: Int) throws(FormatError) -> ADBFile.Access {
        let known = access
        let found = try withReader { (reader) throws(FormatError) in
            let slots = try reader.object(object, field)
            guard slots.count > 0 else {
                throw FormatError(
                    .missingField, field: "acl", expected: "the permissions of a file", offset: object.offset)
            }
            if let known, known.offset == slots.offset { return known }
            return try Self.access(reader, slots)
        }
        if known?.offset != found.offset {
            attributesSize += found.attributes.reduce(0) { $0 + $1.name.count + $1.value.count }
            guard attributesSize <= Self.largestAttributes else {
                throw FormatError(
                    .invalidValue, field: "xattrs", text: "more",
                    expected: "attributes of at most \(Self.largestAttributes) bytes together", offset: object.offset)
            }
        }
        access = found
        return found
    }

    /// As many bytes as the names of one file's attributes may have on Linux.
    private static let largestNames = 65536

    private static func access(_ reader: ADBReader, _ slots: ADBSlots) throws(FormatError) -> ADBFile.Access {
        typealias Field = ADBSchema.Access
        let mode = try reader.integer(slots, Field.mode)
        guard mode <= 0o7777 else {
            throw FormatError(
                .invalidValue, field: "mode", text: String(mode, radix: 8), expected: "permission bits up to 7777",
                offset: slots.offset)
        }
        let user = Array(reader.bytes(try reader.blob(slots, Field.user)))
        let group = Array(reader.bytes(try reader.blob(slots, Field.group)))
        var attributes: [(name: [UInt8], value: [UInt8])] = []
        var names: Set<ArraySlice<UInt8>> = []
        var namesSize = 0
        let list = try reader.array(slots, Field.attributes)
        for index in list.indices {
            let bytes = reader.bytes(try reader.blob(list, index))
            guard let end = bytes.firstIndex(of: 0), end > 0, end <= 255 else {
                throw FormatError(
                    .invalidValue, field: "xattrs", text: FieldReader.excerpt(bytes, 0..<bytes.count),
                    expected: "a name of 1 to 255 bytes, a NUL and a value", offset: list.offset)
            }
            let name = Array(bytes[..<end])
            guard names.insert(name[...]).inserted else {
                throw FormatError(
                    .duplicateName, field: "xattrs", text: FieldReader.excerpt(bytes, 0..<end),
                    expected: "each attribute once", offset: list.offset)
            }
            namesSize += name.count + 1
            guard namesSize <= largestNames else {
                throw FormatError(
                    .invalidValue, field: "xattrs", text: "\(list.count) attributes",
                    expected: "names of at most \(largestNames) bytes together", offset: list.offset)
            }
            attributes.append((name, Array(bytes[(end + 1)...])))
        }
        return ADBFile.Access(
            mode: UInt32(mode), user: user, group: group, attributes: attributes, offset: slots.offset)
    }
}

// MARK: - Kinds of files

extension ADBFileWalk {
    private static func kind(_ reader: ADBReader, _ object: ADBSlots) throws(FormatError) -> ADBFile.Kind {
        typealias Field = ADBSchema.File
        let size = try reader.integer(object, Field.size)
        let hash = Array(reader.bytes(try reader.blob(object, Field.hash)))
        func wrong(_ field: String, _ text: String, _ expected: String) -> FormatError {
            FormatError(.invalidValue, field: field, text: text, expected: expected, offset: object.offset)
        }
        guard hash.isEmpty || hash.count == 32 else {
            throw wrong("hashes", "\(hash.count) bytes", "a SHA-256 of 32 bytes")
        }
        guard let target = try reader.blobIfPresent(object, Field.target) else {
            guard hash.count == 32 else { throw wrong("hashes", "none", "the SHA-256 of a regular file") }
            guard size <= UInt64(largestNumber) else {
                throw wrong("size", String(size), "at most \(largestNumber) bytes")
            }
            return .regular(size: Int(size), hash: hash)
        }
        let bytes = reader.bytes(target)
        guard bytes.count >= 2 else { throw wrong("target", "\(bytes.count) bytes", "a type and a target") }
        let text = Array(bytes[2...])
        switch UInt16(bytes[0]) | UInt16(bytes[1]) << 8 {
        case 0xa000:
            guard isTarget(text) else { throw wrong("target", excerpt(text), "1 to 4094 bytes of text") }
            return .symbolicLink(text)
        case 0x8000:
            guard isPath(text[...]), text.count < longestPath else {
                throw wrong("target", excerpt(text), "the path of a file of this package")
            }
            return .hardLink(text, hash: hash.isEmpty ? nil : hash)
        case 0x6000:
            guard let (major, minor) = device(text) else { throw wrong("target", excerpt(text), "a device number") }
            return .blockDevice(major: major, minor: minor)
        case 0x2000:
            guard let (major, minor) = device(text) else { throw wrong("target", excerpt(text), "a device number") }
            return .characterDevice(major: major, minor: minor)
        case 0x1000:
            guard device(text) != nil else { throw wrong("target", excerpt(text), "8 bytes for a FIFO") }
            return .fifo
        case let type:
            throw wrong("target", String(type, radix: 16), "the type of a link, a device or a FIFO")
        }
    }

    /// Major and minor number of a Linux `dev_t`, as eight bytes.
    private static func device(_ bytes: [UInt8]) -> (major: UInt32, minor: UInt32)? {
        guard bytes.count == 8 else { return nil }
        let number = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let major = number >> 8 & 0xfff | number >> 32 & 0xffff_f000
        let minor = number & 0xff | number >> 12 & 0xffff_ff00
        return (UInt32(major), UInt32(minor))
    }
}

// MARK: - Names

extension ADBFileWalk {
    /// Linux's PATH_MAX without the NUL, and NAME_MAX.
    private static let longestPath = 4095
    private static let longestComponent = 255

    /// Whether the bytes are one name: not `.` or `..`, no slash, no control characters.
    private static func isComponent(_ name: ArraySlice<UInt8>) -> Bool {
        guard !name.isEmpty, name.count <= longestComponent else { return false }
        guard !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) else { return false }
        return name.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
    }

    /// Whether the bytes are a path without slashes at its ends whose parts are all names.
    private static func isPath(_ path: ArraySlice<UInt8>) -> Bool {
        path.count <= longestPath
            && path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy(isComponent)
    }

    private static func isTarget(_ text: [UInt8]) -> Bool {
        !text.isEmpty && text.count < longestPath && text.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static func excerpt(_ text: [UInt8]) -> String { String(decoding: text.prefix(200), as: UTF8.self) }

    private func invalidName(_ name: [UInt8], _ field: String, _ object: ADBSlots) -> FormatError {
        FormatError(
            .invalidName, field: field, text: Self.excerpt(name),
            expected: "a name without /, . or .., and control characters", offset: object.offset)
    }

    private func duplicate(_ name: [UInt8], _ field: String, _ object: ADBSlots) -> FormatError {
        FormatError(
            .duplicateName, field: field, text: Self.excerpt(name), expected: "each name once", offset: object.offset)
    }
}

/// Names seen so far. As long as they come in order, as writers sort them, none is hashed.
private struct NameSet: Sendable {
    /// The names up to the first that came out of order.
    private var ordered: [[UInt8]] = []
    /// All names, once one came out of order.
    private var all: Set<[UInt8]> = []

    /// False if the name was there already.
    mutating func insert(_ name: [UInt8]) -> Bool {
        guard all.isEmpty else { return all.insert(name).inserted }
        if ordered.last.map({ $0.lexicographicallyPrecedes(name) }) ?? true {
            ordered.append(name)
            return true
        }
        all = Set(ordered)
        ordered = []
        return all.insert(name).inserted
    }
}
