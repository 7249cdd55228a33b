/// What an index or a package of apk v3 says about one package: a view of an object of an ADB payload, which stays where
/// it is.
///
/// Nothing is copied until a property is asked for. A view shares the payload and keeps it alive.
public struct ADBPackageInfo: Sendable, CustomStringConvertible {
    private let storage: [UInt8]
    /// The part of ``storage`` that offsets count in: from the start of the payload to the end of the object.
    private let range: Range<Int>
    private let info: ADBSlots

    /// Checks the object at `info` of the payload that starts at `payloadStart` of `storage`, once and completely, so
    /// that no property of it can fail.
    ///
    /// - Throws: ``FormatError`` for what is no package: without name or version, with values of the wrong kind.
    package init(storage: [UInt8], payloadStart: Int, info: ADBSlots) throws(FormatError) {
        self.init(checked: storage, payloadStart: payloadStart, info: info)
        try withReader { (reader) throws(FormatError) in
            try reader.label(ofInfo: info, ADBSchema.Info.name, "name")
            try reader.label(ofInfo: info, ADBSchema.Info.version, "version")
            _ = try reader.blob(info, ADBSchema.Info.hashes)
            _ = try reader.blob(info, ADBSchema.Info.architecture)
            for field in [ADBSchema.Info.installedSize, ADBSchema.Info.fileSize, ADBSchema.Info.providerPriority] {
                _ = try reader.integer(info, field)
            }
            for field in Self.lists {
                let list = try reader.array(info, field)
                for index in list.indices { _ = try reader.dependency(list, index) }
            }
            try reader.checkTexts(ofInfo: info)
            let tags = try reader.array(info, ADBSchema.Info.tags)
            for tag in tags.indices {
                let bytes = reader.bytes(try reader.blob(tags, tag))
                // Texts of a database have them between blanks.
                guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
                    throw FormatError(
                        .invalidValue, field: "tags", text: FieldReader.excerpt(bytes, 0..<bytes.count),
                        expected: "tags without blanks and control characters", offset: tags.offset)
                }
            }
        }
    }

    /// A view of an object that was checked before.
    package init(checked storage: [UInt8], payloadStart: Int, info: ADBSlots) {
        self.storage = storage
        self.info = info
        range = payloadStart..<payloadStart + info.offset + 4 * (info.count + 1)
    }

    /// A view of the object at `offset` of the payload, which was checked before.
    package init(checked storage: [UInt8], payloadStart: Int, offset: Int) {
        let start = payloadStart + offset
        // Whatever became of the storage since: no more slots than there are bytes.
        let count =
            start + 4 <= storage.count
            ? storage[start..<start + 4].reversed().reduce(0) { $0 << 8 | Int($1) } : 1
        let slots = ADBSlots(offset: offset, count: max(0, min(count, (storage.count - start) / 4) - 1))
        self.init(checked: storage, payloadStart: payloadStart, info: slots)
    }

    private static let lists = [
        ADBSchema.Info.dependencies, ADBSchema.Info.provides, ADBSchema.Info.replaces, ADBSchema.Info.installIf,
        ADBSchema.Info.recommends,
    ]

    /// The name and version as apk writes them together.
    public var description: String { name + "-" + version }
}

/// The fields.
extension ADBPackageInfo {
    public var name: String { string(ADBSchema.Info.name) }
    public var version: String { string(ADBSchema.Info.version) }
    /// In an index the SHA-256 of the package's ADB payload, or the SHA-1 of a v2 package's control segment; in a
    /// package an id of 20 bytes. nil where there is none of such a length.
    public var checksum: Checksum? { Checksum(bytes: bytes(ADBSchema.Info.hashes)) }
    /// nil where the package fits every one.
    public var architecture: String? { optionalString(ADBSchema.Info.architecture) }
    /// One line about the package, at most 512 bytes of it as in apk.
    public var summary: String { string(ADBSchema.Info.summary, limit: 512) }
    public var license: String { string(ADBSchema.Info.license) }
    public var origin: String? { optionalString(ADBSchema.Info.origin) }
    public var maintainer: String? { optionalString(ADBSchema.Info.maintainer) }
    public var url: String { string(ADBSchema.Info.url) }
    /// The commit that it was built from, as hexadecimal digits.
    public var commit: String? {
        let bytes = bytes(ADBSchema.Info.commit)
        guard !bytes.isEmpty else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
    /// Seconds since 1970; 0 if not said.
    public var buildTime: Int { number(ADBSchema.Info.buildTime) }
    /// The size of all files in bytes. apk neither fetches nor unpacks a package of size 0.
    public var installedSize: Int { number(ADBSchema.Info.installedSize) }
    /// The size of the package file in bytes; 0 outside of an index.
    public var fileSize: Int { number(ADBSchema.Info.fileSize) }
    /// How strongly it offers its unversioned names, 0…65535.
    public var providerPriority: Int { number(ADBSchema.Info.providerPriority) & 0xffff }
    public var dependencies: [Dependency] { list(ADBSchema.Info.dependencies) }
    public var provides: [Dependency] { list(ADBSchema.Info.provides) }
    public var replaces: [Dependency] { list(ADBSchema.Info.replaces) }
    public var installIf: [Dependency] { list(ADBSchema.Info.installIf) }
    /// What apk stores and does not act on.
    public var recommends: [Dependency] { list(ADBSchema.Info.recommends) }
    /// Which layer of the file system it belongs to: 0 the root, 1 a volume of its own.
    public var layer: Int { number(ADBSchema.Info.layer) }
    public var tags: [String] {
        withReader { reader in
            guard let tags = try? reader.array(info, ADBSchema.Info.tags) else { return [] }
            return tags.indices.compactMap { tag in (try? reader.blob(tags, tag)).map { reader.text($0) } }
        }
    }
}

extension ADBPackageInfo {
    private func withReader<Result, Failure: Error>(
        _ body: (ADBReader) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let range = range
        return try storage.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(ADBReader(checked: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range]))))
        }
    }

    /// The bytes of a field, as they stand in the payload.
    package func bytes(_ field: Int) -> [UInt8] {
        withReader { reader in (try? reader.blob(info, field)).map { Array(reader.bytes($0)) } ?? [] }
    }

    /// The text of a field, cut after `limit` bytes without breaking a character.
    private func string(_ field: Int, limit: Int = .max) -> String {
        let bytes = bytes(field)
        guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
        var end = limit
        while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }

    private func optionalString(_ field: Int) -> String? {
        let text = string(field)
        return text.isEmpty ? nil : text
    }

    private func number(_ field: Int) -> Int {
        withReader { reader in Int(min((try? reader.integer(info, field)) ?? 0, UInt64(largestNumber))) }
    }

    private func list(_ field: Int) -> [Dependency] {
        withReader { reader in
            guard let list = try? reader.array(info, field) else { return [] }
            return list.indices.compactMap { index in
                (try? reader.dependency(list, index)).map { reader.value(of: $0) }
            }
        }
    }
}
