public import ApkFormats

/// What a signed index says about a package: the package file must be exactly that one.
public struct PackageExpectation: Sendable {
    public var name: String
    public var version: String
    /// nil where the index names none, which fits every architecture.
    public var architecture: String?
    /// The digest of the control segment (`C:`), or of a v3 package's metadata.
    public var identity: Checksum
    /// The size of the file in bytes (`S:`); nil where the index does not say.
    public var downloadSize: Int?
    /// The size on disk in bytes (`I:`), which bounds what the package may hold; nil where there is no such bound.
    public var installedSize: Int?
    /// What the index says about other packages; nil where it is not to be compared.
    public var relations: Relations?

    /// The lists of an index that the package repeats.
    public struct Relations: Hashable, Sendable {
        public var dependencies: [Dependency]
        public var provides: [Dependency]
        public var installIf: [Dependency]

        public init(dependencies: [Dependency], provides: [Dependency], installIf: [Dependency]) {
            self.dependencies = dependencies
            self.provides = provides
            self.installIf = installIf
        }
    }

    public init(
        name: String, version: String, architecture: String?, identity: Checksum, downloadSize: Int? = nil,
        installedSize: Int? = nil, relations: Relations? = nil
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.identity = identity
        self.downloadSize = downloadSize
        self.installedSize = installedSize
        self.relations = relations
    }

    /// Everything that a record of an index says about the file.
    public init(_ record: IndexRecord) {
        self.init(
            name: record.name, version: record.version, architecture: record.architecture, identity: record.checksum,
            downloadSize: record.downloadSize == 0 ? nil : record.downloadSize, installedSize: record.installedSize,
            relations: Relations(
                dependencies: record.dependencies, provides: record.provides, installIf: record.installIf))
    }
}
