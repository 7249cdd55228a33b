public import ApkArchive

/// One file or directory of a merged tree, as it shall be.
public struct RootNode: Hashable, Sendable {
    /// The path below the root, through no symbolic link; empty for the root itself.
    public var path: [UInt8]
    /// Never ``ArchiveEntry/Kind/hardLink``: names of one file are regular files with the same content.
    public var kind: ArchiveEntry.Kind
    /// The permission bits, setuid and its like included.
    public var mode: UInt32
    public var user: UInt32
    public var group: UInt32
    /// Time of last change, in seconds since 1970 and nanoseconds.
    public var seconds: Int
    public var nanoseconds: Int
    /// The text of a symbolic link.
    public var target: [UInt8]
    public var deviceMajor: UInt32
    public var deviceMinor: UInt32
    public var extendedAttributes: [ArchiveEntry.ExtendedAttribute]
    public var content: FileContent
    /// The size of a regular file in bytes.
    public var size: Int
    /// The package that owns it, `name-version`; nil for what no package owns: directories that only are parents,
    /// links and files made in a script's stead, the database.
    public var owner: String?
    /// Whether the staged file could not be given all of its set-id bits and extended attributes.
    var hasLostAttributes = false
    /// The mode that the staged file has.
    var stagedMode: UInt32 = 0

    init(_ path: [UInt8], kind: ArchiveEntry.Kind, mode: UInt32, time: Int = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode
        user = 0
        group = 0
        seconds = time
        nanoseconds = 0
        target = []
        deviceMajor = 0
        deviceMinor = 0
        extendedAttributes = []
        content = .none
        size = 0
        owner = nil
    }

    /// What an entry of a package becomes at a path.
    init(_ header: ArchiveEntry, at path: [UInt8], user: UInt32, group: UInt32, owner: String) {
        self.init(path, kind: header.kind, mode: header.mode, time: header.modificationTime)
        self.user = user
        self.group = group
        nanoseconds = header.modificationNanoseconds
        target = header.kind == .symbolicLink ? header.linkTarget : []
        deviceMajor = header.deviceMajor
        deviceMinor = header.deviceMinor
        extendedAttributes = header.extendedAttributes
        size = header.size
        self.owner = owner
        stagedMode = header.mode
    }
}
