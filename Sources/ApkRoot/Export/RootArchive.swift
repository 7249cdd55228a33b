public import ApkArchive
internal import CFileAttributes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension StagingRoot {
    /// Writes the root as tar entries as it shall be: what is on the disk, and from the metadata beside it what the disk
    /// may not hold. Each directory stands before what it holds; the second and further names of a file are hard links.
    ///
    /// Files of whoever owns apk's database are root's, as apk sees it: a plain user made the root. What is mounted on
    /// `proc`, `sys`, `dev` and `run` is the kernel's and stays out. The archive's end is left to the caller.
    ///
    /// - Returns: the paths that no archive can hold: sockets.
    /// - Throws: ``RootError``; ``RootError/Code/rootChanged`` if a file changes while it is read.
    @discardableResult
    public func write<Output: ByteSink & ~Copyable>(
        to tar: inout TarWriter<Output>
    ) throws(RootError) -> [[UInt8]] {
        // Read again: a run may have changed it.
        var view = RootView(root)
        let state = try RootState(&view)
        var survey = RootSurvey(root, state)
        try survey.run(without: view.followed(joined(state.databasePath, RootMetadata.fileName)))
        var walker = PathWalker(root)
        var firstNames: [RootSurvey.File: [UInt8]] = [:]
        for (path, found) in survey.nodes.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            var entry = found.entry
            if let file = found.file {
                if let first = firstNames[file] {
                    entry.kind = .hardLink
                    entry.linkTarget = first
                    entry.size = 0
                } else {
                    firstNames[file] = path
                }
            }
            let (parent, name) = try walker.parent(of: path)
            try Self.append(entry, in: parent, name, to: &tar)
        }
        return survey.skipped
    }

    private static func append<Output: ByteSink & ~Copyable>(
        _ entry: ArchiveEntry, in parent: Directory, _ name: ArraySlice<UInt8>, to tar: inout TarWriter<Output>
    ) throws(RootError) {
        do throws(ArchiveError) {
            guard entry.kind == .regular else { return try tar.append(entry) }
            let file: RootFile
            do throws(SystemFailure) { file = try parent.openPrivateFile(name) } catch {
                throw ArchiveError(
                    .openFailed, path: String(decoding: entry.path, as: UTF8.self), systemError: error.number)
            }
            try tar.append(entry)
            let written = try file.copy(
                atMost: entry.size, to: &tar, path: String(decoding: entry.path, as: UTF8.self))
            guard written == entry.size else { throw ArchiveError(.fileChanged, name: entry.path) }
        } catch {
            let code: RootError.Code = error.code == .fileChanged ? .rootChanged : .systemFailure
            throw RootError(code, path: entry.path, detail: "a file that stays as it is", archive: error)
        }
    }
}

/// All that is in a root on the disk, as entries of an archive.
struct RootSurvey {
    /// What two names of one file have in common.
    struct File: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    struct Found {
        var entry: ArchiveEntry
        /// Of regular files alone.
        var file: File?
    }

    private(set) var nodes: [[UInt8]: Found] = [:]
    private(set) var skipped: [[UInt8]] = []

    private let root: Directory
    private let metadata: RootMetadata
    private let maker: Journal.Owner

    /// Where the kernel mounts file systems of its own.
    private static let mounted: Set<[UInt8]> = Set(["proc", "sys", "dev", "run"].map { Array($0.utf8) })

    init(_ root: Directory, _ state: RootState) {
        self.root = root
        metadata = state.metadata
        maker = state.maker
    }

    /// - Parameter own: the path of the metadata's own file, which is no file of the root.
    mutating func run(without own: [UInt8]) throws(RootError) {
        let status: FileStatus
        do throws(SystemFailure) { status = try root.status() } catch { throw RootError(error, path: []) }
        try visit(root, at: [], device: status.device)
        nodes[own] = nil
        addDevices()
    }

    private mutating func visit(_ directory: Directory, at path: [UInt8], device: UInt64) throws(RootError) {
        let names: [[UInt8]]
        do throws(SystemFailure) { names = try directory.names() } catch { throw RootError(error, path: path) }
        for name in names where !path.isEmpty || name != Stage.name {
            let place = joined(path, name)
            do throws(SystemFailure) {
                guard let status = try directory.status(name) else { continue }
                guard let kind = status.kind else {
                    skipped.append(place)
                    continue
                }
                nodes[place] = Found(
                    entry: try entry(place, kind, status, directory, name),
                    file: kind == .regular ? File(device: status.device, inode: status.inode) : nil)
                guard kind == .directory, status.device == device || !Self.mounted.contains(place) else { continue }
            } catch {
                throw RootError(error, path: place)
            }
            let inside: Directory
            do throws(SystemFailure) { inside = try directory.directory(name) } catch {
                throw RootError(error, path: place)
            }
            try visit(inside, at: place, device: device)
        }
    }

    private func entry(
        _ path: [UInt8], _ kind: ArchiveEntry.Kind, _ status: FileStatus, _ directory: Directory, _ name: [UInt8]
    ) throws(SystemFailure) -> ArchiveEntry {
        let owner = status.owner(madeBy: maker)
        var entry = ArchiveEntry(
            path: path, kind: kind, mode: kind == .symbolicLink ? 0o777 : status.permissions, userID: owner.user,
            groupID: owner.group, modificationTime: min(max(status.seconds, 0), Int(UInt32.max)),
            modificationNanoseconds: status.nanoseconds)
        switch kind {
        case .regular:
            entry.size = status.size
            entry.extendedAttributes = try directory.openPrivateFile(name).extendedAttributes()
        case .symbolicLink: entry.linkTarget = try directory.readLink(name)
        case .characterDevice, .blockDevice:
            entry.deviceMajor = cfileattributes_major(status.deviceNumber)
            entry.deviceMinor = cfileattributes_minor(status.deviceNumber)
        default: break
        }
        // What became of another type since is another file, of which nothing else is known.
        guard let kept = metadata[path], kept.type == RootMetadata.type(of: kind) else { return entry }
        (entry.mode, entry.userID, entry.groupID) = (kept.mode, kept.user, kept.group)
        if !kept.extendedAttributes.isEmpty { entry.extendedAttributes = kept.extendedAttributes }
        return entry
    }

    /// The devices and FIFOs that could not be made, where their directories still are.
    private mutating func addDevices() {
        for (path, kept) in metadata.entries where nodes[path] == nil {
            guard let kind = RootMetadata.deviceKind(kept.type), PathGate.isPath(path),
                parentPath(path).isEmpty || nodes[Array(parentPath(path))]?.entry.kind == .directory
            else { continue }
            nodes[path] = Found(
                entry: ArchiveEntry(
                    path: path, kind: kind, mode: kept.mode, userID: kept.user, groupID: kept.group,
                    modificationTime: kept.seconds, modificationNanoseconds: kept.nanoseconds,
                    deviceMajor: kept.deviceMajor,
                    deviceMinor: kept.deviceMinor, extendedAttributes: kept.extendedAttributes))
        }
    }
}

extension FileStatus {
    /// The kind of file; nil for a socket, and what no archive knows.
    var kind: ArchiveEntry.Kind? {
        switch mode & UInt32(S_IFMT) {
        case UInt32(S_IFREG): .regular
        case UInt32(S_IFDIR): .directory
        case UInt32(S_IFLNK): .symbolicLink
        case UInt32(S_IFCHR): .characterDevice
        case UInt32(S_IFBLK): .blockDevice
        case UInt32(S_IFIFO): .fifo
        default: nil
        }
    }
}
