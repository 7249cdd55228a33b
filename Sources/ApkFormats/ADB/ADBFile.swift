/// A directory or file of an apk v3 package, without its content.
public struct ADBFile: Sendable {
    /// What a path is.
    public enum Kind: Hashable, Sendable {
        case directory
        /// A file with content, of a size in bytes, and the SHA-256 of it.
        case regular(size: Int, hash: [UInt8])
        /// The target's text.
        case symbolicLink([UInt8])
        /// The path of the first file with the same content, and the SHA-256 of it, if it is said.
        case hardLink([UInt8], hash: [UInt8]?)
        case blockDevice(major: UInt32, minor: UInt32)
        case characterDevice(major: UInt32, minor: UInt32)
        case fifo
    }

    /// Owner, permissions and extended attributes. Packages share one value between most of their files.
    public struct Access: Hashable, Sendable {
        /// The permission bits, set-user-id and its like included.
        public var mode: UInt32
        /// The names of user and group, as bytes.
        public var user: [UInt8]
        public var group: [UInt8]
        /// Names and values of extended attributes, sorted by the writer.
        public var attributes: [(name: [UInt8], value: [UInt8])]
        /// Where the object stands in the payload: equal for files that share it.
        public var offset: Int

        public static func == (left: Self, right: Self) -> Bool {
            left.mode == right.mode && left.user == right.user && left.group == right.group
                && left.attributes.elementsEqual(right.attributes) { $0.name == $1.name && $0.value == $1.value }
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(mode)
            hasher.combine(user)
            hasher.combine(group)
        }
    }

    /// The path without slashes at its ends; empty for the root directory.
    public var path: [UInt8]
    public var kind: Kind
    public var access: Access
    /// Seconds since 1970; 0 for directories.
    public var modificationTime: Int
    /// The numbers by which the block with its content names it, counted from 1; the file's is 0 for a directory.
    public var directoryNumber: Int
    public var fileNumber: Int
    /// Where the object stands in the payload.
    public var offset: Int
}
