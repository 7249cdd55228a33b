/// What is wrong with a text or value of one of apk's formats, and where.
///
/// The text for humans is made by the commands; programs use ``code``.
public struct FormatError: Error, Hashable, Sendable {
    /// The kind of a format error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A line of two or more bytes whose second byte is not a colon.
        public static let notAField = Code(rawValue: "not-a-field")
        /// A record lacks `P:`, `V:` or a valid `C:`.
        public static let missingField = Code(rawValue: "missing-field")
        /// A field holds something that is not a value of its kind.
        public static let invalidValue = Code(rawValue: "invalid-value")
        /// A text that should be a dependency is not one.
        public static let invalidDependency = Code(rawValue: "invalid-dependency")
        /// A text that should be a version is not one.
        public static let invalidVersion = Code(rawValue: "invalid-version")
        /// A text that should be a `Q1` or `Q2` checksum is not one.
        public static let invalidChecksum = Code(rawValue: "invalid-checksum")
        /// A name, version or architecture that cannot be part of a path or a URL.
        public static let invalidName = Code(rawValue: "invalid-name")
        /// A field letter that this program does not know.
        public static let unknownField = Code(rawValue: "unknown-field")
        /// A name that comes twice in one list.
        public static let duplicateName = Code(rawValue: "duplicate-name")
        /// A package that the text lists twice.
        public static let duplicatePackage = Code(rawValue: "duplicate-package")
        /// A line of a repositories file that apk cannot read.
        public static let invalidRepository = Code(rawValue: "invalid-repository")
        /// An entry of the installed database stands where it may not.
        public static let misplacedField = Code(rawValue: "misplaced-field")
        /// The input is larger than the program can address or was told to accept.
        public static let tooLarge = Code(rawValue: "too-large")
        /// The input ends too early.
        public static let truncated = Code(rawValue: "truncated")
        /// The input is of a version of its format that this program does not read.
        public static let unsupportedVersion = Code(rawValue: "unsupported-version")
        /// A value of an ADB payload stands where none may: unaligned, outside the payload, or not before what refers
        /// to it.
        public static let misplacedValue = Code(rawValue: "misplaced-value")
        /// A value of an ADB payload is of another type than its field.
        public static let wrongKind = Code(rawValue: "wrong-kind")
    }

    /// The kind of error.
    public var code: Code
    /// The line of the text, counted from 1; nil where the input is a single value.
    public var line: Int?
    /// The field letter or key, such as `D` or `depend`; nil where there is none.
    public var field: String?
    /// The offending text, shortened to at most 200 bytes.
    public var text: String
    /// What was expected, in a few words.
    public var expected: String
    /// The byte offset in an ADB payload; nil where the input is text.
    public var offset: Int?

    public init(
        _ code: Code, line: Int? = nil, field: String? = nil, text: String = "", expected: String = "",
        offset: Int? = nil
    ) {
        self.code = code
        self.line = line
        self.field = field
        self.text = text
        self.expected = expected
        self.offset = offset
    }

    /// The same error with its line.
    func at(line: Int) -> FormatError {
        var error = self
        error.line = line
        return error
    }
}
