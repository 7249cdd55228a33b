internal import ApkArchive
internal import ApkFormats

/// What the disk below a root may not hold, kept beside it: owners, devices and attributes that only the superuser can
/// give.
///
/// The file `lib/apk/db/apkresolve.mtree` is an mtree specification, as BSD's tools read it: a line for each path with
/// `type`, `mode`, `uid`, `gid`, for what could not be made `time=SECONDS.NANOSECONDS` and `device=native,MAJOR,MINOR`, for those of them that no
/// package lists `tags=unowned`, and for each extended attribute a keyword of our own, `xattr.NAME=` and the value in hexadecimal digits. Bytes that mtree cannot have in a path or keyword are
/// written as `\` and three octal digits.
struct RootMetadata: Hashable, Sendable {
    static let fileName = Array("apkresolve.mtree".utf8)

    struct Entry: Hashable, Sendable {
        var type: String
        var mode: UInt32
        var user: UInt32
        var group: UInt32
        var deviceMajor: UInt32 = 0
        var deviceMinor: UInt32 = 0
        /// The time of change of a device or FIFO, in seconds since 1970 and nanoseconds; other files have their own.
        var seconds = 0
        var nanoseconds = 0
        /// Whether no package lists a device or FIFO: it was only extracted, or stays as a file of a person's does.
        var isUnowned = false
        var extendedAttributes: [ArchiveEntry.ExtendedAttribute] = []
    }

    private(set) var entries: [[UInt8]: Entry] = [:]

    /// The paths of devices and FIFOs.
    var devices: [[UInt8]] { entries.compactMap { Self.deviceKind($0.value.type) == nil ? nil : $0.key } }

    init() {}

    var isEmpty: Bool { entries.isEmpty }

    subscript(path: [UInt8]) -> Entry? { entries[path] }

    mutating func set(_ node: RootNode, isUnowned: Bool = false) {
        entries[node.path] = Entry(
            type: Self.type(of: node.kind), mode: node.mode, user: node.user, group: node.group,
            deviceMajor: node.deviceMajor, deviceMinor: node.deviceMinor, extendedAttributes: node.extendedAttributes)
        guard Self.deviceKind(Self.type(of: node.kind)) != nil else { return }
        entries[node.path]?.seconds = node.seconds
        entries[node.path]?.nanoseconds = node.nanoseconds
        entries[node.path]?.isUnowned = isUnowned
    }

    mutating func disown(_ paths: some Sequence<[UInt8]>) { for path in paths { entries[path]?.isUnowned = true } }

    /// The devices and FIFOs that should be on the list of a package and are on none.
    func unlistedDevices(_ database: InstalledDatabase, _ view: inout RootView) throws(RootError) -> Set<[UInt8]> {
        var unlisted = Set(devices.filter { entries[$0]?.isUnowned == false })
        guard !unlisted.isEmpty else { return [] }
        let names = Set(unlisted.map { lastComponent($0) })
        for package in database.packages {
            for directory in package.files.directories {
                for place in directory.files {
                    let name = package.files.file(at: place).name
                    guard names.contains(name) else { continue }
                    unlisted.remove(try view.followed(joined(directory.path, name)))
                }
            }
        }
        return unlisted
    }

    mutating func remove(_ paths: some Sequence<[UInt8]>) { for path in paths { entries[path] = nil } }

    /// The kind of what the process may not be able to make; nil for the others.
    static func deviceKind(_ type: String) -> ArchiveEntry.Kind? {
        switch type {
        case "char": .characterDevice
        case "block": .blockDevice
        case "fifo": .fifo
        default: nil
        }
    }

    /// What mtree calls a kind of file.
    static func type(of kind: ArchiveEntry.Kind) -> String {
        switch kind {
        case .regular, .hardLink: "file"
        case .directory: "dir"
        case .symbolicLink: "link"
        case .characterDevice: "char"
        case .blockDevice: "block"
        case .fifo: "fifo"
        }
    }

    /// The file, sorted by path.
    var text: [UInt8] {
        var text = Array("#mtree\n".utf8)
        for (path, entry) in entries.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            text += Array("./".utf8) + Self.escaped(path)
            text += Array(
                " type=\(entry.type) mode=\(String(entry.mode, radix: 8)) uid=\(entry.user) gid=\(entry.group)".utf8)
            if Self.deviceKind(entry.type) != nil {
                let fraction = String(entry.nanoseconds)
                text += Array(
                    " time=\(entry.seconds).\(String(repeating: "0", count: max(0, 9 - fraction.count)))\(fraction)"
                        .utf8)
            }
            if entry.isUnowned { text += Array(" tags=unowned".utf8) }
            if entry.type == "char" || entry.type == "block" {
                text += Array(" device=native,\(entry.deviceMajor),\(entry.deviceMinor)".utf8)
            }
            for attribute in entry.extendedAttributes {
                text += Array(" xattr.".utf8) + Self.escaped(attribute.name)
                text += Array("=\(Hexadecimal.string(attribute.value))".utf8)
            }
            text.append(0x0a)
        }
        return text
    }

    /// Reads the file.
    ///
    /// - Throws: ``RootError/Code/malformedState`` with the line.
    init(parsing text: [UInt8], path: [UInt8]) throws(RootError) {
        for (number, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            let words = line.split(separator: 0x20)
            guard let written = words.first, written.starts(with: "./".utf8),
                let name = Self.unescaped(written.dropFirst(2)),
                let entry = Self.entry(words.dropFirst())
            else {
                throw RootError(.malformedState, path: path, detail: "line \(number + 1)")
            }
            entries[name] = entry
        }
    }

    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        let special = Array("\\#=".utf8)
        return bytes.flatMap { byte -> [UInt8] in
            if byte > 0x20, byte < 0x7f, !special.contains(byte) { return [byte] }
            let octal = String(byte, radix: 8)
            return Array("\\\(String(repeating: "0", count: 3 - octal.count))\(octal)".utf8)
        }
    }

    private static func unescaped(_ word: some Collection<UInt8>) -> [UInt8]? {
        var rest = Array(word)[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(3)
            guard digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8), value > 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(3)
        }
        return bytes
    }

    /// The keywords of a line; nil where one is none of ours, or has no such value.
    private static func entry(_ words: ArraySlice<ArraySlice<UInt8>>) -> Entry? {
        var entry = Entry(type: "", mode: 0, user: 0, group: 0)
        for word in words {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let key = String(decoding: word[..<equals], as: UTF8.self)
            let value = String(decoding: word[(equals + 1)...], as: UTF8.self)
            switch key {
            case "type":
                guard ["file", "dir", "link", "char", "block", "fifo"].contains(value) else { return nil }
                entry.type = value
            case "mode":
                guard let mode = UInt32(value, radix: 8), mode <= 0o7777 else { return nil }
                entry.mode = mode
            case "uid":
                guard let user = UInt32(value) else { return nil }
                entry.user = user
            case "gid":
                guard let group = UInt32(value) else { return nil }
                entry.group = group
            case "time":
                let parts = value.split(separator: ".", maxSplits: 1)
                guard parts.count == 2, parts[1].utf8.count == 9, let seconds = UInt32(parts[0]),
                    let nanoseconds = UInt32(parts[1])
                else { return nil }
                (entry.seconds, entry.nanoseconds) = (Int(seconds), Int(nanoseconds))
            case "tags":
                guard value == "unowned" else { return nil }
                entry.isUnowned = true
            case "device":
                let numbers = value.split(separator: ",").dropFirst().compactMap { UInt32($0) }
                guard numbers.count == 2 else { return nil }
                (entry.deviceMajor, entry.deviceMinor) = (numbers[0], numbers[1])
            default:
                guard key.hasPrefix("xattr."), let name = unescaped(word[..<equals].dropFirst(6)), !name.isEmpty,
                    let bytes = Hexadecimal.bytes(value.utf8)
                else { return nil }
                entry.extendedAttributes.append(ArchiveEntry.ExtendedAttribute(name: name, value: bytes))
            }
        }
        return entry.type.isEmpty ? nil : entry
    }
}
