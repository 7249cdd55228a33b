/// How much an archive may hold. At a limit is fine, one more is refused with
/// ``ArchiveError/Code/limitExceeded`` and the name of the property that raises it.
///
/// The defaults are far above what distributions ship and far below what hurts.
public struct ArchiveLimits: Hashable, Sendable {
    /// Optional fields of one gzip header, in bytes.
    public var gzipHeader = 64 * 1024
    /// The inflated signature member, in bytes.
    public var signatureMember = 512 * 1024
    /// One signature, in bytes (apk's own bound).
    public var signature = 65536
    /// The inflated index member, in bytes.
    public var index = 1 << 30
    /// `DESCRIPTION` of an index, in bytes.
    public var description = 64 * 1024
    /// The inflated control member, in bytes.
    public var control = 10 << 20
    /// One script of a package, in bytes (apk's own bound).
    public var script = 262144
    /// One line of `.PKGINFO`, in bytes.
    public var lineLength = 1 << 20
    /// Lines and items of `.PKGINFO` that name other packages, together.
    public var dependencies = 100_000
    /// The metadata of a v3 package, all its paths included, in bytes.
    public var metadata = 64 << 20
    /// The inflated data member, in bytes.
    public var data = 64 << 30
    /// How many bytes more than twice the installed size that the signed index tells (`I:`) a package's files may have
    /// together. Build tools measure that size as disk blocks or as bytes, so it is no exact bound.
    public var installedSizeSlack = 64 << 20
    /// How many times larger than its compressed bytes a member may be, once it is larger than ``ratioSlack``.
    public var expansionRatio = 400
    /// Inflated bytes of a member below which its expansion ratio does not matter.
    public var ratioSlack = 64 << 20
    /// Entries in one gzip member.
    public var entries = 1_000_000
    /// Directories above an entry, itself included.
    public var pathDepth = 256
    /// One PAX header, in bytes.
    public var paxHeader = 1 << 20
    /// One extended attribute, name and value, in bytes (Linux's own bound for a value).
    public var extendedAttribute = 64 * 1024
    /// The extended attributes of all entries of one package together, in bytes: they are kept until the files have them.
    public var extendedAttributes = 32 << 20

    public init() {}
}
