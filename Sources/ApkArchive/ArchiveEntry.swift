/// What a package or tar archive says about one file, without its content. One type for both package formats.
public struct ArchiveEntry: Hashable, Sendable {
    /// The kinds of files that a package may hold.
    public enum Kind: Hashable, Sendable {
        case regular, hardLink, symbolicLink, characterDevice, blockDevice, directory, fifo
    }

    /// An extended attribute (`SCHILY.xattr.NAME` of a PAX header).
    public struct ExtendedAttribute: Hashable, Sendable {
        public var name: [UInt8]
        public var value: [UInt8]

        public init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// The path as raw bytes, relative, without `./` in front and without a slash at the end.
    /// Empty for the root directory itself.
    public var path: [UInt8]
    public var kind: Kind
    /// The permission bits, set-user-id and its like included (12 bits).
    public var mode: UInt32
    public var userID: UInt32
    public var groupID: UInt32
    /// The names of user and group; empty where the archive gives only numbers.
    public var userName: [UInt8]
    public var groupName: [UInt8]
    /// Seconds since 1970.
    public var modificationTime: Int
    /// The fraction of ``modificationTime`` in nanoseconds, from a PAX header; else 0.
    public var modificationNanoseconds: Int
    /// The length of the content in bytes; 0 for everything but a regular file.
    public var size: Int
    /// The target of a symbolic or hard link as raw bytes, exactly as written; empty for other kinds.
    public var linkTarget: [UInt8]
    public var deviceMajor: UInt32
    public var deviceMinor: UInt32
    /// The digest of the content, 20 bytes of SHA-1 (`APK-TOOLS.checksum.SHA1`) or, in v3 packages, 32 of SHA-256; of
    /// its target's text for a symbolic link. nil where none is given.
    public var checksum: [UInt8]?
    public var extendedAttributes: [ExtendedAttribute]
    /// Where the entry's first header begins in the inflated stream, for errors.
    public var offset: Int

    public init(
        path: [UInt8], kind: Kind, mode: UInt32 = 0, userID: UInt32 = 0, groupID: UInt32 = 0, userName: [UInt8] = [],
        groupName: [UInt8] = [], modificationTime: Int = 0, modificationNanoseconds: Int = 0, size: Int = 0,
        linkTarget: [UInt8] = [], deviceMajor: UInt32 = 0, deviceMinor: UInt32 = 0, checksum: [UInt8]? = nil,
        extendedAttributes: [ExtendedAttribute] = [], offset: Int = 0
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
        self.userName = userName
        self.groupName = groupName
        self.modificationTime = modificationTime
        self.modificationNanoseconds = modificationNanoseconds
        self.size = size
        self.linkTarget = linkTarget
        self.deviceMajor = deviceMajor
        self.deviceMinor = deviceMinor
        self.checksum = checksum
        self.extendedAttributes = extendedAttributes
        self.offset = offset
    }
}
