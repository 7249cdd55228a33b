/// What the propagation knows of a name.
struct NameState: Sendable {
    /// How often a dependency has asked for the name; only zero or not matters.
    var requirers: Int32 = 0
    /// The choice, once ``isLocked``; nil is "no package".
    var chosen: Provider?
    var queue = Queue.none
    var marks: Marks = []
    /// How many options so far agree on a dependency on the name, or on offering it; zero outside of a reconsideration.
    var agreeingDependencies: Int32 = 0
    var agreeingProviders: Int32 = 0
    /// The first link of the list of names with a provider that depends on this one; 0 for none.
    var firstWatcher: Int32 = 0
    /// The only option, whose dependencies were passed on, as a package id plus one; 0 for none.
    var mergedOption: UInt32 = 0
    /// The first link of the list of packages whose `install_if` waits for a decision on the name; 0 for none.
    var firstWaiting: Int32 = 0

    enum Queue: UInt8 { case none, now, selectable, unresolved }

    struct Marks: OptionSet {
        let rawValue: UInt32
        /// Its providers were met.
        static let opened = Marks(rawValue: 1)
        /// Decided for good.
        static let locked = Marks(rawValue: 2)
        /// Named by the command.
        static let explicit = Marks(rawValue: 4)
        /// More than one option, or an option that its tag does not allow.
        static let hasOptions = Marks(rawValue: 8)
        /// Some provider may be chosen without being asked for by its own name.
        static let autoSelectable = Marks(rawValue: 16)
        /// Some provider's `install_if` has come true.
        static let triggered = Marks(rawValue: 32)
        /// No provider's `install_if` can come true any more.
        static let cannotTrigger = Marks(rawValue: 64)
        /// A negated `install_if` condition waits for a decision on the name.
        static let awaited = Marks(rawValue: 128)
        /// All discovered names that depend on this one are decided.
        static let dependentsDone = Marks(rawValue: 256)
        static let recheckDependencies = Marks(rawValue: 512)
        static let recheckInstallIf = Marks(rawValue: 1024)
        /// In the queue of names to reconsider.
        static let dirty = Marks(rawValue: 2048)
        /// Some package is really called so.
        static let concrete = Marks(rawValue: 4096)
        /// Some option offers the name without a version.
        static let offeredVirtually = Marks(rawValue: 8192)
        /// A look at all that depends on the name has been asked for.
        static let recheckedDependents = Marks(rawValue: 16_384)
        /// Waits in the lists of the names that its providers depend on.
        static let watchesDependencies = Marks(rawValue: 32_768)
        /// Asked for before anything was decided, so whatever the order of decisions.
        static let requiredEarly = Marks(rawValue: 65_536)
    }

    var isLocked: Bool { marks.contains(.locked) }
}

/// What the propagation knows of a package.
struct PackageState: Sendable {
    /// How many constraints the package violates.
    var conflicts: Int32 = 0
    /// The tags whose repositories it may come from, one bit per tag id.
    var allowedTags: UInt32 = 1
    var flags: SolverFlags = []
    var inheritable: SolverFlags = []
    var marks: Marks = []

    struct Marks: OptionSet {
        let rawValue: UInt16
        static let seen = Marks(rawValue: 1)
        static let selectable = Marks(rawValue: 2)
        static let available = Marks(rawValue: 4)
        static let tagAllowed = Marks(rawValue: 8)
        static let tagPreferred = Marks(rawValue: 16)
        /// All conditions of `install_if` hold.
        static let triggered = Marks(rawValue: 32)
        /// A condition of `install_if` can never hold.
        static let cannotTrigger = Marks(rawValue: 64)
        /// An option in the reconsideration that is going on.
        static let merged = Marks(rawValue: 128)
        /// Was an option when its name was last reconsidered.
        static let used = Marks(rawValue: 256)
        static let error = Marks(rawValue: 512)
        /// Out of the choice before anything was decided, so whatever the order of decisions.
        static let excludedEarly = Marks(rawValue: 1024)
    }

    var isSelectable: Bool { marks.contains(.selectable) }
}
