/// The patterns of directories that packages wait for, `lib/apk/db/triggers`: a line `Q1… GLOB…` for each package.
public struct TriggersFile: Hashable, Sendable {
    /// One package's patterns.
    public struct Entry: Hashable, Sendable {
        /// The digest of the package, as in its record.
        public var package: Checksum.Identity
        /// Patterns of absolute directory names, in which `*` stops at a slash.
        public var patterns: [String]

        public init(package: Checksum.Identity, patterns: [String]) {
            self.package = package
            self.patterns = patterns
        }
    }

    /// The packages in the order of the installed database.
    public var entries: [Entry]

    public init(entries: [Entry] = []) { self.entries = entries }

    /// Reads the content of the file.
    ///
    /// - Throws: ``FormatError`` with the code `invalid-checksum` at a line that does not begin with one.
    public init(parsing text: [UInt8]) throws(FormatError) {
        entries = []
        var line = 0
        for bytes in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            line += 1
            let words = bytes.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard let first = words.first else { continue }
            guard let checksum = Checksum(first) else {
                throw FormatError(
                    .invalidChecksum, line: line, text: String(first.prefix(200)), expected: "Q1 and 28 base64 digits")
            }
            entries.append(Entry(package: checksum.identity, patterns: Array(words.dropFirst())))
        }
    }

    /// The content of the file. Packages without patterns have no line.
    public var text: [UInt8] {
        var text: [UInt8] = []
        for entry in entries where !entry.patterns.isEmpty {
            Checksum(entry.package).write(to: &text)
            for pattern in entry.patterns {
                text.append(0x20)
                text.append(contentsOf: pattern.utf8)
            }
            text.append(0x0a)
        }
        return text
    }
}
