/// A package of an installed database: its record, what the database knows beyond an index, and its files.
public struct InstalledPackage: Sendable {
    /// What apk remembers of a package that is not as it should be (line `f`).
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Some files could not be written (`f`); `apk fix` installs the package again.
        public static let brokenFiles = Flags(rawValue: 1)
        /// A script failed (`s`); `apk fix` installs the package again.
        public static let brokenScript = Flags(rawValue: 2)
        /// Extended attributes could not be set (`x`).
        public static let brokenExtendedAttributes = Flags(rawValue: 4)

        /// The flags and their letters, in the order in which they are written.
        static let letters: [(letter: UInt8, flag: Flags)] = [
            (UInt8(ascii: "f"), .brokenFiles), (UInt8(ascii: "s"), .brokenScript),
            (UInt8(ascii: "x"), .brokenExtendedAttributes),
        ]
    }

    /// The package's name, its key in the database.
    public let name: String
    /// The fields that an index has too.
    public let record: IndexRecord
    /// The package's tags (`g`), which only packages of version 3 have.
    public var tags: [String] = []
    /// The packages whose files it may take over (`r`).
    public var replaces: [Dependency] = []
    /// Who keeps a file that two packages replace (`q`).
    public var replacesPriority = 0
    /// The tag of the repository that the package was pinned to, without `@` (`s`).
    public var repositoryTag: String?
    /// What is broken (`f`).
    public var flags: Flags = []
    /// The directories and files (`F`, `M`, `R`, `a`, `Z`).
    public var files: InstalledFiles

    /// Makes an entry for the package of `record`.
    public init(record: IndexRecord, files: InstalledFiles = InstalledFiles()) {
        name = record.name
        self.record = record
        self.files = files
    }
}
