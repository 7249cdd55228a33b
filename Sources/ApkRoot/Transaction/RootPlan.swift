public import ApkFormats

/// All that a run will do, decided before anything is done.
public struct RootPlan: Sendable {
    /// The files that come and go.
    public var tree: RootTree
    /// The installed packages afterwards; none where files are only extracted.
    public var database: InstalledDatabase
    /// What became of each script that apk would have run.
    public var scripts: [ScriptAccount]
    /// What a person may want to know.
    public var notices: [RootNotice]
    /// The time of everything that this program makes, in seconds since 1970.
    public var time: Int
    /// The physical path of apk's database.
    var databaseDirectory: [UInt8]
    /// Whether it is another one than before.
    var isDatabaseMoved: Bool
}

/// Something that a run did which a person may want to know, and which stopped nothing.
public struct RootNotice: Hashable, Sendable {
    /// Raw values are API: they appear in JSON.
    public enum Kind: String, Hashable, Sendable {
        /// A directory without an entry of its own was made, 0755 and root's.
        case impliedDirectory = "implied-directory"
        /// A package's file stands beside the one that a person changed.
        case newConfiguration = "apk-new"
        /// A file was overwritten although nothing allows it, as the caller wanted.
        case forcedOverwrite = "forced-overwrite"
        /// A changed file of a protected directory stays though its package goes.
        case keptConfiguration = "kept-configuration"
    }

    public var kind: Kind
    /// The path below the root as raw bytes.
    public var path: [UInt8]
    /// The package in question, `name-version`.
    public var package: String
    /// The other package; empty where there is none.
    public var otherPackage = ""
}
