/// The proof that all contents of a package were read and are what the package promises. Only ``PackageContents/finish()``
/// makes one; nothing of a package may become visible without it.
public struct VerifiedContents: Sendable {
    /// The package that was read.
    public let package: VerifiedPackage
    /// How many entries it has.
    public let entryCount: Int
    /// The bytes of its regular files together.
    public let contentSize: Int
    /// The links of the chain that the contents prove, in order.
    public let links: [ChainLink]
    /// The SHA-256 of the whole file, 32 bytes; nil unless it was asked for.
    public let fileSHA256: [UInt8]?
    /// The SHA-256 of the inflated data segment, 32 bytes; nil unless it was asked for, and for a v3 package.
    public let inflatedDataSHA256: [UInt8]?
}
