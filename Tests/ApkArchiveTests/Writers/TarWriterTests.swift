import ApkArchive
import ApkTestSupport
import Testing

struct TarWriterTests {
    static let digest = TestHash.sha1(Array("content".utf8))

    /// Entries of every kind and with everything that does not fit a header.
    static let entries: [ArchiveEntry] = [
        ArchiveEntry(path: [], kind: .directory, mode: 0o755),
        ArchiveEntry(
            path: Array("usr".utf8), kind: .directory, mode: 0o1777, userName: Array("root".utf8),
            groupName: Array("wheel".utf8), modificationTime: 1_700_000_000),
        ArchiveEntry(path: Array("usr/file".utf8), kind: .regular, mode: 0o4755, size: 7, checksum: digest),
        ArchiveEntry(path: Array("usr/empty".utf8), kind: .regular, mode: 0o600),
        ArchiveEntry(path: Array("usr/hard".utf8), kind: .hardLink, linkTarget: Array("usr/file".utf8)),
        ArchiveEntry(
            path: Array("usr/link".utf8), kind: .symbolicLink, mode: 0o777,
            linkTarget: [UInt8](repeating: UInt8(ascii: "t"), count: 101)),
        ArchiveEntry(path: Array("null".utf8), kind: .characterDevice, mode: 0o666, deviceMajor: 1, deviceMinor: 3),
        ArchiveEntry(path: Array("disk".utf8), kind: .blockDevice, mode: 0o660, deviceMajor: 259, deviceMinor: 1 << 20),
        ArchiveEntry(path: Array("pipe".utf8), kind: .fifo, mode: 0o644),
        ArchiveEntry(
            path: [UInt8](repeating: UInt8(ascii: "n"), count: 100), kind: .regular, userID: 0o7777777,
            groupID: 0o7777777),
        ArchiveEntry(
            path: [UInt8](repeating: UInt8(ascii: "n"), count: 101), kind: .regular, userID: 0o10000000,
            groupID: .max, userName: [UInt8](repeating: UInt8(ascii: "u"), count: 32),
            groupName: [UInt8](repeating: UInt8(ascii: "g"), count: 40), modificationTime: Int(UInt32.max),
            modificationNanoseconds: 120_000_000),
        ArchiveEntry(
            path: [0xFF, 0xFE, UInt8(ascii: "x")], kind: .regular, modificationNanoseconds: 1,
            extendedAttributes: [
                .init(name: Array("security.capability".utf8), value: [1, 0, 10, 0, 255]),
                .init(name: Array("user.long".utf8), value: [UInt8](repeating: 7, count: 9_990)),
            ]),
    ]

    static func archive() throws -> [UInt8] {
        var tar = TarWriter(MemorySink(), writesChecksums: true)
        for entry in entries {
            try tar.append(entry, content: entry.size > 0 ? Array("content".utf8) : [])
        }
        try tar.finish()
        #expect(tar.offset == tar.output.bytes.count)
        return tar.output.bytes
    }

    @Test
    func theReaderFindsTheSameEntries() throws {
        var tar = TarReader(MemorySource(try Self.archive()))
        for var expected in Self.entries {
            let found = try #require(try tar.next())
            expected.offset = found.offset
            #expect(found == expected)
            if found.size > 0 { #expect(try tar.readContent(limit: 100, option: "") == Array("content".utf8)) }
        }
        #expect(try tar.next() == nil)
    }

    /// Record lengths count their own digits, which matters where one more digit is needed.
    @Test(arguments: [80, 90, 91, 92, 93, 94, 95, 980, 990, 991, 992, 993])
    func recordLengthsCountThemselves(_ count: Int) throws {
        let entry = ArchiveEntry(
            path: Array("a".utf8), kind: .regular,
            extendedAttributes: [.init(name: Array("user.x".utf8), value: [UInt8](repeating: 1, count: count - 14))])
        var tar = TarWriter(MemorySink())
        try tar.append(entry)
        try tar.finish()
        var reader = TarReader(MemorySource(tar.output.bytes))
        #expect(try reader.next()?.extendedAttributes == entry.extendedAttributes)
    }

    @Test
    func sizesBeyondElevenDigits() throws {
        var tar = TarWriter(MemorySink())
        try tar.append(ArchiveEntry(path: Array("big".utf8), kind: .regular, size: 0o777777777777))
        var reader = TarReader(MemorySource(tar.output.bytes))
        #expect(try reader.next()?.size == 0o777777777777)
        var refused = TarWriter(MemorySink())
        #expect { try refused.append(ArchiveEntry(path: [1], kind: .regular, size: 0o1000000000000)) } throws: {
            ($0 as? ArchiveError)?.code == .badTarNumber
        }
    }
}
