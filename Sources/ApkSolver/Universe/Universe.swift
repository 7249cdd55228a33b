public import ApkFormats

/// All packages of one or more indexes and of an installed database, as integers.
///
/// A universe never changes: one can be shared by any number of threads and answers any number of problems. It keeps
/// the text of the indexes and refers to it, so that loading copies no field.
public final class Universe: Sendable {
    /// The index texts, one after another.
    package let text: [UInt8]
    package let names: TextTable
    package let versions: TextTable
    package let packages: [PackageRow]
    /// `D`, `p` and `i` of all packages in the order of packages.
    package let dependencies: [Requirement]
    package let providedNames: [ProvidedName]
    package let installIf: [Requirement]
    /// The providers of all names, and where those of each name start.
    package let providers: [Provider]
    package let providerStarts: [UInt32]
    /// For a name, the packages whose `D` mentions it.
    package let dependents: Adjacency
    /// For a name, the names that have a provider whose `i` mentions it, in apk's order.
    package let installIfNames: Adjacency
    /// For a name, the packages whose `i` has it as the condition that the fewest packages have; packages with a
    /// condition on absence are listed under their first condition.
    package let wakingPackages: Adjacency
    /// Whether every `i` starts with a condition on presence.
    package let hasUsualConditions: Bool
    /// The place of each name in apk's order of names.
    package let nameOrder: [UInt32]
    /// The architectures whose packages are installable, the main one first.
    public let architectures: [String]
    /// The repositories in the order in which they were added.
    public let repositories: [RepositorySource]
    /// The repository tags without `@`; index 0 is the empty tag of untagged repositories.
    package let tags: [String]
    /// For each tag, one bit per repository that carries it.
    package let tagRepositories: [UInt32]
    /// The installed packages in the order of the database.
    package let installed: [PackageID]
    /// The installed package that owns `/proc/self/exe`, as apk asks for its own package.
    package let selfPackage: PackageID?
    /// What was wrong with records that are kept all the same.
    public let problems: [RecordProblem]

    package init(_ builder: consuming UniverseBuilder) {
        let order = builder.names.bucketOrder()
        let counts = Universe.countProviders(builder)
        providers = counts.providers
        providerStarts = counts.starts
        dependents = Universe.findDependents(builder)
        installIfNames = Universe.findInstallIfNames(builder, order: order)
        (wakingPackages, hasUsualConditions) = Universe.findWakingPackages(builder)
        nameOrder = order
        text = builder.text
        names = builder.names
        versions = builder.versions
        packages = builder.packages
        dependencies = builder.dependencies
        providedNames = builder.providedNames
        installIf = builder.installIf
        architectures = builder.architectures
        repositories = builder.repositories
        tags = builder.tags
        tagRepositories = builder.tagRepositories
        installed = builder.installed
        selfPackage = builder.selfPackage
        problems = builder.problems
    }
}

/// A repository as the solver sees it.
public struct RepositorySource: Hashable, Sendable {
    /// Where it is, for messages; credentials are already removed.
    public var location: String
    /// Whether its packages can be fetched: false for remote ones without a network.
    public var isAvailable: Bool

    public init(location: String, isAvailable: Bool = true) {
        self.location = location
        self.isAvailable = isAvailable
    }
}

/// Something wrong with one record of an index or database; the others are not affected.
public struct RecordProblem: Hashable, Sendable {
    /// The repository's index in ``Universe/repositories``; nil for the installed database.
    public var repository: Int?
    /// The package; nil where the record was dropped.
    public var package: PackageID?
    /// Whether the package cannot be installed because of it.
    public var isFatal: Bool
    public var error: FormatError
}

extension Universe {
    /// The number of packages.
    public var packageCount: Int { packages.count }
    /// The number of different names.
    public var nameCount: Int { names.count }

    /// The places of a name's providers in ``providers``; empty for a name that is not in the universe.
    package func providerRange(_ name: NameID) -> Range<Int> {
        guard name.index + 1 < providerStarts.count else { return 0..<0 }
        return Int(providerStarts[name.index])..<Int(providerStarts[name.index + 1])
    }

    /// The places of a package's `D` in ``dependencies``.
    package func dependencyRange(_ package: PackageID) -> Range<Int> {
        let next = package.index + 1
        let end = next < packages.count ? Int(packages[next].dependencyStart) : dependencies.count
        return Int(packages[package.index].dependencyStart)..<end
    }

    /// The places of a package's `p` in ``providedNames``.
    package func providedRange(_ package: PackageID) -> Range<Int> {
        let next = package.index + 1
        let end = next < packages.count ? Int(packages[next].providedStart) : providedNames.count
        return Int(packages[package.index].providedStart)..<end
    }

    /// The places of a package's `i` in ``installIf``.
    package func installIfRange(_ package: PackageID) -> Range<Int> {
        let next = package.index + 1
        let end = next < packages.count ? Int(packages[next].installIfStart) : installIf.count
        return Int(packages[package.index].installIfStart)..<end
    }
}
