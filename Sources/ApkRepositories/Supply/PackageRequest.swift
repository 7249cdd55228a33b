public import ApkArchive
internal import ApkFormats
public import ApkSolver

/// A package file as it is wanted: where it may be had, and what it must be.
public struct PackageRequest: Sendable {
    /// The package as `name-version`, for messages.
    public var label: String
    /// URLs or paths in the order in which they are tried. They may hold passwords: messages redact them.
    public var locations: [String]
    /// What the signed index says about the file.
    public var expectation: PackageExpectation
    /// The SHA-256 of the whole file as a lock knows it, 64 lower-case hexadecimal digits; nil without a lock.
    public var sha256: String?

    public init(label: String, locations: [String], expectation: PackageExpectation, sha256: String? = nil) {
        self.label = label
        self.locations = locations
        self.expectation = expectation
        self.sha256 = sha256
    }
}

extension PackageRequest {
    /// The digests that ``check(_:)`` needs of a package's contents.
    public var contentDigests: ContentDigests { sha256 == nil ? [] : .file }

    /// Compares a package that was read to its end with what a lock says about its file.
    ///
    /// - Throws: ``RepositoryError`` with the code `not-locked-file`.
    public func check(_ contents: VerifiedContents) throws(RepositoryError) {
        guard let sha256, let found = contents.fileSHA256.map({ Hexadecimal.string($0) }), found != sha256 else {
            return
        }
        throw RepositoryError(.notLockedFile, location: contents.package.file.name, detail: "\(sha256) \(found)")
    }
}

extension PackageRequest {
    /// Compares a file with what a lock says about it, whatever the index says. Does nothing without a lock.
    ///
    /// - Throws: ``RepositoryError`` with the code `not-locked-file`, and where the file cannot be read.
    package func check(_ file: any RandomAccessFile) throws(RepositoryError) {
        guard let sha256 else { return }
        let found: String
        do throws(ArchiveError) { found = try Cache.digest(of: file) } catch {
            throw RepositoryError(error, location: file.name)
        }
        guard found == sha256 else {
            throw RepositoryError(.notLockedFile, location: file.name, detail: "\(sha256) \(found)")
        }
    }
}

extension Catalog {
    /// What to ask a ``PackageSupply`` for, to get a package's file.
    ///
    /// - Throws: ``RepositoryError`` with the code `malformed-index` where the index's names cannot be part of a path.
    public func request(for package: PackageID) throws(RepositoryError) -> PackageRequest {
        let record = universe.record(of: package)
        var locations: [String] = []
        for (index, repository) in repositories.enumerated() where universe.isListed(package, byRepository: index) {
            do throws(FormatError) {
                locations += try self.locations(of: record, in: repository)
            } catch {
                throw RepositoryError(.malformedIndex, location: repository.location, format: error)
            }
        }
        return PackageRequest(
            label: record.description, locations: locations, expectation: PackageExpectation(record))
    }

    private func locations(
        of record: IndexRecord, in repository: LoadedRepository
    ) throws(FormatError) -> [String] {
        let architecture = record.architecture ?? self.architecture
        guard repository.isVersion3 else {
            return [
                try repository.source.packageURL(
                    name: record.name, version: record.version, architecture: architecture)
            ]
        }
        return try repository.source.packageURLs(
            name: record.name, version: record.version, architecture: architecture,
            identity: record.checksum.identity, spec: repository.packageNameSpec,
            indexArchitecture: self.architecture)
    }
}
