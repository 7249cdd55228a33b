public import ApkArchive
internal import ApkFormats

/// Gives package files: from directories, a cache, a network. What it gives is not verified yet; that is for a
/// ``PackageVerifier`` with the request's expectation.
public protocol PackageSupply: Sendable {
    /// An open package file. Called from several threads at once.
    ///
    /// - Throws: ``RepositoryError`` with the code `no-package` where no location has it, and others.
    func open(_ request: PackageRequest) throws(RepositoryError) -> any RandomAccessFile

    /// Told of all packages that will be asked for, so that a supply that has to fetch them can fetch several at once.
    func prepare(_ requests: [PackageRequest]) throws(RepositoryError)
}

extension PackageSupply {
    public func prepare(_ requests: [PackageRequest]) throws(RepositoryError) {}
}

/// Gives packages from repositories that are directories on this machine.
public struct LocalSupply: PackageSupply {
    public init() {}

    public func open(_ request: PackageRequest) throws(RepositoryError) -> any RandomAccessFile {
        var missing: [String] = []
        for location in request.locations {
            guard let path = Repository.localPath(of: location) else { continue }
            guard RootSettings.exists(path) else {
                missing.append(path)
                continue
            }
            do throws(ArchiveError) {
                return try OpenFile(path: path)
            } catch {
                throw RepositoryError(.unreadable, location: path, cause: error)
            }
        }
        guard let first = missing.first else {
            let location = request.locations.first.map { redactingCredentials(in: $0) } ?? request.label
            throw RepositoryError(.networkUnavailable, location: location)
        }
        throw RepositoryError(.noPackage, location: first, detail: request.label)
    }
}
