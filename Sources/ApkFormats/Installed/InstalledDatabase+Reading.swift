extension InstalledDatabase {
    /// Reads the content of `lib/apk/db/installed`.
    ///
    /// The names of files stay in `text`, which the packages share.
    ///
    /// - Throws: ``FormatError`` with the line: what an index may not be either; `misplaced-field` for a line that
    ///   does not belong to a package, directory or file before it; `unknown-field` among the lines that only a
    ///   database has; `duplicate-package`; `invalid-value`, `invalid-name` and `invalid-checksum` for values that are
    ///   none.
    public init(parsing text: [UInt8]) throws(FormatError) {
        self.init()
        guard text.count <= UInt32.max else { throw FormatError(.tooLarge, expected: "at most 4 GiB") }
        let packages = try text.withUnsafeBufferPointer { bytes throws(FormatError) in
            var reader = DatabaseReader(text, bytes)
            return try reader.readPackages()
        }
        for (package, line) in packages {
            guard self[package.name] == nil else {
                throw FormatError(
                    .duplicatePackage, line: line, field: "P", text: package.name, expected: "each package once")
            }
            insert(package)
        }
    }
}

/// Reads a database line by line.
private struct DatabaseReader {
    private let text: [UInt8]
    private let bytes: UnsafeBufferPointer<UInt8>
    private var reader: FieldReader
    private var stanza = Stanza()

    /// What is known of the package that is being read.
    private struct Stanza {
        var firstLine = 0
        var start: Int?
        /// Where the last line ends that an index may have too.
        var indexEnd = 0
        var name: Range<Int>?
        var hasVersion = false
        var checksum: Range<Int>?
        /// Whether a line was read that only a database has.
        var isInstalledPart = false
        var tags: [String] = []
        var replaces: [Dependency] = []
        var replacesPriority = 0
        var repositoryTag: String?
        var flags: InstalledPackage.Flags = []
        var usesTruncatedSHA256 = false
        var hasDigests = false
        /// Whether a file was read since the last directory.
        var isInFile = false
        var files = InstalledFiles()
    }

    init(_ text: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) {
        self.text = text
        self.bytes = bytes
        reader = FieldReader(bytes, in: 0..<bytes.count)
        stanza.files = InstalledFiles(names: text)
    }

    mutating func readPackages() throws(FormatError) -> [(InstalledPackage, line: Int)] {
        var packages: [(InstalledPackage, line: Int)] = []
        while true {
            let start = reader.position
            switch try reader.next() {
            case .field(let letter, let value):
                if stanza.start == nil {
                    stanza.start = start
                    stanza.firstLine = reader.line
                }
                try read(letter, value)
            case .endOfRecord:
                guard stanza.name != nil else { continue }
                packages.append((try finish(), stanza.firstLine))
                stanza = Stanza()
                stanza.files = InstalledFiles(names: text)
            case .end:
                guard stanza.start == nil else { throw missing("P", "a package name") }
                return packages
            }
        }
    }

    private mutating func read(_ letter: UInt8, _ value: Range<Int>) throws(FormatError) {
        switch letter {
        case UInt8(ascii: "F"): try readDirectory(value)
        case UInt8(ascii: "R"): try readFile(value)
        case UInt8(ascii: "M"):
            guard !stanza.files.directoryEntries.isEmpty else { throw misplaced(letter, value, "a directory") }
            stanza.files.setLastDirectory(try attributes(letter, value))
        case UInt8(ascii: "a"):
            guard stanza.isInFile else { throw misplaced(letter, value, "a file") }
            stanza.files.setLastFile(try attributes(letter, value))
        case UInt8(ascii: "Z"):
            guard stanza.isInFile else { throw misplaced(letter, value, "a file") }
            stanza.files.setLastFile(try digest(value))
        case UInt8(ascii: "g"): stanza.tags = string(value).split(separator: " ").map(String.init)
        case UInt8(ascii: "r"):
            _ = Dependency.readList(UnsafeBufferPointer(rebasing: bytes[value]), field: "r", into: &stanza.replaces)
        case UInt8(ascii: "q"): stanza.replacesPriority = decimalNumber(UnsafeBufferPointer(rebasing: bytes[value]))
        case UInt8(ascii: "s"): stanza.repositoryTag = value.isEmpty ? nil : string(value)
        case UInt8(ascii: "f"): try readFlags(value)
        default:
            try readIndexField(letter, value)
            return
        }
        stanza.isInstalledPart = true
    }

    private mutating func readIndexField(_ letter: UInt8, _ value: Range<Int>) throws(FormatError) {
        switch letter {
        case UInt8(ascii: "P"):
            guard stanza.files.directoryEntries.isEmpty else { throw misplaced(letter, value, "no directory") }
            stanza.name = value
        case UInt8(ascii: "V"): stanza.hasVersion = true
        case UInt8(ascii: "C"): stanza.checksum = value
        default:
            guard !stanza.isInstalledPart || IndexLetters.known.contains(letter) else {
                throw error(.unknownField, letter, value, "a field that apk 3 knows")
            }
        }
        stanza.indexEnd = value.upperBound
    }

    private mutating func readDirectory(_ value: Range<Int>) throws(FormatError) {
        guard stanza.name != nil else { throw misplaced(UInt8(ascii: "F"), value, "a package name") }
        guard value.isEmpty || InstalledFiles.isInsideRoot(bytes[value]) else {
            throw error(.invalidName, UInt8(ascii: "F"), value, "a path below the root")
        }
        stanza.isInFile = false
        stanza.files.add(
            directoryAt: UInt32(value.lowerBound), length: UInt32(value.count), attributes: .directoryDefault)
    }

    private mutating func readFile(_ value: Range<Int>) throws(FormatError) {
        guard !stanza.files.directoryEntries.isEmpty else { throw misplaced(UInt8(ascii: "R"), value, "a directory") }
        guard InstalledFiles.isName(bytes[value]) else {
            throw error(.invalidName, UInt8(ascii: "R"), value, "a name in a directory")
        }
        stanza.isInFile = true
        stanza.files.add(
            fileAt: UInt32(value.lowerBound), length: UInt32(value.count), attributes: .fileDefault, digest: nil)
    }

    private mutating func readFlags(_ value: Range<Int>) throws(FormatError) {
        for byte in bytes[value] {
            if byte == UInt8(ascii: "S") {
                // The digests before this line would mean something else than those behind it.
                guard !stanza.hasDigests else { throw misplaced(UInt8(ascii: "f"), value, "no digest") }
                stanza.usesTruncatedSHA256 = true
            } else if let flag = InstalledPackage.Flags.letters.first(where: { $0.letter == byte })?.flag {
                stanza.flags.insert(flag)
            } else {
                throw error(.invalidValue, UInt8(ascii: "f"), value, "the letters f, s, x and S")
            }
        }
    }

    private func attributes(_ letter: UInt8, _ value: Range<Int>) throws(FormatError) -> FileAttributes {
        guard let attributes = FileAttributes(UnsafeBufferPointer(rebasing: bytes[value])) else {
            throw error(.invalidValue, letter, value, "uid:gid:mode[:checksum]")
        }
        return attributes
    }

    private mutating func digest(_ value: Range<Int>) throws(FormatError) -> FileDigest {
        guard let checksum = Checksum(UnsafeBufferPointer(rebasing: bytes[value])) else {
            throw error(.invalidChecksum, UInt8(ascii: "Z"), value, "Q1 and 28 base64 digits")
        }
        stanza.hasDigests = true
        let isSHA256 = stanza.usesTruncatedSHA256 || checksum.byteCount == 32
        return FileDigest(checksum.identity, algorithm: isSHA256 ? .truncatedSHA256 : .sha1)
    }

    private func finish() throws(FormatError) -> InstalledPackage {
        guard let start = stanza.start, let name = stanza.name, !name.isEmpty else {
            throw missing("P", "a package name")
        }
        guard stanza.hasVersion else { throw missing("V", "a version") }
        guard let checksum = stanza.checksum else { throw missing("C", "a checksum") }
        guard Checksum(UnsafeBufferPointer(rebasing: bytes[checksum])) != nil else {
            throw FormatError(
                .invalidChecksum, line: stanza.firstLine, field: "C", text: FieldReader.excerpt(bytes, checksum),
                expected: "Q1 and 28 base64 digits")
        }
        var package = InstalledPackage(
            record: IndexRecord(text: text, range: start..<stanza.indexEnd), files: stanza.files)
        package.tags = stanza.tags
        package.replaces = stanza.replaces
        package.replacesPriority = stanza.replacesPriority
        package.repositoryTag = stanza.repositoryTag
        package.flags = stanza.flags
        return package
    }

    private func string(_ value: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[value]), as: UTF8.self)
    }

    private func missing(_ field: String, _ expected: String) -> FormatError {
        FormatError(
            .missingField, line: stanza.firstLine, field: field, text: stanza.name.map(string) ?? "",
            expected: expected)
    }

    private func misplaced(_ letter: UInt8, _ value: Range<Int>, _ expected: String) -> FormatError {
        error(.misplacedField, letter, value, "\(expected) before this line")
    }

    private func error(
        _ code: FormatError.Code, _ letter: UInt8, _ value: Range<Int>, _ expected: String
    ) -> FormatError {
        FormatError(
            code, line: reader.line, field: String(Unicode.Scalar(letter)), text: FieldReader.excerpt(bytes, value),
            expected: expected)
    }
}
