public import ApkArchive
public import ApkFormats

/// Where the bytes of a file are.
public enum FileContent: Hashable, Sendable {
    /// There are none: a directory, link, device or FIFO.
    case none
    /// A numbered file of the stage. Several paths with the same number are one file with several names.
    case staged(UInt32)
    /// In memory.
    case bytes([UInt8])
}

/// Gives the contents of staged files.
public protocol StagedContents: Sendable {
    /// The content of a file by its number in ``FileContent/staged(_:)``.
    func content(of number: UInt32) throws(RootError) -> [UInt8]
}

/// One entry of a package whose content is proved and lies in the stage.
public struct StagedEntry: Hashable, Sendable {
    /// What the archive says; where it says a checksum, ``digest`` may have it instead.
    public var header: ArchiveEntry
    /// A regular file's content.
    public var content: FileContent
    /// The digest of the content, or of a symbolic link's text.
    public var digest: FileDigest?
    /// Whether the staged file could not be given all of its set-id bits and extended attributes.
    var hasLostAttributes = false

    public init(_ header: ArchiveEntry, content: FileContent = .none, digest: FileDigest? = nil) {
        self.header = header
        self.content = content
        self.digest = digest
    }

    var path: [UInt8] { header.path }
    var kind: ArchiveEntry.Kind { header.kind }
}

/// A package of which every byte was verified and whose files lie in the stage.
public struct StagedPackage: Sendable {
    /// What an index, or the package itself, says about it; the database records this.
    public var record: IndexRecord
    /// `name-version`.
    public var label: String { record.description }
    /// The packages whose files it may take over.
    public var replaces: [Dependency]
    /// Who keeps a file that two packages replace.
    public var replacesPriority: Int
    /// Patterns of absolute directory names that it waits for.
    public var triggers: [String]
    /// The package's tags; only version 3 has any.
    public var tags: [String]
    /// Its scripts in apk's order.
    public var scripts: [PackageScript]
    /// Directories, files and links in the archive's order.
    public var entries: [StagedEntry]
    public init(
        record: IndexRecord, replaces: [Dependency] = [], replacesPriority: Int = 0, triggers: [String] = [],
        tags: [String] = [], scripts: [PackageScript] = [], entries: [StagedEntry] = []
    ) {
        self.record = record
        self.replaces = replaces
        self.replacesPriority = replacesPriority
        self.triggers = triggers
        self.tags = tags
        self.scripts = scripts
        self.entries = entries
    }
}
