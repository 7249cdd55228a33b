public import ApkFormats

/// A package whose control part was read and proved. Only ``PackageVerifier`` makes one.
///
/// What it says about itself can be relied on; its contents are proved while they are read (``open(hashing:)``).
public struct VerifiedPackage: Sendable {
    /// What proves where the package comes from.
    public enum Proof: Hashable, Sendable {
        /// A signed index names exactly this package.
        case index
        /// A signature by a trusted key.
        case signature(Signer)
        /// Nothing; the policy accepted that.
        case untrusted
    }

    /// The package file, which stays open as long as the value lives.
    public let file: any RandomAccessFile
    /// Its size in bytes.
    public let fileSize: Int
    public let proof: Proof
    /// The links of the chain that were checked so far, in order.
    public let links: [ChainLink]
    public let warnings: [PackageWarning]

    /// What the package says about itself, in an index's fields. Where a signed index named the package, the index's own
    /// record is what counts.
    public let record: IndexRecord
    /// The digest by which apk knows the package: SHA-1 of the control segment (v2), SHA-256 of the metadata (v3).
    public let identity: Checksum
    /// The packages whose files it may take over.
    public let replaces: [Dependency]
    /// Who keeps a file when packages replace each other.
    public let replacesPriority: Int
    /// Patterns of absolute directory names; ``PackageScript/Kind/trigger`` runs when one of them changes.
    public let triggers: [String]
    /// The scripts, in the order of ``PackageScript/Kind``.
    public let scripts: [PackageScript]
    /// How many bytes its regular files may have together; nil where no index bounds them.
    let contentLimit: Int?
    let limits: ArchiveLimits
    /// What is particular to the format.
    let format: Format

    enum Format: Sendable {
        case version2(Version2Control)
        case version3(Version3Metadata)
    }

    /// A name, a version and `.PKGINFO`'s other lines; nil for a v3 package, which has no such text.
    public var info: PackageInfo? {
        switch format {
        case .version2(let control): control.info
        case .version3: nil
        }
    }

    /// The tags of a v3 package, which an installed database keeps (`g`); none for v2.
    public var tags: [String] {
        switch format {
        case .version2: []
        case .version3(let metadata): metadata.package.info.tags
        }
    }

    /// Where the gzip members of a v2 package stand; nil for a v3 package, which has none.
    public var segments: PackageSegments? {
        switch format {
        case .version2(let control): control.segments
        case .version3: nil
        }
    }

    /// The SHA-256 of the data segment's compressed bytes (`datahash`), 32 bytes; nil for a v3 package.
    public var dataHash: [UInt8]? {
        switch format {
        case .version2(let control): control.dataHash
        case .version3: nil
        }
    }

    /// The hash that the digests of files are of.
    public var fileDigestAlgorithm: DigestAlgorithm {
        switch format {
        case .version2: .sha1
        case .version3: .sha256
        }
    }

    public var name: String { record.name }
    public var version: String { record.version }

    /// The compressed bytes of the data segment, which are proved only by a ``VerifiedContents`` of this value's own
    /// reading. nil for a v3 package.
    public var rawData: RangeSource? { segments.map { RangeSource(file, $0.data) } }
}

extension VerifiedPackage {
    /// Opens the contents for one pass. Several may be open at once.
    ///
    /// - Parameter digests: what ``VerifiedContents`` shall tell besides; each costs a pass of SHA-256 over its bytes.
    public func open(hashing digests: ContentDigests = []) throws(ArchiveError) -> PackageContents {
        let reader: any ContentReader
        switch format {
        case .version2(let control): reader = try Version2Contents(self, control, digests)
        case .version3(let metadata): reader = try Version3Contents(self, metadata, digests)
        }
        return try PackageContents(self, reader)
    }

    /// Reads all contents for nothing but the proof.
    public func verifyContents(hashing digests: ContentDigests = []) throws(ArchiveError) -> VerifiedContents {
        try open(hashing: digests).finish()
    }
}

/// Digests that are made of a package's bytes only where they are wanted.
public struct ContentDigests: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The SHA-256 of the whole file, as lock files hold it.
    public static let file = ContentDigests(rawValue: 1)
    /// The SHA-256 of the inflated data segment, which is its "diff id" as a layer of an image.
    public static let inflatedData = ContentDigests(rawValue: 2)
}
