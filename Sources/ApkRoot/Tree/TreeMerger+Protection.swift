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
        let isPersonal = isInNewDirectory ? false : try hasPersonalFile(at: node.path, former)
        guard isPersonal else {
            tree.table[node.path] = node
            return
        }
        if let digest, try view.digest(of: node.path, digest.algorithm) == digest { return }
        var beside = node
        beside.path += Self.newSuffix
        // The suffix can make a name too long.
        guard lastComponent(beside.path).count <= PathGate.longestComponent else {
            throw RootError(SystemFailure(call: .rename, number: ENAMETOOLONG), path: beside.path)
        }
        try checkType(of: beside.path, participant, isInNewDirectory: false)
        if let other = tree.table[beside.path]?.owner {
            throw RootError(.fileConflict, path: beside.path, package: node.owner ?? "", otherPackage: other)
        }
        tree.table[beside.path] = beside
        notices.append(RootNotice(kind: .newConfiguration, path: beside.path, package: node.owner ?? ""))
    }

    /// Whether a protected path has a file that is not as the database says, or that nobody owned.
    private mutating func hasPersonalFile(at path: [UInt8], _ former: Holder?) throws(RootError) -> Bool {
        guard protected.protects(directory: parentPath(path)), tree.table[path] == nil else { return false }
        guard let kind = try view.kind(of: path), kind != .directory else { return false }
        guard let former, former.participant < installed.count else { return true }
        return try isChanged(path, former)
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
