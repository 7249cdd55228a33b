internal import ApkArchive
internal import ApkFormats
internal import ApkSolver

extension Catalog {
    /// Reads everything that options name: the root's database and world, then the repositories in order.
    ///
    /// - Throws: ``RepositoryError``. One repository that cannot be read, or is not trusted, fails the whole.
    public static func load(_ options: RepositoryOptions) throws(RepositoryError) -> Catalog {
        let root = try RootSettings(options.root)
        let architectures = options.architecture.map { [$0] } ?? root.architectures
        let list = try repositoryList(options, root, architecture: architectures[0])
        guard !list.sources.isEmpty || !options.needsRepositories else {
            throw RepositoryError(.noRepositories, location: "")
        }
        let archive = try indexArchive(options)
        let remote = list.sources.filter { $0.repository.localPath == nil }
        let indexes = remote.isEmpty ? nil : try RemoteIndexes(options.remote, archive)
        let fetched = try indexes?.paths(remote, areNeeded: options.needsRepositories) ?? [:]
        let sources = try indexSources(list, fetched, architecture: architectures[0])
        let world = options.startsEmpty ? [] : root.world
        let database = options.startsEmpty ? nil : root.database
        // Only of repositories, and only what the key directories give trust to.
        let isUsual =
            options.installedRecords == nil && database == nil && world.isEmpty && options.remote.pinnedIndexes.isEmpty
        let compiled = isUsual ? compiledIndex(sources, architectures, options) : nil
        if let (universe, repositories) = compiled?.read() {
            var catalog = Catalog(
                universe: universe, repositories: repositories, world: [], architecture: architectures[0])
            catalog.remoteIndexes = indexes?.cache
            return catalog
        }
        var loader = CatalogLoader(architectures: architectures, archive: archive, world: world)
        if let records = options.installedRecords {
            try loader.readDatabase(records, from: "")
        } else if let database {
            try loader.readDatabase(database.bytes, from: database.path)
        }
        loader.expect(sources.map(\.path))
        for source in sources { try loader.readIndex(source) }
        var catalog = try loader.finish()
        catalog.remoteIndexes = indexes?.cache
        catalog.compiled = compiled
        return catalog
    }

    /// Keeps what was read in the cache, if the options of loading named a place for it; for when the answer is given.
    public func keepCompiled() { compiled?.write(universe, repositories) }

    private static func compiledIndex(
        _ sources: [IndexSource], _ architectures: [String], _ options: RepositoryOptions
    ) -> CompiledIndex? {
        guard let directory = options.compiledIndexDirectory else { return nil }
        return CompiledIndex(
            directory: directory, sources: sources, architectures: architectures,
            keyDirectories: options.effectiveKeyDirectories, allowsUntrusted: options.allowUntrusted)
    }

    /// Where the indexes of all repositories lie.
    private static func indexSources(
        _ list: RepositoryList, _ fetched: [String: String], architecture: String
    ) throws(RepositoryError) -> [IndexSource] {
        var sources: [IndexSource] = []
        for source in list.sources where source.repository.localPath != nil || fetched[source.indexURL] != nil {
            if let path = fetched[source.indexURL] {
                sources.append(
                    IndexSource(
                        path: path, shown: source.description, tags: source.tags, repository: source.repository,
                        isObject: true))
                continue
            }
            guard Repository.localPath(of: source.repository.url) != nil,
                let path = Repository.localPath(of: source.indexURL)
            else { throw RepositoryError(.networkUnavailable, location: source.description) }
            guard let found = IndexPlace(source, indexPath: path, architecture: architecture) else {
                let present = source.repository.localPath.map { RootSettings.architectures(in: $0) } ?? []
                throw RepositoryError(.noIndex, location: path, detail: present.joined(separator: " "))
            }
            sources.append(
                IndexSource(
                    path: found.path, shown: source.description, tags: source.tags, repository: found.repository))
        }
        return sources
    }

    /// Reads index files given by their paths, such as `x86_64/APKINDEX.tar.gz`.
    public static func load(files: [String], options: RepositoryOptions) throws(RepositoryError) -> Catalog {
        let architecture = options.architecture ?? RepositoryOptions.hostArchitecture
        var loader = CatalogLoader(architectures: [architecture], archive: try indexArchive(options), world: [])
        loader.expect(files)
        for file in files {
            let repository = Repository(url: file, layout: .ndx)
            try loader.readIndex(IndexSource(path: file, shown: file, tags: [nil], repository: repository))
        }
        return try loader.finish()
    }

    private static func repositoryList(
        _ options: RepositoryOptions, _ root: RootSettings, architecture: String
    ) throws(RepositoryError) -> RepositoryList {
        var list = RepositoryList(architecture: architecture)
        for repository in options.repositories { list.add(option: repository) }
        if let file = options.repositoriesFile {
            list.read(try RootSettings.read(file), from: file)
        } else if options.repositories.isEmpty || options.root != nil {
            for file in root.repositories { list.read(file.bytes, from: file.path) }
        }
        if let problem = list.problems.first {
            throw RepositoryError(.invalidRepository, location: problem.file ?? "--repository", format: problem.error)
        }
        return list
    }

    private static func indexArchive(_ options: RepositoryOptions) throws(RepositoryError) -> IndexArchive {
        var keys = KeyRing()
        for directory in options.effectiveKeyDirectories {
            do throws(ArchiveError) { try keys.add(directory: directory) } catch {
                throw RepositoryError(.unreadable, location: directory, cause: error)
            }
        }
        for key in options.remote.pinnedKeys() { keys.add(name: key.name, pem: key.pem) }
        return IndexArchive(keys: keys, policy: TrustPolicy(allowUntrusted: options.allowUntrusted))
    }
}

/// Reads index after index into one universe.
struct CatalogLoader {
    private var builder: UniverseBuilder
    private let archive: IndexArchive
    private let world: [Dependency]
    private let architectures: [String]
    private var loaded: [LoadedRepository] = []

    init(architectures: [String], archive: IndexArchive, world: [Dependency]) {
        self.architectures = architectures
        self.archive = archive
        self.world = world
        builder = UniverseBuilder(architectures: architectures)
        builder.mention(world)
    }

    mutating func readDatabase(_ bytes: [UInt8], from path: String) throws(RepositoryError) {
        let start = builder.text.count
        builder.text += bytes
        do throws(FormatError) {
            try builder.read(start..<builder.text.count, from: .installedDatabase)
        } catch {
            throw RepositoryError(.malformedDatabase, location: path, format: error)
        }
    }

    /// Makes room for the indexes at some paths: with a record for each 420 bytes of text. A file may claim anything, so
    /// none gets more than an index may have.
    mutating func expect(_ paths: [String]) {
        let size = paths.reduce(0) { $0 + min(GzipTrailer.expectedSize(path: $1) ?? 0, archive.limits.index) }
        builder.reserve(packages: size / 420, text: size)
    }

    mutating func readIndex(_ source: IndexSource) throws(RepositoryError) {
        let start = builder.text.count
        let index: VerifiedIndex
        do throws(ArchiveError) { index = try archive.read(path: source.path, appendingTo: &builder.text) } catch {
            throw RepositoryError(error, location: source.path)
        }
        do throws(FormatError) {
            var repository = 0
            for tag in source.tags {
                repository = try builder.addRepository(RepositorySource(location: source.shown), tag: tag).index
            }
            let range = start..<builder.text.count
            let count: Int
            var spec: PackageNameSpec?
            switch index.format {
            case .text: count = try builder.read(range, from: .repository(repository))
            case .adb:
                count = try builder.readADB(range, from: .repository(repository))
                spec = try ADBIndex(Array(builder.text[range])).packageNameSpec.map { (text) throws(FormatError) in
                    try PackageNameSpec(text)
                }
            }
            loaded.append(
                LoadedRepository(
                    location: source.shown, tags: source.tags, description: Self.firstLine(index.description),
                    sha256: index.sha256Hex, signedBy: index.signer?.keyName, packageCount: count,
                    source: source.repository, isVersion3: index.format == .adb, packageNameSpec: spec))
        } catch {
            throw RepositoryError(.malformedIndex, location: source.path, format: error)
        }
    }

    private static func firstLine(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
    }

    /// - Throws: ``RepositoryError/Code/malformedIndex`` for an index that contradicts itself.
    consuming func finish() throws(RepositoryError) -> Catalog {
        let universe = builder.finish()
        if let (package, _) = universe.firstAmbiguity() {
            throw RepositoryError(
                .malformedIndex, location: universe.repository(of: package).map { loaded[$0].location } ?? "",
                format: FormatError(
                    .duplicatePackage, field: "C", text: universe.label(of: package),
                    expected: "one build of a version in an index"))
        }
        return Catalog(
            universe: universe, repositories: loaded, world: world, architecture: architectures.first ?? "")
    }
}
