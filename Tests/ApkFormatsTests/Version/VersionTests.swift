import ApkFormats
import Testing

@Suite("Versions")
struct VersionTests {
    @Test(
        "from least to greatest, whatever is compared",
        arguments: [
            // Invalid is less than everything, and a pre-release than what it precedes.
            ["", "1.0_alpha", "1.0_beta", "1.0_beta2", "1.0_pre", "1.0_rc", "1.0_rc_p1", "1.0"],
            // A version that goes on is greater, the more so the earlier the part.
            ["1.0", "1.0-r0", "1.0-r1", "1.0~ab", "1.0_cvs", "1.0_svn", "1.0_git", "1.0_hg", "1.0_p", "1.0a", "1.0.1"],
            // A component with a leading zero is a decimal fraction, the first number and the suffix's never.
            ["1.0", "1.00", "1.05", "1.050", "1.1", "1.2", "1.10", "02", "10"],
            ["1_p1", "1_p02", "1_p10", "1a", "1b"],
            // Hashes are texts.
            ["1~1", "1~10", "1~2", "1~a", "1~ab"],
            // Numbers are 64 bits wide and wrap around.
            ["18446744073709551616", "1", "18446744073709551615"],
        ])
    func order(_ versions: [String]) {
        for left in versions.indices {
            for right in versions.indices {
                let expected: VersionOrder = left < right ? .less : left > right ? .greater : .equal
                #expect(
                    Version.compare(versions[left], versions[right]) == expected, "\(versions[left]) \(versions[right])"
                )
            }
        }
    }

    @Test("written differently, equal", arguments: [("1", "01"), ("1_p1", "1_p001"), ("1-r1", "1-r01"), ("x", "")])
    func equal(_ left: String, _ right: String) {
        #expect(Version.compare(left, right) == .equal)
    }

    @Test(
        "prefix, part by part",
        arguments: [
            ("1.20.3", "1.20", true), ("1.20", "1.2", false), ("1", "1.2", false), ("1.2", "1.2", true),
            ("1.2_rc1", "1.2", true), ("1.2-r5", "1.2", true), ("1.2~ab", "1.2", true), ("1.2a", "1.2", true),
            ("1.2_p3", "1.2_p", true), ("1.2-r1", "1.2-r1", true), ("1.2-r10", "1.2-r1", false),
        ])
    func fuzzy(_ version: String, _ prefix: String, _ matches: Bool) throws {
        #expect(try #require(Version(version)).matches(prefix: #require(Version(prefix))) == matches)
    }

    @Test(
        "what is no version",
        arguments: [
            "", "a", "1.", "1..2", ".1", "1.a", "1ab", "1a.1", "1a1", "1_", "1_foo", "1_prex", "1_P", "1A", "1_p1.1",
            "1~", "1~g", "1~AB", "1~a~b", "1-", "1-r", "1-1", "1-r1-r2", "1-r1_p1", "1-r1.1", " 1", "1 ", "+1", "1é",
        ])
    func invalid(_ text: String) {
        #expect(!Version.isValid(text))
        #expect(Version(text) == nil)
    }

    @Test("the text stays as it was written")
    func text() throws {
        let version = try #require(Version("01.2.3a_git20240101_p2~0abc-r10"))
        #expect(version.description == "01.2.3a_git20240101_p2~0abc-r10")
        #expect(version < (try #require(Version("1.2.4"))))
        #expect(version == (try #require(Version("1.2.3a_git20240101_p2~0abc-r10"))))
    }
}

@Suite("Properties of versions")
struct VersionProperties {
    /// A hundred versions of few and small parts, so that many of them begin alike.
    static func versions(seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return (0..<100).map { _ in RandomText.version(&generator) }
    }

    @Test("generated versions are valid, and not with a stray byte in them", arguments: [1, 2, 3] as [UInt64])
    func validity(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for version in Self.versions(seed: seed) {
            #expect(Version.isValid(version), "\(version)")
            var broken = Array(version.utf8)
            broken.insert(generator.pick(Array(" !+:/XYZ@=".utf8)), at: generator.number(below: broken.count + 1))
            #expect(!Version.isValid(String(decoding: broken, as: UTF8.self)))
        }
    }

    @Test("an order: antisymmetric and transitive", arguments: [4, 5, 6] as [UInt64])
    func order(seed: UInt64) {
        // Insertion by comparison puts them into an order that every pair must then agree with.
        var sorted: [String] = []
        for version in Self.versions(seed: seed) {
            let place = sorted.firstIndex { Version.compare(version, $0) == .less } ?? sorted.count
            sorted.insert(version, at: place)
        }
        for left in sorted.indices {
            #expect(Version.compare(sorted[left], sorted[left]) == .equal)
            for right in (left + 1)..<sorted.count {
                let forth = Version.compare(sorted[left], sorted[right])
                let back = Version.compare(sorted[right], sorted[left])
                #expect(forth != .greater, "\(sorted[left]) before \(sorted[right])")
                #expect((forth == .equal) == (back == .equal))
                #expect((forth == .less) == (back == .greater))
            }
        }
    }

    @Test("whatever is added behind a version matches it", arguments: [7, 8] as [UInt64])
    func prefixes(seed: UInt64) {
        for version in Self.versions(seed: seed) {
            for more in [".1", "a", "_p1", "_rc", "~ab", "-r1"] where Version.isValid(version + more) {
                // A letter behind a hash belongs to it.
                if more == "a", version.contains("~"), !version.contains("-r") { continue }
                #expect(Version.compare(version + more, version, fuzzy: true) == .equal)
                #expect(Version.compare(version + more, version) == (more == "_rc" ? .less : .greater))
            }
        }
    }
}
