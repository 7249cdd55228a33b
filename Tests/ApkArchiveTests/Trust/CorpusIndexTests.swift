import ApkArchive
import ApkTestSupport
import Foundation
import Testing

/// Every real index verifies, and none does with a byte of it changed.
// Enabled only beside the shared corpus, which is not part of the checkout.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct CorpusIndexTests {
    static let indexes = SharedFiles.files(below: "corpus", suffix: "APKINDEX.tar.gz")

    static func archive() throws -> IndexArchive {
        var ring = KeyRing()
        for vendor in ["alpine", "wolfi", "chainguard"] {
            try ring.add(directory: SharedFiles.path("corpus/keys/" + vendor))
        }
        return IndexArchive(keys: ring)
    }

    @Test(arguments: indexes)
    func verifies(_ path: String) throws {
        let index = try Self.archive().read(path: path)
        #expect(index.signer != nil)
        #expect(index.text.starts(with: "C:Q1".utf8))
        let bytes = try SharedFiles.bytes(path)
        #expect(index.compressedSize == bytes.count)
        #expect(index.sha256 == TestHash.sha256(bytes))
        #expect(index.sha256Hex == TestHash.hex(TestHash.sha256(bytes)))
    }

    /// Every byte of the signature member, which no signature covers, changed in each bit and in all.
    /// With `APKRESOLVE_EXHAUSTIVE` set, to every other value, which takes minutes.
    @Test(arguments: indexes)
    func everyChangeOfTheSignatureMemberIsRefused(_ path: String) throws {
        let archive = try Self.archive()
        var bytes = try SharedFiles.bytes(path)
        let length = try #require(GzipProbe.firstMember(bytes)?.length)
        // Most changes break the member. Only one that leaves its content as it was can come through, so only with those
        // is the whole index read.
        var probe = GzipProbe(Array(bytes[..<length]))
        let masks: [UInt8] = isExhaustive ? Array(1...255) : [1, 2, 4, 8, 16, 32, 64, 128, 255]
        for offset in 0..<length {
            for mask in masks where probe.isSame(withByte: offset, changedBy: mask) {
                bytes[offset] ^= mask
                let index = try? archive.read(bytes: bytes, name: path)
                #expect(index == nil, "byte \(offset) ^ \(mask)")
                bytes[offset] ^= mask
            }
        }
    }

    /// Bytes of the whole file, changed in one bit or all; all of them where the file is small.
    @Test(arguments: indexes)
    func aChangedByteIsRefused(_ path: String) throws {
        let archive = try Self.archive()
        var bytes = try SharedFiles.bytes(path)
        var random = SplitMix64(seed: UInt64(bytes.count))
        var offsets = Array(bytes.indices)
        if bytes.count > 4096 && !isExhaustive {
            // The bytes of the signature member have a test of their own; each one behind it may cost a whole inflation.
            let edges = [Array(700..<1024), Array(bytes.count - 64..<bytes.count)].joined()
            offsets = edges.filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
            offsets += (0..<16).map { _ in Int.random(in: 0..<bytes.count, using: &random) }
        }
        for offset in offsets {
            let mask: UInt8 =
                [0xFF, 1 << UInt8.random(in: 0..<8, using: &random)].randomElement(using: &random) ?? 0xFF
            bytes[offset] ^= mask
            let index = try? archive.read(bytes: bytes, name: path)
            #expect(index == nil, "byte \(offset) ^ \(mask)")
            bytes[offset] ^= mask
        }
    }

    @Test(arguments: indexes)
    func aShorterOrLongerFileIsRefused(_ path: String) throws {
        let archive = try Self.archive()
        let bytes = try SharedFiles.bytes(path)
        let signature = try #require(GzipProbe.firstMember(bytes)?.length)
        for count in [
            0, 1, 9, 10, signature - 1, signature, signature + 1, signature + 12, bytes.count / 2, bytes.count - 1,
        ] {
            #expect(throws: ArchiveError.self, "\(count) bytes") {
                try archive.read(bytes: Array(bytes[..<count]), name: path)
            }
        }
        for tail in [[0], [0x1F], [UInt8](repeating: 0, count: 512), GzipBuilder.abuild.member([])] {
            #expect { try archive.read(bytes: bytes + tail, name: path) } throws: { error in
                [.trailingData, .truncatedGzip].contains((error as? ArchiveError)?.code)
            }
        }
    }
}

/// Whether tests shall take all cases instead of a sample.
let isExhaustive = ProcessInfo.processInfo.environment["APKRESOLVE_EXHAUSTIVE"] != nil
