package import ApkFormats

/// What the solver knows of one package. Everything else is read from the record's text when somebody asks.
package struct PackageRow: BitwiseCopyable, Sendable {
    package var name: NameID
    package var version: VersionID
    package var identity: Checksum.Identity
    /// `S`, in bytes.
    package var downloadSize: UInt64
    /// `I`, in bytes; 0 is a package without content.
    package var installedSize: UInt64
    /// The record in the universe's text. With ``PackageTraits/adbRecord`` the start is that of the ADB payload, and the
    /// length leads from there to the package's object.
    package var recordStart: UInt32
    package var recordLength: UInt32
    /// `k`.
    package var providerPriority: UInt16
    package var traits: PackageTraits
    /// The tag that the installed database records (`s`), as a tag id.
    package var installedTag: UInt8
    /// One bit for each repository that lists the package.
    package var repositories: UInt32
    /// Where the package's entries start in the universe's arrays; the next row's start ends them.
    package var dependencyStart: UInt32
    package var providedStart: UInt32
    package var installIfStart: UInt32
}

/// Properties of a package that are true or not.
public struct PackageTraits: BitwiseCopyable, OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Never to be installed: a foreign architecture, a broken `D`, or a field that this program must understand.
    public static let uninstallable = PackageTraits(rawValue: 1)
    public static let foreignArchitecture = PackageTraits(rawValue: 2)
    public static let brokenDependencies = PackageTraits(rawValue: 4)
    public static let unknownField = PackageTraits(rawValue: 8)
    /// In the installed database.
    public static let installed = PackageTraits(rawValue: 16)
    /// In the cache, and in no repository: `<cache>/installed`.
    public static let cachedWithoutRepository = PackageTraits(rawValue: 32)
    /// Given as a file, or made from a request (`add -t`); needs no repository.
    public static let local = PackageTraits(rawValue: 64)
    /// The database records broken files (`f:f`), a failed script (`f:s`) or lost attributes (`f:x`).
    public static let brokenFiles = PackageTraits(rawValue: 128)
    public static let failedScript = PackageTraits(rawValue: 256)
    public static let lostAttributes = PackageTraits(rawValue: 512)
    /// The record is an object of an index of apk v3, not lines of text.
    package static let adbRecord = PackageTraits(rawValue: 1024)
}
