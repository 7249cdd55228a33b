internal import ApkArchive
internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

// MARK: - Files that people change

extension TreeMerger {
    /// The suffix of a package's file beside the one that a person changed.
    static let newSuffix = Array(".apk-new".utf8)

    /// Puts a node into the tree; in a protected directory beside a file that a person made or changed.
    mutating func put(
        _ node: RootNode, digest: FileDigest?, _ former: Holder?, _ participant: Int, isInNewDirectory: Bool
    ) throws(RootError) {
        if besidePaths.contains(node.path), let other = tree.table[node.path]?.owner {
            throw RootError(.fileConflict, path: node.path, package: node.owner ?? "", otherPackage: other)
        }
        let isPersonal = isInNewDirectory ? false : try hasPersonalFile(at: node.path, former)
        guard isPersonal else {
            tree.table[node.path] = node
            return
        }
        var beside = node
        beside.path += Self.newSuffix
        // Whoever has the path has the file beside it: one of a package that loses the path does not stay.
        if besidePaths.remove(beside.path) != nil {
            tree.table[beside.path] = nil
            notices.removeAll { $0.kind == .newConfiguration && $0.path == beside.path }
        }
        // What a script left here is the package's now, as a person's file is.
        tree.table[node.path]?.owner = node.owner
        if let digest, try standingDigest(of: node.path, digest.algorithm) == digest { return }
        // The suffix can make a name too long.
        guard lastComponent(beside.path).count <= PathGate.longestComponent else {
            throw RootError(SystemFailure(call: .rename, number: ENAMETOOLONG), path: beside.path)
        }
        try checkType(of: beside.path, participant, isInNewDirectory: false)
        let installedHolder = holders[beside.path].map(\.participant)
            .flatMap { $0 < installed.count && !participants[$0].isGoing ? participants[$0].label : nil }
        if let other = tree.table[beside.path]?.owner ?? installedHolder {
            throw RootError(.fileConflict, path: beside.path, package: node.owner ?? "", otherPackage: other)
        }
        tree.table[beside.path] = beside
        besidePaths.insert(beside.path)
        notices.append(RootNotice(kind: .newConfiguration, path: beside.path, package: node.owner ?? ""))
    }

    /// Whether a protected path has a file that is not as the database says, or that nobody owned.
    private mutating func hasPersonalFile(at path: [UInt8], _ former: Holder?) throws(RootError) -> Bool {
        guard protected.protects(directory: parentPath(path)) else { return false }
        // Of other packages nothing is kept here; what has no package was a script's.
        if let node = tree.table[path] { return node.owner == nil }
        guard let kind = try view.kind(of: path), kind != .directory else { return false }
        guard let former else { return true }
        guard former.participant >= installed.count else { return try isChanged(path, former) }
        // In the order of the run it is a file of that package already, if its content is the same.
        guard let digest = staged[stagedPlace(former.participant)].entries[former.file].digest else { return true }
        return try view.digest(of: path, digest.algorithm) != digest
    }

    /// The digest of what is at a path: made by a script, or on the disk.
    private mutating func standingDigest(
        of path: [UInt8], _ algorithm: FileDigest.Algorithm
    ) throws(RootError) -> FileDigest? {
        guard let node = tree.table[path] else { return try view.digest(of: path, algorithm) }
        guard case .bytes(let bytes) = node.content else {
            return try RootView.digest(of: node.target, algorithm, at: path)
        }
        return try RootView.digest(of: bytes, algorithm, at: path)
    }

    /// Whether a file on the disk is another than the database says. One that it knows no digest of counts as changed.
    mutating func isChanged(_ path: [UInt8], _ holder: Holder) throws(RootError) -> Bool {
        guard let digest = installed[holder.participant].files.file(at: holder.file).digest else { return true }
        return try view.digest(of: path, digest.algorithm) != digest
    }

    /// Whether a file of a package that goes stays: a person changed it, in a protected directory.
    mutating func isKept(_ path: [UInt8], _ holder: Holder) throws(RootError) -> Bool {
        guard !options.purges, protected.protects(directory: parentPath(path)) else { return false }
        return try isChanged(path, holder)
    }
}
