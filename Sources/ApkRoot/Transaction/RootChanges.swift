public import ApkFormats

/// What a run does to a root.
public struct RootChanges: Sendable {
    /// One step; the steps are done in their order.
    public enum Step: Sendable {
        /// A package comes, instead of the installed one of its name if there is one. `tag` is the repository tag that
        /// it is recorded with, without `@`; nil for none.
        case install(StagedPackage, tag: String?)
        /// An installed package goes.
        case remove(name: String)
        /// Only the recorded tag of an installed package changes.
        case setTag(name: String, String?)
    }

    /// A public key that the root shall trust.
    public struct Key: Hashable, Sendable {
        /// Its file name.
        public var name: String
        public var content: [UInt8]

        public init(name: String, content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    public var steps: [Step]
    /// What the root is asked to hold; nil leaves the world as it is, and makes no database where there is none.
    public var world: World?
    /// The architectures, the main one first; written to a root that does not say its own.
    public var architectures: [String] = []
    /// The content of `etc/apk/repositories` for a root that has none; nil or empty for none.
    public var repositories: [UInt8]?
    /// Keys that the root gets if it has no keys of its own.
    public var keys: [Key] = []

    public init(_ steps: [Step], world: World? = nil) {
        self.steps = steps
        self.world = world
    }
}

/// How a run treats what is not clear.
public struct RunOptions: Sendable {
    public var merge = MergeOptions()
    /// The time of everything that this program makes, in seconds since 1970 (`SOURCE_DATE_EPOCH`); nil for the build
    /// time of the newest package.
    public var time: Int?
    /// Whether scripts are done without running them where that is possible, rather than only recorded.
    public var emulatesScripts = true

    public init() {}
}
