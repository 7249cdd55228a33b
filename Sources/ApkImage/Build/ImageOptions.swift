public import ApkRoot

/// How images are built.
public struct ImageOptions: Sendable {
    public var strategy = LayerStrategy.package
    /// The most layers that an image may have, those of added directories and the generated one included.
    public var layerBudget = 100
    public var execution = ExecutionSettings()
    /// For manifests, and with several architectures for their index.
    public var annotations = Annotations()
    /// Directories that are put on top, each as a layer of its own.
    public var additions: [AddedDirectory] = []
    /// The time of images and of everything that is made for them, in seconds since 1970 (`SOURCE_DATE_EPOCH`); nil for
    /// the build time of the newest package.
    public var time: Int?
    /// How many threads read and compress; nil for as many as there are processors. The bytes do not depend on it.
    public var threads: Int?
    /// A directory in which facts about packages are kept between runs; nil for none.
    public var cacheDirectory: String?
    /// `NAME[:TAG]`, by which tools call the image.
    public var name = "image"
    /// What the image says made it: a program's name and version.
    public var tool: (name: String, version: String) = ("apkresolve", "")
    /// How packages are merged and scripts treated; its time is not looked at.
    public var run = RunOptions()
    /// Whether a script that only running it can do is an error.
    public var refusesOpenScripts = false
    /// Told of each package that is done, from any thread but one at a time.
    public var progress: (@Sendable (ImageProgress) -> Void)?

    public init() {}

    /// The part of ``name`` behind the colon; `latest` if there is none.
    var tag: String {
        guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return "latest" }
        return String(name[name.index(after: colon)...])
    }

    /// ``name`` with its tag.
    var fullName: String { name.hasSuffix(":" + tag) ? name : "\(name):\(tag)" }
}

/// How far a build is.
public struct ImageProgress: Sendable {
    /// The package that is done, `name-version`.
    public var label: String
    /// The size of its contents in bytes, as they are stored.
    public var size: Int
    /// How many packages are done, this one included, of how many.
    public var finished: Int
    public var total: Int
}

/// Where images are written, and in which form.
public struct ImageDestination: Hashable, Sendable {
    public enum Format: String, Sendable, CaseIterable {
        /// An OCI layout as a directory.
        case oci
        /// An OCI layout as a tar archive.
        case ociArchive = "oci-archive"
        /// What `docker load` reads, which is an OCI layout as well.
        case dockerArchive = "docker-archive"
    }

    public var format: Format
    /// The directory or file; `-` for standard output, of an archive.
    public var path: String

    public init(format: Format, path: String) {
        self.format = format
        self.path = path
    }
}
