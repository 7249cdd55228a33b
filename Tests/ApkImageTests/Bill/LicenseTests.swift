import Testing

@testable import ApkImage

@Suite("Bills of materials: licences")
struct LicenseTests {
    @Test(
        "what packages write, as SPDX expressions",
        arguments: [
            ("MIT", "MIT", true), ("mit", "MIT", true), ("GPL-2.0-or-later AND MIT", "GPL-2.0-or-later AND MIT", false),
            ("MIT or BSD-3-Clause", "MIT OR BSD-3-Clause", false),
            ("(MIT OR Apache-2.0) AND Zlib", "(MIT OR Apache-2.0) AND Zlib", false),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", false),
            ("GPL-2.0+", "GPL-2.0+", true), ("custom", "LicenseRef-custom", false),
            ("MIT AND custom:sip", "MIT AND LicenseRef-custom-sip", false),
            ("Public Domain", "LicenseRef-Public-Domain", false),
            ("GPL WITH nonsense", "LicenseRef-GPL-WITH-nonsense", false),
            ("(MIT", "LicenseRef--MIT", false), ("LicenseRef-KDE", "LicenseRef-KDE", false),
            ("MIT AND", "LicenseRef-MIT-AND", false),
        ])
    func expression(_ written: String, _ text: String, _ isListed: Bool) {
        let license = LicenseExpression(written)
        #expect(license.text == text)
        #expect(license.isListed == isListed)
        #expect(license.references.isEmpty != text.contains("LicenseRef-"))
    }

    @Test("nothing is said where the package says nothing")
    func nothing() { #expect(LicenseExpression(" ").text == nil) }
}
