public import ApkFormats
public import ApkSolver

/// All packages of some repositories and of a root, read and verified.
///
/// ```swift
/// var options = RepositoryOptions()
/// options.repositories = ["/srv/mirror/v3.19/main"]
/// options.keyDirectories = ["/etc/apk/keys"]
/// let catalog = try Catalog.load(options)
/// ```
public struct Catalog: Sendable {
    /// The packages, for the solver.
    public let universe: Universe
    /// The repositories; an index here is a repository's index in the universe.
    public let repositories: [LoadedRepository]
    /// What the root's world asks for; empty without a root.
    public let world: [Dependency]
    /// The main architecture.
    public let architecture: String
    /// Where the indexes of remote repositories are, by their SHA-256.
    var remoteIndexes: Cache?
    /// Where the packages can be kept for the next time; nil where they cannot, or came from there.
    var compiled: CompiledIndex?
}

/// A repository whose index was read.
public struct LoadedRepository: Hashable, Sendable {
    /// Where it is, without credentials.
    public var location: String
    /// The tags without `@` by which it is chosen; nil stands for every request.
    public var tags: [String?]
    /// The content of `DESCRIPTION`, such as `v3.19.1-643-gec825d20535`.
    public var description: String
    /// The SHA-256 of the index file, 64 hexadecimal digits.
    public var sha256: String
    /// The file name of the key that signed the index; nil if it was taken untrusted.
    public var signedBy: String?
    /// The number of records.
    public var packageCount: Int
    /// The repository as it was configured, which may hold a password.
    package var source: Repository
    /// Whether the index is one of apk v3.
    public var isVersion3 = false
    /// How a v3 index names its packages' files; nil for the usual way.
    public var packageNameSpec: PackageNameSpec?
}
