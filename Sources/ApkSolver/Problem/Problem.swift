package import ApkFormats

/// What is to be solved: a world over a universe, and how a command wants it.
package struct Problem: Sendable {
    /// A line of the world.
    package struct WorldEntry: Sendable {
        package var dependency: Dependency
        package var requirement: Requirement
        /// The id of the tag; 0 for none.
        package var tag: Int
    }

    /// A name that a command names, with flags for all packages that provide it.
    package struct Mark: Sendable {
        package var name: NameID
        package var flags: SolverFlags
        /// The part of the flags that is handed on to dependencies.
        package var inheritable: SolverFlags
    }

    package var vocabulary: Vocabulary
    /// The world in apk's order: by name without regard to case, ties by bytes.
    package private(set) var world: [WorldEntry] = []
    package var marks: [Mark] = []
    /// Flags for all that the world reaches.
    package var globalFlags: SolverFlags = []
    /// Whether installed packages stay as they are unless they have the flag `upgrade` (a pre-upgrade).
    package var prefersInstalled = false
    /// Whether packages stay out that only their `install_if` brings in.
    package var ignoresInstallIf = false
    /// How many steps a solver may take before it gives up.
    package var stepBudget = 200_000_000

    package var universe: Universe { vocabulary.universe }

    package init(_ universe: Universe, world: [Dependency]) {
        vocabulary = Vocabulary(universe)
        setWorld(world)
    }

    /// The repositories that have a package; those of its recorded tag, which may be none, count as an installed
    /// package's own.
    package func repositories(of package: PackageID) -> UInt32 {
        let row = universe.packages[package.index]
        guard row.traits.contains(.installed) else { return row.repositories }
        return row.repositories | vocabulary.repositories(ofTag: Int(row.installedTag))
    }

    /// Whether a package has to come from a repository that some tag leads to: it is neither at hand nor without files.
    package func needsRepository(_ package: PackageID) -> Bool {
        let row = universe.packages[package.index]
        return row.traits.isDisjoint(with: [.local, .installed, .cachedWithoutRepository]) && row.installedSize != 0
    }

    /// Whether a line of the world has a tag.
    package var hasTags: Bool { world.contains { $0.tag != 0 } }

    /// Replaces the world.
    package mutating func setWorld(_ dependencies: [Dependency]) {
        world = dependencies.map { dependency in
            WorldEntry(
                dependency: dependency, requirement: vocabulary.requirement(dependency),
                tag: vocabulary.tag(dependency.tag))
        }
        world.sort { isNameOrdered($0.dependency.name.utf8, before: $1.dependency.name.utf8) }
    }
}
