import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

/// Packages with random changes are refused, or are what they were before. The seed of a failing case is in its message.
///
/// `APKRESOLVE_MUTATIONS` sets how many cases each way of proof gets; the default takes a few seconds.
struct MutationTests {
    static let count = ProcessInfo.processInfo.environment["APKRESOLVE_MUTATIONS"].flatMap { Int($0) } ?? defaultCount

    #if DEBUG
        static let defaultCount = 300
    #else
        static let defaultCount = 2000
    #endif

    /// A package to change, with what it was before.
    struct Subject: Sendable {
        var bytes: [UInt8]
        var members: [Range<Int>]
        var expectation: PackageExpectation
        var contents: Int
    }

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

    static func verifier() throws -> PackageVerifier {
        var ring = KeyRing()
        try ring.add(directory: fixtures + "/keys")
        if SharedFiles.isAvailable { try ring.add(directory: SharedFiles.path("corpus/keys/alpine")) }
        return PackageVerifier(keys: ring)
    }

    /// Our fixtures that are signed, one with everything an archive can hold, and small real packages.
    static let subjects: [Subject] = {
        let repository = fixtures + "/repository/x86_64"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: repository)) ?? []
        var paths = names.filter { $0.hasSuffix(".apk") }.sorted().map { repository + "/" + $0 }
        paths = paths.enumerated().filter { $0.offset % 8 == 0 || $0.element.contains("file-kinds") }.map(\.element)
        let real = SharedFiles.files(below: "corpus/alpine/v3.19.1-boot", suffix: ".apk")
        paths += real.filter { ((try? SharedFiles.bytes($0).count) ?? .max) < 16_000 }.prefix(12)
        return paths.compactMap { path in
            guard let bytes = try? SharedFiles.bytes(path), let verifier = try? verifier(),
                let package = try? verifier.verify(path: path), let segments = package.segments,
                let contents = try? fingerprint(package)
            else {
                Issue.record("\(path) does not verify")
                return nil
            }
            return Subject(
                bytes: bytes, members: [segments.signature, segments.control, segments.data],
                expectation: PackageExpectation(package.record), contents: contents)
        }
    }()

    /// All that a package holds, as one number.
    static func fingerprint(_ package: VerifiedPackage) throws -> Int {
        var hasher = Hasher()
        hasher.combine(package.record.description)
        hasher.combine(package.info)
        hasher.combine(package.scripts)
        var contents = try package.open()
        while var entry = try contents.next() {
            entry.offset = 0
            hasher.combine(entry)
            while let chunk = try contents.nextChunk() { hasher.combine(bytes: chunk) }
        }
        _ = try contents.finish()
        return hasher.finalize()
    }

    static func mutated(_ subject: Subject, with other: Subject, using random: inout SplitMix64) -> [UInt8] {
        var bytes = subject.bytes
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 3: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 4:
            // Near the edges of members, where the frames are.
            let edge = subject.members.randomElement(using: &random)?.lowerBound ?? 0
            let near = min(max(0, edge + Int.random(in: -8..<16, using: &random)), bytes.count - 1)
            bytes[near] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 5: bytes.removeSubrange(place...)
        case 6: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1..<64, using: &random)))
        case 7: bytes.insert(contentsOf: random.bytes(Int.random(in: 1..<64, using: &random)), at: place)
        case 8:
            let source = Int.random(in: bytes.indices, using: &random)
            let count = min(bytes.count - max(source, place), 100)
            bytes.replaceSubrange(place..<place + count, with: Array(bytes[source..<source + count]))
        default:
            // Members left out, doubled, in another order, or of another package.
            let pool = subject.members.map { Array(subject.bytes[$0]) } + other.members.map { Array(other.bytes[$0]) }
            let picks = Int.random(in: 1...4, using: &random)
            bytes = (0..<picks).flatMap { _ in pool.randomElement(using: &random) ?? [] }
        }
        return bytes
    }

    @Test("S8: refused or identical", arguments: ["by its own signature", "by an index"])
    func mutations(_ way: String) throws {
        let verifier = try Self.verifier()
        let subjects = Self.subjects
        let contents = Set(subjects.map(\.contents))
        var refused = 0
        for seed in 0..<Self.count {
            var random = SplitMix64(seed: UInt64(seed))
            let subject = try #require(subjects.randomElement(using: &random))
            let other = try #require(subjects.randomElement(using: &random))
            let bytes = Self.mutated(subject, with: other, using: &random)
            do {
                let isIndexed = way == "by an index"
                let file = MemoryFile(bytes, name: "seed \(seed)")
                let package = try verifier.verify(file, expecting: isIndexed ? subject.expectation : nil)
                let found = try Self.fingerprint(package)
                if isIndexed {
                    #expect(found == subject.contents, "seed \(seed)")
                } else {
                    // Members in another order may make another of the packages, whole.
                    #expect(contents.contains(found), "seed \(seed)")
                }
            } catch {
                refused += 1
                #expect(error is ArchiveError)
            }
        }
        #expect(refused > Self.count * 3 / 4)
    }

    /// The signature member is covered by nothing. By its own signature a package is refused with any bit of it changed;
    /// under an index the member proves nothing, so that what is behind it is still the same.
    @Test("Every byte of a signature member")
    func signatureMember() throws {
        let verifier = try Self.verifier()
        let subject = try #require(Self.subjects.first)
        var bytes = subject.bytes
        for offset in subject.members[0] {
            let mask: UInt8 = 1 << UInt8(offset % 8)
            bytes[offset] ^= mask
            #expect(throws: ArchiveError.self, "byte \(offset) ^ \(mask)") {
                try verifier.verify(MemoryFile(bytes))
            }
            if let package = try? verifier.verify(MemoryFile(bytes), expecting: subject.expectation) {
                #expect(try Self.fingerprint(package) == subject.contents)
            }
            bytes[offset] ^= mask
        }
    }

    /// Blocks that inflate to nothing, as a flush writes them; the second of fixed codes, with a stored one to end on a byte.
    @Test(
        "Bytes in a signature member that change nothing",
        arguments: [
            [0, 0, 0, 0xFF, 0xFF], [2, 0, 0, 0, 0xFF, 0xFF],
        ] as [[UInt8]]) func emptyBlocks(_ block: [UInt8]) throws
    {
        for subject in Self.subjects {
            var bytes = subject.bytes
            bytes.insert(contentsOf: block, at: subject.members[0].lowerBound + 10)
            let error = #expect(throws: ArchiveError.self) { try Self.verifier().verify(MemoryFile(bytes)) }
            #expect(error?.code == .alteredSignatureMember)
            #expect(try (10...(10 + block.count)).contains(#require(error?.offset)))
        }
    }
}
