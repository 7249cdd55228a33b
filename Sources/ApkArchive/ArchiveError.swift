public import ApkFormats

/// Why an archive, a signature or a file was refused, and where.
///
/// The text for humans is made by the commands; programs use ``code``.
public struct ArchiveError: Error, Hashable, Sendable {
    /// The kind of an archive error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The kind of error.
    public var code: Code
    /// The file, as the caller named it; empty where there is none.
    public var path: String
    /// The byte offset in the file, that is in compressed bytes where the file is compressed.
    public var offset: Int?
    /// The byte offset in the inflated tar stream of the gzip member in question.
    public var tarOffset: Int?
    /// The archive entry, key or field in question, as raw bytes: names need not be UTF-8.
    public var name: [UInt8]
    /// What should have been there, in a few words.
    public var expected: String
    /// What was there instead, in a few words.
    public var found: String
    /// The `errno` of the system call that failed; nil where none did.
    public var systemError: Int32?
    /// What is wrong with a text inside, such as `.PKGINFO`; nil where it is something else.
    public var format: FormatError?
    /// The property of ``ArchiveLimits`` or ``TrustPolicy`` that would let this pass; nil where nothing would.
    public var option: String?

    public init(
        _ code: Code, path: String = "", offset: Int? = nil, tarOffset: Int? = nil, name: [UInt8] = [],
        expected: String = "", found: String = "", systemError: Int32? = nil, format: FormatError? = nil,
        option: String? = nil
    ) {
        self.code = code
        self.path = path
        self.offset = offset
        self.tarOffset = tarOffset
        self.name = name
        self.expected = expected
        self.found = found
        self.systemError = systemError
        self.format = format
        self.option = option
    }

    /// The same error with the file's name filled in where it was still missing.
    package func at(path: String) -> ArchiveError {
        guard self.path.isEmpty else { return self }
        var copy = self
        copy.path = path
        return copy
    }
}
