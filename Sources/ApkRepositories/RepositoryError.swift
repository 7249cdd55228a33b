public import ApkArchive
public import ApkFormats

/// Why repositories or a root could not be read.
public struct RepositoryError: Error, Hashable, Sendable {
    /// The kind of error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A file cannot be written.
        public static let unwritable = Code(rawValue: "unwritable")
        /// Nothing says which repositories to use.
        public static let noRepositories = Code(rawValue: "no-repositories")
        /// A repository is not on this machine, and there is no transport to reach it.
        public static let networkUnavailable = Code(rawValue: "network-unavailable")
        /// What is wanted is not in the cache, and nothing may be fetched.
        public static let offline = Code(rawValue: "offline")
        /// The program that fetches is missing, or cannot run.
        public static let transportUnavailable = Code(rawValue: "transport-unavailable")
        /// No mirror gave a file; ``failures`` says why each did not.
        public static let fetchFailed = Code(rawValue: "fetch-failed")
        /// Every mirror says that there is no such file.
        public static let notFound = Code(rawValue: "not-found")
        /// A directory has no index for the architecture.
        public static let noIndex = Code(rawValue: "no-index")
        /// No repository holds a package that its index names.
        public static let noPackage = Code(rawValue: "no-package")
        /// A file cannot be read.
        public static let unreadable = Code(rawValue: "unreadable")
        /// An index is unsigned, or its signature is not by a trusted key, or is wrong; ``cause`` says which.
        public static let untrusted = Code(rawValue: "untrusted")
        /// An index file is damaged or was changed.
        public static let notIntact = Code(rawValue: "not-intact")
        /// The text of an index is none.
        public static let malformedIndex = Code(rawValue: "malformed-index")
        /// The installed database of a root is none.
        public static let malformedDatabase = Code(rawValue: "malformed-database")
        /// The text of a lock is none; ``format`` says where.
        public static let malformedLock = Code(rawValue: "malformed-lock")
        /// A package file is the index's and not the lock's: it was signed anew, or packed anew.
        public static let notLockedFile = Code(rawValue: "not-locked-file")
        /// A lock has no section for the architecture.
        public static let noLockedArchitecture = Code(rawValue: "no-locked-architecture")
        /// A line of a repositories file, or an option, is no repository.
        public static let invalidRepository = Code(rawValue: "invalid-repository")
        /// The repository's index is compressed in a way that this version does not read.
        public static let unsupportedIndex = Code(rawValue: "unsupported-index")
    }

    /// The kind of error.
    public var code: Code
    /// The file or repository, without credentials.
    public var location: String
    /// What else there is to know: for ``Code/noIndex`` the architectures that the directory has.
    public var detail: String
    /// What the archive reader found; nil where it was not asked.
    public var cause: ArchiveError?
    /// What is wrong with a text, and in which line.
    public var format: FormatError?
    /// The last failure at each place that a file was asked for.
    public var failures: [FetchFailure] = []

    public init(
        _ code: Code, location: String, detail: String = "", cause: ArchiveError? = nil, format: FormatError? = nil
    ) {
        self.code = code
        self.location = location
        self.detail = detail
        self.cause = cause
        self.format = format
    }

    /// What the archive reader's refusal of an index means.
    init(_ error: ArchiveError, location: String) {
        let trust: Set<ArchiveError.Code> = [
            .unsigned, .unknownKey, .badSignature, .unknownAlgorithm, .refusedAlgorithm, .invalidKeyName, .unusableKey,
        ]
        let code: Code =
            trust.contains(error.code)
            ? .untrusted
            : error.systemError != nil
                ? .unreadable : error.code == .unsupportedCompression ? .unsupportedIndex : .notIntact
        self.init(code, location: location, cause: error)
    }
}
