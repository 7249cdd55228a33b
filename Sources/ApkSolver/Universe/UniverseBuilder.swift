package import ApkFormats

/// Collects packages and makes a ``Universe`` of them.
///
/// Texts are appended to ``text`` first and then read in place by ``read(_:from:)``, in the order in which apk loads
/// them: the installed database, `<cache>/installed`, the repositories, then what is added on top.
package struct UniverseBuilder {
    /// All texts, one after another. May only be appended to.
    package var text: [UInt8] = []
    package internal(set) var names: TextTable
    var versions: TextTable
    var packages: [PackageRow] = []
    var dependencies: [Requirement] = []
    var providedNames: [ProvidedName] = []
    var installIf: [Requirement] = []
    let architectures: [String]
    package internal(set) var repositories: [RepositorySource] = []
    var tags = [""]
    var tagRepositories: [UInt32] = [0]
    var installed: [PackageID] = []
    var selfPackage: PackageID?
    package internal(set) var problems: [RecordProblem] = []
    /// The first package that was added after the repositories were read.
    var lateStart: Int?
    /// The package with each identity.
    var identities = IdentityTable()
    /// Whether each version is one by apk's grammar, as far as somebody asked.
    var versionValidity: [Bool] = []
    /// The version text that was interned last.
    var lastVersion: (range: Range<Int>, id: VersionID) = (0..<0, .none)
    /// The last architecture text seen and whether it is installable; almost all records repeat it.
    var lastArchitecture: (text: [UInt8], isNative: Bool) = ([], true)

    /// Starts with nothing loaded.
    ///
    /// - Parameters:
    ///   - architectures: what the root can run, the main one first; `noarch` always can.
    ///   - expectedPackages: about how many packages will be read, to reserve memory.
    package init(architectures: [String], expectedPackages: Int = 0) {
        self.architectures = architectures
        names = TextTable()
        versions = TextTable()
        reserve(packages: expectedPackages, text: 0)
        text.append(0x0a)
        // Id 0 is the empty version, which stands at no place of the text.
        let buffer = text
        _ = buffer.withUnsafeBufferPointer { versions.intern(0..<0, in: $0) }
    }

    /// Makes room before anything is read.
    ///
    /// - Parameters:
    ///   - packages: about how many there will be.
    ///   - text: about how many bytes of text there will be.
    package mutating func reserve(packages count: Int, text size: Int) {
        text.reserveInLargePages(text.count + size)
        guard count > 0 else { return }
        names.reserve(count * 3)
        versions.reserve(count)
        packages.reserveCapacity(count)
        dependencies.reserveCapacity(count * 6)
        providedNames.reserveCapacity(count * 3)
        installIf.reserveCapacity(count)
        if packages.isEmpty { identities = IdentityTable(capacity: count) }
    }

    /// Continues from a finished universe with packages that come after its repositories (`add -t`, package files).
    package init(extending universe: Universe) {
        architectures = universe.architectures
        text = universe.text.array
        names = TextTable(extending: universe.names)
        versions = TextTable(extending: universe.versions)
        packages = universe.packages.array
        if universe.areRecordsApart {
            let shift = UInt32(truncatingIfNeeded: text.count)
            text += universe.records.array
            for index in packages.indices { packages[index].recordStart += shift }
        }
        dependencies = universe.dependencies.array
        providedNames = universe.providedNames.array
        installIf = universe.installIf.array
        repositories = universe.repositories
        tags = universe.tags
        tagRepositories = universe.tagRepositories
        installed = universe.installed
        selfPackage = universe.selfPackage
        problems = universe.problems
        lateStart = packages.count
        identities = IdentityTable(packages)
    }

    /// Mentions the names of a world, which apk reads before everything else.
    package mutating func mention(_ dependencies: [Dependency]) {
        for dependency in dependencies {
            var bytes = Array(dependency.name.utf8)
            let start = text.count
            text.append(contentsOf: bytes)
            bytes.removeAll()
            let buffer = text
            buffer.withUnsafeBufferPointer { _ = names.intern(start..<buffer.count, in: $0) }
            if let tag = dependency.tag { _ = tagID(tag) }
        }
    }

    /// The id of a tag; tags are numbered in the order of their first mention.
    package mutating func tagID(_ tag: String) -> Int {
        if let known = tags.firstIndex(of: tag) { return known }
        tags.append(tag)
        tagRepositories.append(0)
        return tags.count - 1
    }

    /// Adds a repository, at most 32; the same location given again only gains a tag.
    ///
    /// - Parameter tag: the tag without `@`; nil for an untagged repository.
    /// - Returns: the repository's index, and whether it is new, so that its index must be read.
    /// - Throws: ``FormatError`` with the code `too-large` for a 33rd repository.
    package mutating func addRepository(
        _ source: RepositorySource, tag: String?
    ) throws(FormatError) -> (index: Int, isNew: Bool) {
        let tag = tag.map { tagID($0) } ?? 0
        let known = repositories.firstIndex { $0.location == source.location }
        if known == nil {
            guard repositories.count < 32 else {
                throw FormatError(.tooLarge, text: source.location, expected: "at most 32 repositories")
            }
            repositories.append(source)
        }
        let index = known ?? repositories.count - 1
        tagRepositories[tag] |= 1 << UInt32(index)
        return (index, known == nil)
    }

    /// Makes the universe.
    package consuming func finish() -> Universe { Universe(self) }
}
