import ApkFormats
import Testing

/// Where the packages of an index of apk v3 lie.
@Suite struct PackageNameSpecTests {
    static let identity = Checksum("X1" + String(repeating: "0123456789", count: 4))?.identity

    static func urls(
        _ spec: String?, _ url: String, layout: Repository.Layout? = nil, architecture: String = "x86_64",
        name: String = "foo"
    ) throws -> [String] {
        try Repository(url: url, layout: layout).packageURLs(
            name: name, version: "1.0-r0", architecture: architecture, identity: #require(identity),
            spec: spec.map { try PackageNameSpec($0) }, indexArchitecture: "x86_64")
    }

    @Test(arguments: [
        ("${name}-${version}.apk", "https://a.org/r/packages.adb", ["https://a.org/r/foo-1.0-r0.apk"]),
        (
            "${arch}/${name}-${version}.apk", "https://a.org/r",
            ["https://a.org/r/x86_64/foo-1.0-r0.apk", "https://a.org/r/x86_64/x86_64/foo-1.0-r0.apk"]
        ),
        ("${name:1}/${name}_${hash:8}.apk", "/r/packages.adb", ["/r/f/foo_01234567.apk"]),
        ("https://b.org/${name}.${hash:12}", "/r/x.adb", ["https://b.org/foo.012345678901"]),
    ])
    func aPatternIsFilledIn(_ spec: String, _ url: String, _ expected: [String]) throws {
        #expect(try Self.urls(spec, url) == expected)
    }

    /// Packages for all architectures lie in their own directory or beside the index.
    @Test func withoutAPatternThereAreTheUsualPlaces() throws {
        #expect(try Self.urls(nil, "/r", layout: .v3) == ["/r/x86_64/foo-1.0-r0.apk"])
        #expect(
            try Self.urls(nil, "/r", layout: .v3, architecture: "noarch") == [
                "/r/noarch/foo-1.0-r0.apk", "/r/x86_64/foo-1.0-r0.apk",
            ])
        #expect(try Self.urls(nil, "/r/packages.adb", architecture: "noarch") == ["/r/foo-1.0-r0.apk"])
    }

    @Test(arguments: [
        "", "${version}.apk", "x-${name}.apk", "${name}", "${name}x", "${name}-${size}", "${name}-${hash:0}",
        "${name}-${hash:x}", "${name}-${", "${name}-$version", "${name:3}-x",
    ])
    func otherPatternsAreRefused(_ spec: String) {
        #expect { try PackageNameSpec(spec) } throws: { ($0 as? FormatError)?.code == .invalidValue }
    }

    @Test func nothingLeadsOutOfTheRepository() {
        for spec in ["../${name}-x", "/${name}-x", "a//${name}-x", "${hash}/../${name}-x"] {
            #expect(throws: FormatError.self) { try Self.urls(spec, "/r/packages.adb") }
        }
        for name in ["..", "a/b", "", "a?b"] {
            #expect(throws: FormatError.self) { try Self.urls("${name}-x", "/r/packages.adb", name: name) }
        }
    }
}
