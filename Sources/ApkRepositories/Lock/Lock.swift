public import ApkFormats

/// What an `apk.lock.json` holds: for each architecture the requests, the repositories as they were, and exactly the
/// packages that answer them.
public struct Lock: Hashable, Sendable {
    /// The sections, sorted by architecture.
    public private(set) var sections: [Section] = []

    public init() {}

    /// The section of an architecture; setting nil takes it out.
    public subscript(architecture: String) -> Section? {
        get { sections.first { $0.architecture == architecture } }
        set {
            sections.removeAll { $0.architecture == architecture }
            guard let newValue else { return }
            let place = sections.firstIndex { $0.architecture > architecture } ?? sections.count
            sections.insert(newValue, at: place)
        }
    }

    /// One architecture's answer.
    public struct Section: Hashable, Sendable {
        /// The architecture, as apk calls it.
        public var architecture: String
        /// The requests, sorted and each once: what they ask for does not depend on their order.
        public let requests: [String]
        /// Options that change the choice of packages, such as `--minimize=size`, sorted.
        public let options: [String]
        public var repositories: [LockedRepository]
        /// The packages in the order of installation.
        public var packages: [LockedPackage]

        public init(
            architecture: String, requests: [String], options: [String], repositories: [LockedRepository],
            packages: [LockedPackage]
        ) {
            self.architecture = architecture
            self.requests = Set(requests).sorted()
            self.options = Set(options).sorted()
            self.repositories = repositories
            self.packages = packages
        }
    }
}

/// A repository as it was when the lock was made.
public struct LockedRepository: Hashable, Sendable {
    /// Where it is, without credentials.
    public var location: String
    /// The tag without `@` by which it is chosen; nil for a repository that serves every request.
    public var tag: String?
    /// The content of `DESCRIPTION`, such as `v3.19.1-643-gec825d20535`.
    public var description: String
    /// The SHA-256 of the index file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// The file name of the key that signed the index; nil if it was taken untrusted.
    public var signedBy: String?
    /// When the newest package of the index was built, in seconds since 1970 (`t`): an index whose newest package is
    /// older is an older index.
    public var newestBuild: Int

    public init(
        location: String, tag: String?, description: String, sha256: String, signedBy: String?, newestBuild: Int
    ) {
        self.location = location
        self.tag = tag
        self.description = description
        self.sha256 = sha256
        self.signedBy = signedBy
        self.newestBuild = newestBuild
    }
}

/// A package file, pinned byte for byte.
public struct LockedPackage: Hashable, Sendable {
    public var name: String
    public var version: String
    public var architecture: String
    /// The repository it came from, as an index into the section's repositories.
    public var repository: Int
    /// The identity from the signed index (`C`).
    public var checksum: Checksum
    /// The SHA-256 of the whole file, 64 lower-case hexadecimal digits; nil for a package without contents, whose file is
    /// never fetched.
    public var sha256: String?
    /// Where the members of a v2 package begin; nil for v3.
    public var segments: Segments?
    /// The SHA-256 of a v2 package's data member (`datahash`), 64 lower-case hexadecimal digits; nil for v3.
    public var dataHash: String?
    /// The size of the file in bytes.
    public var downloadSize: Int
    /// The installed size that the index gives, in bytes (`I`).
    public var installedSize: Int

    /// Byte offsets in a v2 package's file.
    public struct Segments: Hashable, Sendable {
        /// Where the control member begins; 0 for a package without signatures.
        public var control: Int
        /// Where the data member begins.
        public var data: Int

        public init(control: Int, data: Int) {
            self.control = control
            self.data = data
        }
    }

    public init(
        name: String, version: String, architecture: String, repository: Int, checksum: Checksum, sha256: String?,
        segments: Segments?, dataHash: String?, downloadSize: Int, installedSize: Int
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.repository = repository
        self.checksum = checksum
        self.sha256 = sha256
        self.segments = segments
        self.dataHash = dataHash
        self.downloadSize = downloadSize
        self.installedSize = installedSize
    }
}

extension LockedPackage {
    /// What the package is compared by.
    public var summary: PackageSummary {
        PackageSummary(
            name: name, version: version, checksum: checksum, downloadSize: downloadSize, installedSize: installedSize)
    }
}
