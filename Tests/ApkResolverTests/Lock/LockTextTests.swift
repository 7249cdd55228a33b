import ApkFormats
import ApkRepositories
import ApkTestSupport
import Foundation
import Testing

@Suite struct LockTextTests {
    static let digest = String(repeating: "0a", count: 32)

    static func package(_ name: String, version: String = "1.0-r0") throws -> LockedPackage {
        LockedPackage(
            name: name, version: version, architecture: "x86_64", repository: 0,
            checksum: try #require(Checksum("Q1/J2XyarXzv/9NRbDDLNXhkiMJ5Y=")), sha256: digest,
            segments: .init(control: 670, data: 1200), dataHash: digest, downloadSize: 4000, installedSize: 8192)
    }

    static func lock() throws -> Lock {
        var lock = Lock()
        for architecture in ["x86_64", "aarch64"] {
            lock[architecture] = Lock.Section(
                architecture: architecture, requests: ["b", "a>=1", "b"], options: ["--minimize=size"],
                repositories: [
                    LockedRepository(
                        location: "/srv/main", tag: nil, description: "v3.19", sha256: digest, signedBy: "k.rsa.pub",
                        newestBuild: 1_700_000_000)
                ], packages: [try package("a"), try package("b")])
        }
        return lock
    }

    @Test func aLockIsReadAsItWasWritten() throws {
        let lock = try Self.lock()
        #expect(lock.sections.map(\.architecture) == ["aarch64", "x86_64"])
        #expect(lock["x86_64"]?.requests == ["a>=1", "b"])
        #expect(try Lock(parsing: lock.text) == lock)
    }

    /// What a lock must not hold: each line replaces a text by another, and names the place that the error must name.
    @Test(arguments: [
        ("\"schema\": 1", "\"schema\": 2", "schema"),
        ("\"name\": \"a\"", "\"name\": \"../a\"", "aarch64.packages[0].name"),
        ("\"version\": \"1.0-r0\"", "\"version\": \"1/../../x\"", "aarch64.packages[0].version"),
        ("\"architecture\": \"x86_64\"", "\"architecture\": \"..\"", "aarch64.packages[0].architecture"),
        ("\"aarch64\": {", "\"../x\": {", "architectures"),
        ("\"name\": \"b\"", "\"name\": \"a\"", "aarch64.packages[1].name"),
        ("\"repository\": 0", "\"repository\": 1", "aarch64.packages[0].repository"),
        ("\"checksum\": \"Q1", "\"checksum\": \"Q3", "aarch64.packages[0].checksum"),
        ("\"sha256\": \"0a", "\"sha256\": \"0A", "aarch64.repositories[0].sha256"),
        ("\"data\": 1200", "\"data\": 600", "aarch64.packages[0].segments"),
        ("\"data\": 1200", "\"data\": -1", "aarch64.packages[0].segments.data"),
        ("\"downloadSize\": 4000", "\"downloadSize\": \"4000\"", "aarch64.packages[0].downloadSize"),
        ("\"requests\": [\"a>=1\"", "\"requests\": [\"a>=2\"", "aarch64.requestsDigest"),
        ("\"installedSize\"", "\"installedSizes\"", "aarch64.packages[0].installedSize"),
    ])
    func whatALockMustNotHoldIsRefused(_ old: String, _ new: String, _ place: String) throws {
        let text = String(decoding: try Self.lock().text, as: UTF8.self)
        let range = try #require(text.range(of: old))
        let changed = text.replacingCharacters(in: range, with: new)
        let error = #expect(throws: FormatError.self) { try Lock(parsing: Array(changed.utf8)) }
        let field = try #require(error?.field)
        #expect(field == place || field == "../x")
        #expect((error?.line ?? 0) > 0)
    }

    @Test func anErrorNamesTheLineOfItsValue() throws {
        let lines = String(decoding: try Self.lock().text, as: UTF8.self).split(separator: "\n")
        let place = try #require(lines.firstIndex { $0.contains("\"name\": \"b\"") }) + 1
        let text = lines.map(String.init).enumerated().map { index, line in
            index == place ? line.replacingOccurrences(of: "1.0-r0", with: "/") : line
        }.joined(separator: "\n")
        let error = #expect(throws: FormatError.self) { try Lock(parsing: Array(text.utf8)) }
        #expect(error?.line == place + 1 && error?.code == .invalidName)
        #expect(error?.field == "aarch64.packages[1].version")
    }

    @Test func anyLockIsReadAsItWasWritten() throws {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<200 {
            let lock = try Self.random(&generator)
            #expect(try Lock(parsing: lock.text) == lock)
        }
    }

    private static func random(_ generator: inout SplitMix64) throws -> Lock {
        func text(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: lengths, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! }
            )
        }
        func number() -> Int { Int.random(in: 0...Int.random(in: 0...1 << 40, using: &generator), using: &generator) }
        func digest() -> String { text("0123456789abcdef", 64...64) }
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
        let any = "ab/\\\"\n\t\u{1}é中😀 {}[]:,"
        let name = "abcXYZ019+-._é中😀\"{}[]:,"
        var lock = Lock()
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let architecture = "a" + text(name, 1...8)
            let repositories = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                LockedRepository(
                    location: text(any, 0...20), tag: maybe(text(any, 0...5)), description: text(any, 0...20),
                    sha256: digest(), signedBy: maybe(text(any, 0...9)), newestBuild: number())
            }
            let packages = try (0..<Int.random(in: 0...6, using: &generator)).map { place in
                let size = number() + 3
                let data = Int.random(in: 1..<size, using: &generator)
                return LockedPackage(
                    name: "n" + text(name, 0...12) + String(place), version: "v" + text(name, 0...12),
                    architecture: "noarch", repository: Int.random(in: repositories.indices, using: &generator),
                    checksum: try #require(Checksum(bytes: generator.bytes(Bool.random(using: &generator) ? 20 : 32))),
                    sha256: maybe(digest()),
                    segments: maybe(.init(control: Int.random(in: 0..<data, using: &generator), data: data)),
                    dataHash: maybe(digest()), downloadSize: size, installedSize: number())
            }
            lock[architecture] = Lock.Section(
                architecture: architecture, requests: (0..<3).map { _ in text(any, 0...9) },
                options: (0..<2).map { _ in text(any, 0...9) }, repositories: repositories, packages: packages)
        }
        return lock
    }

    @Test func changedBytesNeverCrash() throws {
        let text = try Self.lock().text
        var generator = SplitMix64(seed: 3)
        for _ in 0..<3000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                changed.removeLast(Int.random(in: 0..<changed.count, using: &generator))
            }
            guard let lock = try? Lock(parsing: changed) else { continue }
            #expect(try Lock(parsing: lock.text) == lock)
        }
    }

    @Test func differencesAreSortedAndSummed() {
        func package(_ name: String, _ version: String, _ size: Int) -> PackageSummary {
            PackageSummary(name: name, version: version, downloadSize: size, installedSize: size * 2)
        }
        let differences = PackageDifferences(
            from: [package("b", "1", 10), package("C", "1", 20), package("a", "1", 5)],
            to: [package("a", "2", 7), package("d", "1", 3), package("b", "1", 10), package("Aa", "1", 1)])
        #expect(differences.added.map(\.name) == ["Aa", "d"] && differences.removed.map(\.name) == ["C"])
        #expect(differences.changed.map { "\($0.old.version)>\($0.new.version)" } == ["1>2"])
        #expect(differences.downloadGrowth == -14 && differences.installedGrowth == -28)
        #expect(differences.bytesToFetch == 11)
    }
}
