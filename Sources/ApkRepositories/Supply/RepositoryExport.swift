internal import ApkArchive
internal import ApkFormats
public import ApkSolver

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Writes packages and their repositories' signed indexes into a directory that apk can use as a repository.
///
/// The indexes are the originals, byte for byte, with their signatures: they name more packages than are there, which apk
/// minds only when it is asked for one of those. Packages of one repository make the directory itself a repository; those
/// of several stand in a directory for each.
public struct RepositoryExport: Sendable {
    /// A repository that was written.
    public struct Written: Hashable, Sendable {
        /// The directory.
        public var directory: String
        /// The repository that it is a part of, without credentials.
        public var source: String
        /// The number of packages, and their size in bytes.
        public var packages: Int
        public var bytes: Int
    }

    private let catalog: Catalog
    private let supply: RemoteSupply

    public init(_ catalog: Catalog, supply: RemoteSupply) {
        self.catalog = catalog
        self.supply = supply
    }

    /// Writes packages below a directory, which is made if need be; packages that are there already are written anew.
    ///
    /// - Parameter requests: packages of the catalog with what to ask the supply for.
    /// - Throws: ``RepositoryError``. The index is written last: without it the directory is no repository.
    public func write(
        _ requests: [(package: PackageID, request: PackageRequest)], to directory: String
    ) throws(RepositoryError) -> [Written] {
        var written: [Written] = []
        let places = Set(requests.compactMap { catalog.universe.repository(of: $0.package) }).sorted()
        let names = directoryNames(places)
        for (place, name) in zip(places, names) {
            let repository = catalog.repositories[place]
            let target = places.count == 1 ? directory : "\(directory)/\(name)"
            var part = Written(directory: target, source: repository.location, packages: 0, bytes: 0)
            for (package, request) in requests where catalog.universe.repository(of: package) == place {
                let file = try verified(request)
                part.bytes += try copy(file, to: "\(target)/\(relativePath(of: request, in: repository))")
                part.packages += 1
            }
            _ = try copy(try catalog.indexFile(of: repository), to: "\(target)/\(indexPath(of: repository))")
            written.append(part)
        }
        return written
    }

    /// What the supply gives is proved before anybody can take it for part of a repository.
    private func verified(_ request: PackageRequest) throws(RepositoryError) -> any RandomAccessFile {
        let file = try supply.open(request)
        let contents: VerifiedContents
        do throws(ArchiveError) {
            contents = try PackageVerifier(keys: KeyRing()).verify(file, expecting: request.expectation)
                .verifyContents(hashing: request.contentDigests)
        } catch {
            throw RepositoryError(error, location: file.name)
        }
        try request.check(contents)
        return file
    }

    /// A name for each repository: the last part of its URL, with a number where two have the same.
    private func directoryNames(_ places: [Int]) -> [String] {
        var names: [String] = []
        for place in places {
            let last = base(of: catalog.repositories[place]).split(separator: "/").last.map(String.init) ?? ""
            let name = (try? PathComponent(last))?.description ?? "repository"
            let same = names.filter { $0 == name || $0.hasPrefix(name + "-") }.count
            names.append(same == 0 ? name : "\(name)-\(same + 1)")
        }
        return names
    }

    /// The URL or path of the directory that a repository is.
    private func base(of repository: LoadedRepository) -> String {
        let url = repository.source.url
        guard repository.source.layout == .ndx else { return url }
        return url.lastIndex(of: "/").map { String(url[..<$0]) } ?? "."
    }

    private func indexPath(of repository: LoadedRepository) -> String {
        let url = repository.source.url
        switch repository.source.layout {
        case .v2: return "\(catalog.architecture)/APKINDEX.tar.gz"
        case .v3: return "\(catalog.architecture)/Packages.adb"
        case .ndx: return url.lastIndex(of: "/").map { String(url[url.index(after: $0)...]) } ?? url
        }
    }

    /// Where a package lies in its repository.
    private func relativePath(of request: PackageRequest, in repository: LoadedRepository) -> String {
        let prefix = base(of: repository) + "/"
        let location = request.locations.first { $0.hasPrefix(prefix) } ?? request.locations.first ?? request.label
        let relative = location.hasPrefix(prefix) ? location.dropFirst(prefix.count) : location[...]
        // Names of indexes are parts of paths by now, but not every URL is.
        let parts = relative.split(separator: "/")
        let isInside = location.hasPrefix(prefix) && !parts.contains("..") && !parts.contains(".")
        return isInside ? parts.joined(separator: "/") : parts.last.map(String.init) ?? request.label
    }

    /// Writes a file's bytes under a temporary name, then gives it its own.
    ///
    /// - Returns: the number of bytes.
    private func copy(_ file: any RandomAccessFile, to path: String) throws(RepositoryError) -> Int {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard makePath(parent) else { throw unwritable(parent) }
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw unwritable(temporary) }
        do throws(RepositoryError) {
            let size = try write(file, to: descriptor, path)
            guard close(descriptor) == 0, rename(temporary, path) == 0 else { throw unwritable(path) }
            return size
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func write(
        _ file: any RandomAccessFile, to descriptor: Int32, _ path: String
    ) throws(RepositoryError) -> Int {
        var buffer = [UInt8](repeating: 0, count: readBufferSize)
        var size = 0
        while true {
            var outcome = Result<Int, ArchiveError>.success(0)
            buffer.withUnsafeMutableBytes { room in
                do throws(ArchiveError) { outcome = .success(try file.read(into: room, at: size)) } catch {
                    outcome = .failure(error)
                }
            }
            let count: Int
            do throws(ArchiveError) { count = try outcome.get() } catch {
                throw RepositoryError(error, location: file.name)
            }
            guard count > 0 else { return size }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { platformWrite(descriptor, $0) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else {
                    let error = unwritable(path)
                    close(descriptor)
                    throw error
                }
                rest = rest.dropFirst(written)
            }
            size += count
        }
    }

    private func makePath(_ path: String) -> Bool {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return false }
        return makePath(String(path[..<slash])) && (mkdir(path, 0o755) == 0 || errno == EEXIST)
    }

    private func unwritable(_ path: String) -> RepositoryError {
        RepositoryError(.unwritable, location: path, cause: ArchiveError(.openFailed, path: path, systemError: errno))
    }
}

private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

extension Catalog {
    /// A repository's index file, as it was when the catalog was loaded.
    ///
    /// - Throws: ``RepositoryError/Code/notIntact`` where another one is there now.
    func indexFile(of repository: LoadedRepository) throws(RepositoryError) -> any RandomAccessFile {
        if repository.source.localPath == nil {
            guard let file = remoteIndexes?.object(repository.sha256) else {
                throw RepositoryError(.offline, location: repository.location)
            }
            return file
        }
        do {
            let url = try repository.source.indexURL(architecture: architecture)
            let file = try OpenFile(path: Repository.localPath(of: url) ?? url)
            guard try Cache.digest(of: file) == repository.sha256 else {
                throw RepositoryError(.notIntact, location: file.name, detail: "the index changed in the meantime")
            }
            return file
        } catch let error as ArchiveError {
            throw RepositoryError(error, location: repository.location)
        } catch let error as FormatError {
            throw RepositoryError(.invalidRepository, location: repository.location, format: error)
        } catch let error as RepositoryError {
            throw error
        } catch {
            throw RepositoryError(.unreadable, location: repository.location)
        }
    }
}
