public import ApkFormats

/// All packages of one or more indexes and of an installed database, as integers.
///
/// A universe never changes: one can be shared by any number of threads and answers any number of problems. It keeps
/// the text of the indexes and refers to it, so that loading copies no field.
public final class Universe: Sendable {
    /// The index texts, one after another.
    package let text: Table<UInt8>
    /// The bytes that ``PackageRow/recordStart`` counts in: ``text`` itself, or those of a compiled index.
    package let records: Table<UInt8>
    /// Whether ``records`` are other bytes than ``text``.
    package let areRecordsApart: Bool
    /// For each package a check of its record where the records are apart, which nobody has read as a whole.
    private let recordChecks: Table<UInt32>
    package let names: TextIndex
    package let versions: TextIndex
    package let packages: Table<PackageRow>
    /// `D`, `p` and `i` of all packages in the order of packages.
    package let dependencies: Table<Requirement>
    package let providedNames: Table<ProvidedName>
    package let installIf: Table<Requirement>
    /// The providers of all names, and where those of each name start.
    package let providers: Table<Provider>
    package let providerStarts: Table<UInt32>
    /// Made when somebody asks: answers that are the same in any order never do.
    private let madeDependents = Lazy<Adjacency>()
    /// For a name, the names that have a provider whose `i` mentions it, in apk's order.
    package let installIfNames: Adjacency
    /// For a name, the packages whose `i` has it as the condition that the fewest packages have; packages with a
    /// condition on absence are listed under their first condition.
    package let wakingPackages: Adjacency
    /// Whether every `i` starts with a condition on presence.
    package let hasUsualConditions: Bool
    /// The architectures whose packages are installable, the main one first.
    public let architectures: [String]
    /// The repositories in the order in which they were added.
    public let repositories: [RepositorySource]
    /// Those that can be reached, one bit each.
    let availableRepositories: UInt32
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
        let counts = Universe.countProviders(builder)
        providers = Table(counts.providers)
        providerStarts = Table(counts.starts)
        (wakingPackages, hasUsualConditions) = Universe.findWakingPackages(builder)
        names = builder.names.finish()
        installIfNames = Universe.findInstallIfNames(builder, names: names)
        text = Table(builder.text)
        records = text
        areRecordsApart = false
        recordChecks = Table([])
        versions = builder.versions.finish()
        packages = Table(builder.packages)
        dependencies = Table(builder.dependencies)
        providedNames = Table(builder.providedNames)
        installIf = Table(builder.installIf)
        architectures = builder.architectures
        repositories = builder.repositories
        availableRepositories = Universe.available(repositories)
        tags = builder.tags
        tagRepositories = builder.tagRepositories
        installed = builder.installed
        selfPackage = builder.selfPackage
        problems = builder.problems
    }

    init(_ compiled: CompiledUniverse, _ frame: CompiledUniverse.Frame) {
        text = compiled.table(0)
        names = TextIndex(entries: compiled.table(1), slots: compiled.table(2))
        versions = TextIndex(entries: compiled.table(3), slots: compiled.table(4))
        packages = compiled.table(5)
        dependencies = compiled.table(6)
        providedNames = compiled.table(7)
        installIf = compiled.table(8)
        providers = compiled.table(9)
        providerStarts = compiled.table(10)
        installIfNames = Adjacency(starts: compiled.table(11), elements: compiled.table(12))
        wakingPackages = Adjacency(starts: compiled.table(13), elements: compiled.table(14))
        recordChecks = compiled.table(15)
        records = compiled.table(16)
        areRecordsApart = true
        hasUsualConditions = frame.hasUsualConditions
        architectures = frame.architectures
        repositories = frame.repositories
        availableRepositories = Universe.available(repositories)
        tags = frame.tags
        tagRepositories = frame.tagRepositories
        installed = []
        selfPackage = nil
        problems = frame.problems
    }

    private static func available(_ repositories: [RepositorySource]) -> UInt32 {
        repositories.indices.reduce(0) { repositories[$1].isAvailable ? $0 | 1 << UInt32($1) : $0 }
    }

    /// For a name, the packages whose `D` mentions it.
    package var dependents: Adjacency { madeDependents.value(findDependents) }

    /// The place of a name in apk's order of names.
    package func nameOrder(_ name: NameID) -> UInt64 { names.bucketPlace(name.index) }
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

    package init(repository: Int?, package: PackageID?, isFatal: Bool, error: FormatError) {
        self.repository = repository
        self.package = package
        self.isFatal = isFatal
        self.error = error
    }
}

extension Universe {
    /// The number of packages.
    public var packageCount: Int { packages.count }
    /// The number of different names.
    public var nameCount: Int { names.count }

    /// The places of a name's providers in ``providers``; empty for a name that is not in the universe.
    @inline(__always)
    package func providerRange(_ name: NameID) -> Range<Int> {
        guard name.index + 1 < providerStarts.count else { return 0..<0 }
        return Int(providerStarts[name.index])..<Int(providerStarts[name.index + 1])
    }

    /// The places of a package's `D` in ``dependencies``.
    @inline(__always)
    package func dependencyRange(_ package: PackageID) -> Range<Int> {
        let next = package.index + 1
        let end = next < packages.count ? Int(packages[next].dependencyStart) : dependencies.count
        return Int(packages[package.index].dependencyStart)..<end
    }

    /// The places of a package's `p` in ``providedNames``.
    @inline(__always)
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

extension Universe {
    /// Where a package's record stands in ``records``; empty where a compiled index was damaged there.
    func recordRange(of package: PackageID) -> Range<Int> {
        let row = packages[package.index]
        let start = Int(row.recordStart)
        guard areRecordsApart else { return start..<start + Int(row.recordLength) }
        guard recordChecks[package.index] == Universe.check(records, row) else { return 0..<0 }
        return start..<start + Int(row.recordLength)
    }

    /// A check of a record's bytes; 0 for a record that lies outside of them.
    static func check(_ records: Table<UInt8>, _ row: PackageRow) -> UInt32 {
        let range = Int(row.recordStart)..<Int(row.recordStart) + Int(row.recordLength)
        guard range.upperBound <= records.count else { return 0 }
        return records.withUnsafeBufferPointer { murmur3(UnsafeBufferPointer(rebasing: $0[range])) | 1 }
    }
}
