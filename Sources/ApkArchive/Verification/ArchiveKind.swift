internal import ApkFormats

/// What a file is, as far as its beginning tells. Proves nothing.
public enum ArchiveKind: String, Hashable, Sendable {
    case package, index

    /// Looks at the names of the first entries (v2) or at the schema (v3).
    ///
    /// - Throws: what is wrong with the beginning, for a file that is neither.
    public static func of(
        _ file: any RandomAccessFile, limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> ArchiveKind {
        do {
            let source = RangeSource(file, 0..<(try file.size()))
            let isVersion3 = try file.bytes(3, at: 0).elementsEqual("ADB".utf8)
            return try isVersion3 ? kind(ofVersion3: source, limits) : kind(ofVersion2: source, limits)
        } catch {
            throw error.at(path: file.name)
        }
    }

    private static func kind(
        ofVersion3 source: RangeSource, _ limits: ArchiveLimits
    ) throws(ArchiveError) -> ArchiveKind {
        let header = try ADBStream(source, limits: limits).read(8, of: "the header")
        let isIndex = header[4..<8].elementsEqual("indx".utf8)
        return isIndex ? .index : .package
    }

    private static func kind(
        ofVersion2 source: RangeSource, _ limits: ArchiveLimits
    ) throws(ArchiveError) -> ArchiveKind {
        var tar = TarReader(try GzipMemberReader(source, limits: limits), ending: .endOfInput, limits: limits)
        while try tar.input.nextMember() {
            tar.restart(ending: .endOfInput)
            tar.input.limitInflated(to: limits.index, option: "index")
            while let entry = try tar.next() {
                guard entry.path.starts(with: Signature.prefix) else {
                    return entry.path.first == UInt8(ascii: ".") ? .package : .index
                }
            }
        }
        throw ArchiveError(
            .missingControl, offset: tar.input.fileOffset, expected: "a package or an index",
            found: "signatures alone")
    }
}
