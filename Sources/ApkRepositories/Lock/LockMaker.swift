internal import ApkArchive
internal import ApkFormats
public import ApkSolver

/// Pins packages byte for byte: gets each file, verifies all of it, and notes its digests.
public struct LockMaker: Sendable {
    private let catalog: Catalog
    private let supply: any PackageSupply
    private let known: [Checksum.Identity: LockedPackage]

    /// - Parameter previous: a section whose digests are taken over for the packages that stay, without reading them.
    public init(catalog: Catalog, supply: any PackageSupply, previous: Lock.Section? = nil) {
        self.catalog = catalog
        self.supply = supply
        known = Dictionary(
            (previous?.packages ?? []).map { ($0.checksum.identity, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Makes the section of a lock.
    ///
    /// - Parameters:
    ///   - packages: the answer, in the order of installation.
    ///   - options: the words of the options that chose them.
    ///   - progress: called before each package with its place and label.
    /// - Throws: ``RepositoryError``; with the code `untrusted` or `not-intact` for a file that is not what the signed
    ///   index promises.
    public func section(
        for packages: [PackageID], requests: [String], options: [String],
        progress: (_ place: Int, _ label: String) -> Void = { _, _ in }
    ) throws(RepositoryError) -> Lock.Section {
        var locked: [LockedPackage] = []
        var wanted: [PackageRequest] = []
        for package in packages where needsFile(catalog.universe.record(of: package)) {
            wanted.append(try catalog.request(for: package))
        }
        try supply.prepare(wanted)
        for (place, package) in packages.enumerated() {
            progress(place, catalog.universe.label(of: package))
            locked.append(try lock(package))
        }
        return Lock.Section(
            architecture: catalog.architecture, requests: requests, options: options,
            repositories: catalog.lockedRepositories, packages: locked)
    }

    /// Whether the digests of a package's file are not known yet.
    private func needsFile(_ record: IndexRecord) -> Bool {
        record.installedSize > 0 && known[record.checksum.identity]?.downloadSize != record.downloadSize
    }

    private func lock(_ package: PackageID) throws(RepositoryError) -> LockedPackage {
        let record = catalog.universe.record(of: package)
        var locked = LockedPackage(
            name: record.name, version: record.version, architecture: record.architecture ?? "noarch",
            repository: catalog.universe.repository(of: package) ?? 0, checksum: record.checksum, sha256: nil,
            segments: nil, dataHash: nil, downloadSize: record.downloadSize, installedSize: record.installedSize)
        if let known = known[record.checksum.identity], known.downloadSize == locked.downloadSize {
            locked.sha256 = known.sha256
            locked.segments = known.segments
            locked.dataHash = known.dataHash
            return locked
        }
        guard record.installedSize > 0 else { return locked }
        let request = try catalog.request(for: package)
        let file = try supply.open(request)
        let verifier = PackageVerifier(keys: KeyRing(), architectures: catalog.universe.architectures)
        do throws(ArchiveError) {
            let verified = try verifier.verify(file, expecting: request.expectation)
            let contents = try verified.verifyContents(hashing: .file)
            locked.sha256 = contents.fileSHA256.map { Hexadecimal.string($0) }
            locked.segments = verified.segments.map { .init(control: $0.control.lowerBound, data: $0.data.lowerBound) }
            locked.dataHash = verified.dataHash.map { Hexadecimal.string($0) }
        } catch {
            throw RepositoryError(error, location: error.path)
        }
        return locked
    }
}
