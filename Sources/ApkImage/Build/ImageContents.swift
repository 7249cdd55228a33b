public import ApkFormats
public import ApkRepositories
public import ApkRoot

/// A package that goes into an image.
public struct ImagePackage: Sendable {
    /// What the signed index says about it; the image's database records this.
    public var record: IndexRecord
    /// Where its file is to be had, and what it must be.
    public var request: PackageRequest
    /// The repository tag that it is recorded with, without `@`; nil for none.
    public var tag: String?
    /// The repository that has it, without credentials.
    public var repository: String
    /// The file name of the key that signed that repository's index; nil if it was taken untrusted.
    public var signedBy: String?

    /// `name-version`.
    public var label: String { record.description }

    public init(
        record: IndexRecord, request: PackageRequest, tag: String? = nil, repository: String = "",
        signedBy: String? = nil
    ) {
        self.record = record
        self.request = request
        self.tag = tag
        self.repository = repository
        self.signedBy = signedBy
    }
}

/// What an image for one architecture holds.
public struct ImageContents: Sendable {
    /// The architecture, as apk calls it.
    public var architecture: String
    /// The packages in install order.
    public var packages: [ImagePackage]
    /// What the root's world asks for.
    public var world: World
    /// Who needs whom: places in ``packages``.
    public var dependencies: [BillOfMaterials.Dependency]
    /// The content of `etc/apk/repositories`; nil for none.
    public var repositories: [UInt8]?
    /// Public keys that the image shall trust, where no package brings them.
    public var keys: [RootChanges.Key]

    public init(
        architecture: String, packages: [ImagePackage], world: World,
        dependencies: [BillOfMaterials.Dependency] = [], repositories: [UInt8]? = nil, keys: [RootChanges.Key] = []
    ) {
        self.architecture = architecture
        self.packages = packages
        self.world = world
        self.dependencies = dependencies
        self.repositories = repositories
        self.keys = keys
    }
}
