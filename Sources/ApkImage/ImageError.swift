public import ApkArchive
public import ApkFormats
public import ApkRepositories
public import ApkRoot

/// Why an image cannot be built or written.
///
/// The text for humans is made by the commands; programs use ``code``.
public struct ImageError: Error, Hashable, Sendable {
    /// The kind of error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A system call failed on a file of the output or of what is added; ``ImageError/systemError`` says how.
        public static let systemFailure = Code(rawValue: "system-failure")
        /// The output exists and is neither an image nor an empty directory.
        public static let outputInTheWay = Code(rawValue: "output-in-the-way")
        /// The format holds one architecture only.
        public static let singleArchitecture = Code(rawValue: "single-architecture")
        /// A directory that is to be added is none, or holds something that an image cannot.
        public static let cannotAdd = Code(rawValue: "cannot-add")
        /// A path inside the image is not absolute, or leads upwards.
        public static let invalidPath = Code(rawValue: "invalid-path")
        /// A package's archive was refused; ``ImageError/archive`` says why.
        public static let badPackage = Code(rawValue: "bad-package")
        /// The packages do not fit together; ``ImageError/root`` says why.
        public static let badTree = Code(rawValue: "bad-tree")
        /// A package file cannot be had; ``ImageError/repository`` says why.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The layer budget is smaller than the layers that must be.
        public static let tooFewLayers = Code(rawValue: "too-few-layers")
        /// A file that should be an image layout or a lock is neither.
        public static let malformedImage = Code(rawValue: "malformed-image")
    }

    /// The kind of error.
    public var code: Code
    /// The file, directory or path in the image.
    public var path: String
    /// The package in question, `name-version`; empty where there is none.
    public var package: String
    /// What was found or expected, in a few words.
    public var detail: String
    /// The `errno` of the system call that failed; nil where none did.
    public var systemError: Int32?
    /// What the archive reader found.
    public var archive: ArchiveError?
    /// What is wrong with a text.
    public var format: FormatError?
    /// Why the package is not to be had.
    public var repository: RepositoryError?
    /// Why the packages do not fit together.
    public var root: RootError?

    public init(
        _ code: Code, path: String = "", package: String = "", detail: String = "", systemError: Int32? = nil,
        archive: ArchiveError? = nil, format: FormatError? = nil, repository: RepositoryError? = nil
    ) {
        self.code = code
        self.path = path
        self.package = package
        self.detail = detail
        self.systemError = systemError
        self.archive = archive
        self.format = format
        self.repository = repository
    }
}
