internal import ApkArchive
internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What is on the disk below the root before a run changes it.
struct RootView {
    /// What a path is, without following a symbolic link at its end.
    enum Kind: Hashable {
        case directory
        case symbolicLink(target: [UInt8])
        case regular
        case other
    }

    private var walker: PathWalker?
    /// What the disk may not hold. Devices that lie in it alone are files of the root like all others.
    let metadata: RootMetadata
    /// Whose files are root's.
    let maker: Journal.Owner

    /// A root in which nothing is.
    static var empty: RootView { RootView(walker: nil, RootState()) }

    private init(walker: PathWalker?, _ state: RootState) {
        self.walker = walker
        metadata = state.metadata
        maker = state.maker
    }

    /// - Parameter state: what the root says of itself; without it the disk alone counts.
    init(_ root: Directory, _ state: RootState = RootState()) { self.init(walker: PathWalker(root), state) }

    /// What stands at a path whose parents are directories; nil for nothing.
    mutating func kind(of path: [UInt8]) throws(RootError) -> Kind? {
        guard let status = try statusOnDisk(of: path) else { return try isUnmade(path) ? .other : nil }
        if status.isDirectory { return .directory }
        if status.isRegular { return .regular }
        guard status.isSymbolicLink else { return .other }
        return try .symbolicLink(
            target: at(path) { (directory, name) throws(SystemFailure) in try directory.readLink(name) } ?? [])
    }

    /// Whether a path has a device or FIFO that could not be made.
    private mutating func isUnmade(_ path: [UInt8]) throws(RootError) -> Bool {
        guard let kept = metadata[path], RootMetadata.deviceKind(kept.type) != nil else { return false }
        return try walker?.directoryIfThere(parentPath(path)) != nil
    }

    /// What a path is as the root is meant: with the mode and owner that could not be given, and root's where it is its
    /// maker's.
    mutating func status(of path: [UInt8]) throws(RootError) -> FileStatus? {
        guard var status = try statusOnDisk(of: path) else { return nil }
        let owner = status.owner(madeBy: maker)
        (status.user, status.group) = (owner.user, owner.group)
        guard let kept = metadata[path], let kind = status.kind, kept.type == RootMetadata.type(of: kind) else {
            return status
        }
        status.mode = status.mode & ~0o7777 | kept.mode
        (status.user, status.group) = (kept.user, kept.group)
        return status
    }

    /// What a path is on the disk.
    mutating func statusOnDisk(of path: [UInt8]) throws(RootError) -> FileStatus? {
        try at(path) { (directory, name) throws(SystemFailure) in
            name.isEmpty ? try directory.status() : try directory.status(name)
        } ?? nil
    }

    /// The digest of a regular file's content or of a symbolic link's text; nil for anything else.
    mutating func digest(of path: [UInt8], _ algorithm: FileDigest.Algorithm) throws(RootError) -> FileDigest? {
        switch try kind(of: path) {
        case .symbolicLink(let target): return try Self.digest(of: target, algorithm, at: path)
        case .regular:
            var hash = try Self.hash(algorithm, at: path)
            guard
                let file = try at(
                    path, { (directory, name) throws(SystemFailure) in try directory.openPrivateFile(name) })
            else { return nil }
            do throws(SystemFailure) { try file.read { hash.update($0) } } catch { throw RootError(error, path: path) }
            return Checksum(bytes: hash.finish().prefix(20)).map { FileDigest($0.identity, algorithm: algorithm) }
        default: return nil
        }
    }

    /// The digest of what a file would have in it.
    static func digest(
        of bytes: [UInt8], _ algorithm: FileDigest.Algorithm, at path: [UInt8]
    ) throws(RootError) -> FileDigest? {
        var hash = try hash(algorithm, at: path)
        bytes.withUnsafeBytes { hash.update($0) }
        return Checksum(bytes: hash.finish().prefix(20)).map { FileDigest($0.identity, algorithm: algorithm) }
    }

    private static func hash(_ algorithm: FileDigest.Algorithm, at path: [UInt8]) throws(RootError) -> Digest {
        do throws(ArchiveError) { return try Digest(algorithm == .sha1 ? .sha1 : .sha256) } catch {
            throw RootError(.badPackage, path: path, archive: error)
        }
    }

    /// The content of a regular file; nil if there is none.
    mutating func content(of path: [UInt8]) throws(RootError) -> [UInt8]? {
        guard try kind(of: path) == .regular else { return nil }
        return try at(path) { (directory, name) throws(SystemFailure) in try directory.openPrivateFile(name).readAll() }
    }

    /// The names in a directory, sorted; none if there is no such directory.
    mutating func names(in path: [UInt8]) throws(RootError) -> [[UInt8]] {
        guard try kind(of: path) == .directory, let directory = try walker?.directoryIfThere(path) else { return [] }
        do throws(SystemFailure) {
            let unmade = metadata.devices.filter { parentPath($0).elementsEqual(path) }.map { Array(lastComponent($0)) }
            return Set(try directory.names() + unmade).sorted { $0.lexicographicallyPrecedes($1) }
        } catch {
            throw RootError(error, path: path)
        }
    }

    private mutating func at<Result>(
        _ path: [UInt8], _ body: (Directory, ArraySlice<UInt8>) throws(SystemFailure) -> Result
    ) throws(RootError) -> Result? {
        guard let directory = try walker?.directoryIfThere(parentPath(path)) else { return nil }
        do throws(SystemFailure) { return try body(directory, lastComponent(path)) } catch {
            throw RootError(error, path: path)
        }
    }
}

extension FileStatus {
    /// Whose it is as the root is meant: root's where it is its maker's.
    func owner(madeBy maker: Journal.Owner) -> Journal.Owner {
        Journal.Owner(user: user == maker.user ? 0 : user, group: group == maker.group ? 0 : group)
    }
}

extension PathWalker {
    /// The directory of a path; nil if there is none, or something else on the way. Any other failure is one.
    fileprivate mutating func directoryIfThere(_ path: some Collection<UInt8>) throws(RootError) -> Directory? {
        do throws(RootError) { return try directory(path) } catch {
            guard error.code == .rootChanged || error.systemError == ENOENT else { throw error }
            return nil
        }
    }
}
