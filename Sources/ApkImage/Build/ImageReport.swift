public import ApkRoot

/// What became of a build.
public struct ImageReport: Sendable {
    /// The images, one for each architecture.
    public var images: [BuiltImage]
    /// What a registry would call the whole: the manifest, or the index of several.
    public var descriptor: Descriptor

    /// The sizes of all blobs together in bytes, each once.
    public var totalSize: Int {
        var sizes: [BlobDigest: Int] = [:]
        for image in images {
            for blob in image.layers.map(\.descriptor) + [image.manifest, image.configuration] {
                sizes[blob.digest] = blob.size
            }
        }
        return sizes.values.reduce(0, +)
    }
}

/// One architecture's image.
public struct BuiltImage: Sendable {
    /// The architecture, as apk calls it.
    public var architecture: String
    public var platform: Platform
    public var manifest: Descriptor
    public var configuration: Descriptor
    /// The layers, lowest first.
    public var layers: [BuiltLayer]
    /// The number of packages.
    public var packageCount: Int
    /// The files' sizes together, in bytes.
    public var contentSize: Int
    public var bill: BillOfMaterials
    /// Packages whose layer had to be written though it could have been their own bytes, and why.
    public var rewritten: [RewrittenPackage]
    /// What became of the packages' scripts.
    public var scripts: [ScriptAccount]
}

/// One layer.
public struct BuiltLayer: Hashable, Sendable {
    /// Where a layer's bytes come from. Raw values are API: they appear in JSON.
    public enum Kind: String, Hashable, Sendable {
        /// The data segment of a package, unchanged.
        case packageBytes = "package-bytes"
        /// Packages, written anew.
        case written
        /// What no package has: the database, links, users.
        case generated
        /// A directory that was added.
        case added
    }

    public var kind: Kind
    public var descriptor: Descriptor
    /// The SHA-256 of the layer before compression.
    public var diffID: BlobDigest
    /// The packages in it, `name-version`.
    public var packages: [String]
    /// The directory that was added; empty for other kinds.
    public var source: String
}

/// A package that is no layer by itself.
public struct RewrittenPackage: Hashable, Sendable {
    /// Raw values are API: they appear in JSON.
    public enum Reason: String, Hashable, Sendable {
        /// An apk v3 package holds no tar archive.
        case version3 = "apk-v3"
        /// Its paths lead through a symbolic link of another package.
        case pathThroughLink = "path-through-link"
        /// Its archive gives the root, or a file by a hard link, attributes that an install passes over.
        case overstatedAttributes = "overstated-attributes"
        /// Files of it belong to another package, or have owners whose numbers only the image knows.
        case changedFiles = "changed-files"
    }

    /// `name-version`.
    public var package: String
    public var reason: Reason
}
