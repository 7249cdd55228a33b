import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

/// Real files of apk v3, changed: refused, or read as the very same. `APKRESOLVE_SEEDS` sets how many changes each gets.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct ADBMutationTests {
    static let count = ProcessInfo.processInfo.environment["APKRESOLVE_SEEDS"].flatMap { Int($0) } ?? 60

    /// Everything that a package says and holds, as text; the size of its file may differ.
    static func dump(
        _ bytes: [UInt8], _ verifier: PackageVerifier, _ expectation: PackageExpectation?
    ) throws -> String {
        let package = try verifier.verify(MemoryFile(bytes), expecting: expectation)
        var contents = try package.open()
        let record = IndexWriter.record(package.record).split(separator: 0x0a).filter { $0.first != UInt8(ascii: "S") }
        var text = "\(record) \(package.scripts) \(package.triggers) \(package.replaces)"
        while let entry = try contents.next() {
            while try contents.nextChunk() != nil {}
            var entry = entry
            entry.offset = 0
            text += "\(entry) \(contents.checksum ?? [])"
        }
        _ = try contents.finish()
        return text
    }

    /// The bytes with one change of a kind that hits structures: a bit, a byte, a word, a cut, a gap, a swap, a repetition.
    static func changed(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let length = min(Int.random(in: 1...64, using: &random), bytes.count - place)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[place] = [0, 0xff, 0x80, 0xe0, bytes[place] &+ 1].randomElement(using: &random) ?? 0
        case 3:
            for index in place..<min(place + 4, bytes.count) { bytes[index] = .random(in: 0...255, using: &random) }
        case 4: bytes.removeLast(bytes.count - place)
        case 5: bytes.removeSubrange(place..<place + length)
        case 6: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        default:
            let other = Int.random(in: 0...bytes.count - length, using: &random)
            let piece = Array(bytes[other..<other + length])
            bytes.replaceSubrange(place..<place + length, with: piece)
        }
        return bytes
    }

    /// The stream in a file of the corpus, without its compression.
    static func stream(_ file: [UInt8]) -> [UInt8] { GzipBuilder.inflate(Array(file.dropFirst(4))) }

    @Test(arguments: CorpusADBTests.packages)
    func aChangedPackageIsRefusedOrTheSame(_ path: String) throws {
        let file = try SharedFiles.bytes(path)
        let stream = Self.stream(file)
        let verifier = PackageVerifier(keys: try CorpusADBTests.keys(beside: path))
        let original = try verifier.verify(MemoryFile(file))
        let expectation = PackageExpectation(
            name: original.name, version: original.version, architecture: nil, identity: original.identity)
        let expected = try Self.dump(file, verifier, nil)
        #expect(try Self.dump(stream, verifier, expectation) == expected)
        var random = SplitMix64(seed: UInt64(file.count))
        for number in 0..<Self.count {
            // In turn the file, the stream before compression, and its metadata, where most of the structure is.
            let bytes: [UInt8]
            switch number % 3 {
            case 0: bytes = Self.changed(file, &random)
            case 1: bytes = Self.changed(stream, &random)
            default:
                let size = min(3000, stream.count)
                bytes = Self.changed(Array(stream[..<size]), &random) + stream[size...]
            }
            for expectation in [nil, expectation] {
                guard let found = try? Self.dump(bytes, verifier, expectation) else { continue }
                #expect(found == expected, "change \(number)")
            }
        }
    }

    /// Without trust nothing stops a change but the reader: it may be read or refused, and must come to an end.
    @Test(arguments: CorpusADBTests.packages)
    func aChangedPackageThatNobodyVouchesForIsReadOrRefused(_ path: String) throws {
        let stream = Self.stream(try SharedFiles.bytes(path))
        let verifier = PackageVerifier(keys: KeyRing(), policy: TrustPolicy(allowUntrusted: true))
        let size = 12 + Int(stream[8]) + Int(stream[9]) << 8
        var random = SplitMix64(seed: UInt64(stream.count))
        for _ in 0..<Self.count * 4 {
            var head = Array(stream[..<size])
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 12..<size, using: &random)
                head[place] = .random(in: 0...255, using: &random)
            }
            _ = try? Self.dump(head + stream[size...], verifier, nil)
        }
    }

    @Test(arguments: CorpusADBTests.indexes)
    func aChangedIndexIsRefusedOrTheSame(_ path: String) throws {
        let file = try SharedFiles.bytes(path)
        let archive = IndexArchive(keys: try CorpusADBTests.keys(beside: path))
        let expected = try archive.read(path: path).text
        var random = SplitMix64(seed: UInt64(file.count))
        for number in 0..<Self.count * 5 {
            let bytes = Self.changed(number % 2 == 0 ? file : Self.stream(file), &random)
            guard let found = try? archive.read(bytes: bytes, name: path) else { continue }
            #expect(found.text == expected, "change \(number)")
        }
    }

    @Test(arguments: CorpusADBTests.indexes)
    func aChangedIndexThatNobodyVouchesForIsReadOrRefused(_ path: String) throws {
        let archive = IndexArchive(keys: try CorpusADBTests.keys(beside: path))
        let payload = try archive.read(path: path).text
        var random = SplitMix64(seed: UInt64(payload.count))
        for _ in 0..<Self.count * 10 {
            guard let index = try? ADBIndex(Self.changed(payload, &random)) else { continue }
            for number in index.indices { _ = try? index.package(number).indexRecord }
        }
    }
}
