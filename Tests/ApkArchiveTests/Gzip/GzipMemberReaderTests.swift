import ApkArchive
import ApkTestSupport
import Testing

/// The reader of gzip members: boundaries, offsets and digests, however the source cuts its bytes.
struct GzipMemberReaderTests {
    /// Delivers as many bytes at a time as it is told to.
    struct Trickle: ByteSource {
        let name = "trickle"
        let bytes: [UInt8]
        let step: Int
        var position = 0

        mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
            let count = min(step, buffer.count, bytes.count - position)
            buffer.copyBytes(from: bytes[position..<position + count])
            position += count
            return count
        }
    }

    static func readAll(_ reader: inout GzipMemberReader, room: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: room)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    @Test(arguments: [1, 7, 1000, 1 << 20], [1, 100, 1 << 18])
    func membersAndTheirPlaces(_ step: Int, _ room: Int) throws {
        var random = SplitMix64(seed: 7)
        let contents: [[UInt8]] = [random.bytes(3000), [], Array("text".utf8)]
        var named = GzipBuilder.go
        named.name = Array("name".utf8)
        let members = zip([GzipBuilder.abuild, named, .abuild], contents).map { $0.member($1) }
        let file = members.flatMap { $0 }
        var reader = try GzipMemberReader(Trickle(bytes: file, step: step), hashingFile: true)
        var start = 0
        for (index, member) in members.enumerated() {
            try reader.startDigests([.sha1, .sha256, .sha512])
            #expect(try reader.nextMember())
            #expect(reader.memberIndex == index)
            #expect(reader.memberStart == start)
            #expect(try Self.readAll(&reader, room: room) == contents[index])
            #expect(reader.inflatedCount == contents[index].count)
            start += member.count
            #expect(reader.fileOffset == start)
            let digests = reader.finishDigests()
            #expect(digests.sha1 == TestHash.sha1(member))
            #expect(digests.sha256 == TestHash.sha256(member))
            #expect(digests.sha512?.count == 64)
        }
        #expect(try !reader.nextMember())
        #expect(reader.fileSHA256() == TestHash.sha256(file))
    }

    /// Every change of one bit of a member is refused, or leaves its content as it was.
    @Test
    func everyBit() throws {
        let content = Array("content that is long enough to be compressed, compressed, compressed".utf8)
        var bytes = GzipBuilder.abuild.member(content)
        var accepted: Set<Int> = []
        for offset in bytes.indices {
            for bit in 0..<8 {
                bytes[offset] ^= 1 << UInt8(bit)
                defer { bytes[offset] ^= 1 << UInt8(bit) }
                do {
                    var reader = try GzipMemberReader(MemorySource(bytes))
                    guard try reader.nextMember() else { continue }
                    let found = try Self.readAll(&reader, room: 4096)
                    guard try !reader.nextMember() else { continue }
                    #expect(found == content, "byte \(offset) bit \(bit)")
                    accepted.insert(offset)
                } catch {
                    #expect(error is ArchiveError)
                }
            }
        }
        // Not the magic and the method, nor the checksum and the length.
        #expect(accepted.isDisjoint(with: [0, 1, 2]))
        #expect(accepted.isDisjoint(with: bytes.indices.suffix(8)))
    }
}
