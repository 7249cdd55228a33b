public import ApkArchive
public import ApkFormats

/// Why packages cannot be put into a root, or what went wrong while they were.
///
/// The text for humans is made by the commands; programs use ``code``.
public struct RootError: Error, Hashable, Sendable {
    /// The kind of error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A system call failed below the root; ``RootError/systemError`` says how.
        public static let systemFailure = Code(rawValue: "system-failure")
        /// A directory that is to be the root cannot be opened.
        public static let noRoot = Code(rawValue: "no-root")
        /// Another process works on the root.
        public static let locked = Code(rawValue: "locked")
        /// Two packages ship the same file, and nothing says who may.
        public static let fileConflict = Code(rawValue: "file-conflict")
        /// A path is a directory for one and something else for another.
        public static let typeConflict = Code(rawValue: "type-conflict")
        /// A path leads through a symbolic link of the same package, or one that leaves the root or leads nowhere.
        public static let pathThroughLink = Code(rawValue: "path-through-link")
        /// More than 40 symbolic links on the way to a file.
        public static let tooManyLinks = Code(rawValue: "too-many-links")
        /// A hard link to something that is no earlier file of the same package.
        public static let badHardLink = Code(rawValue: "bad-hard-link")
        /// A package ships a path that belongs to apk, to image tools or to the kernel.
        public static let reservedPath = Code(rawValue: "reserved-path")
        /// A state file of the root cannot be read as what it is.
        public static let malformedState = Code(rawValue: "malformed-state")
        /// A package's archive was refused; ``RootError/archive`` says why.
        public static let badPackage = Code(rawValue: "bad-package")
        /// A script needs a person, and the caller wanted none that does.
        public static let scriptNeedsYou = Code(rawValue: "script-needs-you")
        /// The root changed while it was being changed.
        public static let rootChanged = Code(rawValue: "root-changed")
        /// The journal of an interrupted run cannot be read.
        public static let badJournal = Code(rawValue: "bad-journal")
        /// Somebody changed apk's database after a run was interrupted, which so cannot be completed.
        public static let databaseChanged = Code(rawValue: "database-changed")
        /// The run was interrupted by its caller.
        public static let interrupted = Code(rawValue: "interrupted")
    }

    /// The kind of error.
    public var code: Code
    /// The path below the root as raw bytes, or the root itself.
    public var path: [UInt8]
    /// The package in question, `name-version`; empty where there is none.
    public var package: String
    /// The other owner of the path; empty where there is none.
    public var otherPackage: String
    /// What was found, in a few words: a link's target, a script's line.
    public var detail: String
    /// The system call that failed, such as `renameat`.
    public var call: String
    /// Its `errno`.
    public var systemError: Int32?
    /// What the archive reader found.
    public var archive: ArchiveError?
    /// What is wrong with a text of the root.
    public var format: FormatError?
    /// Whether the root is on its way to its new state: the next run completes it before it does anything else.
    public var isResumable = false

    public init(
        _ code: Code, path: [UInt8] = [], package: String = "", otherPackage: String = "", detail: String = "",
        call: String = "", systemError: Int32? = nil, archive: ArchiveError? = nil, format: FormatError? = nil
    ) {
        self.code = code
        self.path = path
        self.package = package
        self.otherPackage = otherPackage
        self.detail = detail
        self.call = call
        self.systemError = systemError
        self.archive = archive
        self.format = format
    }

    /// A failed system call on a path.
    init(_ failure: SystemFailure, path: [UInt8]) {
        self.init(.systemFailure, path: path, call: failure.call.rawValue, systemError: failure.number)
    }

    /// The same error with the package filled in where it was still missing.
    func of(package: String) -> RootError {
        guard self.package.isEmpty else { return self }
        var copy = self
        copy.package = package
        return copy
    }
}
