import ApkFormats
import Foundation
import Testing

/// The table of version comparisons that stands beside the checkout: `A op B`, where `!` before the operator negates it,
/// a bare version that is valid, and `!version` that is not.
///
/// `APKRESOLVE_VERSION_CASES` names the file; without the file the suite is skipped.
@Suite(
    "VersionCases",
    .enabled(if: SharedFiles.exists(VersionCaseFile.url), "no version-cases.txt; set APKRESOLVE_VERSION_CASES"))
struct VersionCases {
    @Test("a line", arguments: VersionCaseFile.lines.map(\.number))
    func line(number: Int) throws {
        let words = try #require(VersionCaseFile.lines.first { $0.number == number }).words
        switch words.count {
        case 1:
            let isValid = !words[0].hasPrefix("!")
            let version = isValid ? words[0] : String(words[0].dropFirst())
            #expect(Version.isValid(version) == isValid, "line \(number): \(words[0])")
        case 3:
            let isNegated = words[1].hasPrefix("!")
            let relation = try #require(Self.relation(words[1]), "line \(number): unknown operator \(words[1])")
            let order = Version.compare(words[0], words[2], fuzzy: relation.contains(.fuzzy))
            let holds = relation.rawValue & order.rawValue != 0
            #expect(holds != isNegated, "line \(number): \(words.joined(separator: " "))")
        default:
            Issue.record("line \(number) is neither a comparison nor a version")
        }
    }

    @Test("the file says something")
    func notEmpty() {
        #expect(!VersionCaseFile.lines.isEmpty)
    }

    /// The operator in one of the spellings that a dependency may have.
    private static func relation(_ text: String) -> DependencyOperator? {
        Dependency("name" + text.drop { $0 == "!" } + "1")?.relation
    }
}

enum VersionCaseFile {
    static let url = SharedFiles.path(of: "APKRESOLVE_VERSION_CASES", default: "version-cases.txt")

    /// The lines that say something, each with its number.
    static let lines: [(number: Int, words: [String])] = {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        return text.components(separatedBy: "\n").enumerated().compactMap { index, line in
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init)
            return words.isEmpty ? nil : (index + 1, words)
        }
    }()
}
