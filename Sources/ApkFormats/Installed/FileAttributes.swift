/// Owner and permissions of a file or directory as the installed database records them (lines `a` and `M`).
public struct FileAttributes: Hashable, Sendable {
    /// The owner's number.
    public var user: UInt32
    /// The group's number.
    public var group: UInt32
    /// The permission bits, the setuid, setgid and sticky bits among them: 12 bits.
    public var mode: UInt16
    /// The digest of the extended attributes: the SHA-1 over all of them sorted by name, each as a big-endian 32-bit
    /// length and the name, and the same for the value. Nil without any.
    public var extendedAttributes: Checksum.Identity?

    public init(user: UInt32 = 0, group: UInt32 = 0, mode: UInt16, extendedAttributes: Checksum.Identity? = nil) {
        self.user = user
        self.group = group
        self.mode = mode & 0o7777
        self.extendedAttributes = extendedAttributes
    }

    /// What a file has whose attributes the database leaves out: `0:0:644`.
    public static let fileDefault = FileAttributes(mode: 0o644)
    /// What a directory has whose attributes the database leaves out: `0:0:755`.
    public static let directoryDefault = FileAttributes(mode: 0o755)
}

/// The digest that the installed database holds of a file (line `Z`): of a regular file's content, or of the text of a
/// symbolic link.
public struct FileDigest: Hashable, Sendable {
    /// How the 20 bytes were made.
    public enum Algorithm: UInt8, Sendable {
        /// A SHA-1, as all packages of version 2 have it.
        case sha1 = 1
        /// The first 20 bytes of a SHA-256, as packages of version 3 have it (flag `S` of the package).
        case truncatedSHA256 = 2
    }

    /// How the bytes were made.
    public var algorithm: Algorithm
    /// The 20 bytes.
    public var identity: Checksum.Identity

    public init(_ identity: Checksum.Identity, algorithm: Algorithm = .sha1) {
        self.identity = identity
        self.algorithm = algorithm
    }
}

extension FileAttributes {
    /// Reads `uid:gid:mode[:digest]`, the mode in octal; nil if the text is none.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var position = 0
        func number(radix: UInt64, limit: UInt64) -> UInt64? {
            let start = position
            var value: UInt64 = 0
            while position < text.count, text[position] >= 0x30, UInt64(text[position] - 0x30) < radix {
                value = value * radix + UInt64(text[position] - 0x30)
                guard value <= limit else { return nil }
                position += 1
            }
            return position > start ? value : nil
        }
        func skipColon() -> Bool {
            guard position < text.count, text[position] == UInt8(ascii: ":") else { return false }
            position += 1
            return true
        }
        guard let user = number(radix: 10, limit: UInt64(UInt32.max)), skipColon(),
            let group = number(radix: 10, limit: UInt64(UInt32.max)), skipColon(),
            let mode = number(radix: 8, limit: 0o177777)
        else { return nil }
        self.init(user: UInt32(user), group: UInt32(group), mode: UInt16(mode))
        guard position < text.count else { return }
        guard skipColon(), let checksum = Checksum(UnsafeBufferPointer(rebasing: text[position...])) else { return nil }
        extendedAttributes = checksum.identity
    }

    /// Appends what ``init(_:)`` reads.
    func write(to text: inout [UInt8]) {
        text.append(decimal: Int(user))
        text.append(UInt8(ascii: ":"))
        text.append(decimal: Int(group))
        text.append(UInt8(ascii: ":"))
        text.append(contentsOf: String(mode, radix: 8).utf8)
        guard let extendedAttributes else { return }
        text.append(UInt8(ascii: ":"))
        Checksum(extendedAttributes).write(to: &text)
    }
}
