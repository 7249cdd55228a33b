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
    /// Linux's NAME_MAX, which a suffix can go beyond.
    private static let longestName = 255

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
        guard lastComponent(beside.path).count <= Self.longestName else {
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

    /// Decides what of the packages that go is removed.
    mutating func removeGoing() throws(RootError) {
        guard participants[..<installed.count].contains(where: \.isGoing) else { return }
        var files: [[UInt8]] = []
        var directories: Set<[UInt8]> = []
        var kept = try keptDirectories()
        for (place, package) in installed.enumerated() where participants[place].isGoing {
            for directory in package.files.directories {
                guard let path = try installedDirectory(directory.path) else { continue }
                for file in directory.files {
                    let name = joined(path, package.files.file(at: file).name)
                    guard let holder = holders[name], holder.participant == place, holder.file == file else { continue }
                    try remove(name, holder, &files)
                }
                var ancestor = path
                while !ancestor.isEmpty, directories.insert(ancestor).inserted {
                    ancestor = Array(parentPath(ancestor))
                }
            }
        }
        for path in tree.table.keys {
            var ancestor = Array(parentPath(path))
            while !ancestor.isEmpty, kept.insert(ancestor).inserted { ancestor = Array(parentPath(ancestor)) }
        }
        tree.removedLast.files = files
        tree.removedLast.directories = directories.subtracting(kept).sorted { $1.lexicographicallyPrecedes($0) }
    }

    private mutating func remove(_ path: [UInt8], _ holder: Holder, _ files: inout [[UInt8]]) throws(RootError) {
        guard let kind = try view.kind(of: path), kind != .directory else { return }
        if let node = tree.table[path] {
            // What comes in its place replaces it in one step, unless it is a directory.
            if node.kind == .directory { files.append(path) }
            return
        }
        if try isKept(path, holder) {
            notices.append(
                RootNotice(kind: .keptConfiguration, path: path, package: participants[holder.participant].label))
        } else {
            files.append(path)
        }
        let beside = path + Self.newSuffix
        if tree.table[beside] == nil, holders[beside] == nil, try view.kind(of: beside) == .regular {
            files.append(beside)
        }
    }

    /// Takes apk's files away from where they were, if a link on the way to them goes or comes in this run.
    ///
    /// - Parameter path: the database's directory as apk writes it.
    /// - Returns: whether the database is in another directory afterwards.
    mutating func leaveDatabase(_ path: [UInt8]) throws(RootError) -> Bool {
        let former = Array(parentPath(try view.followed(joined(path, "installed".utf8))))
        guard try view.kind(of: former) == .directory, try followed(path) != former else { return false }
        let names = ["installed", "triggers", "scripts.tar", "scripts.tar.gz", "lock"]
        for name in names.map({ Array($0.utf8) }) + [RootMetadata.fileName] {
            let file = joined(former, name)
            if tree.table[file] == nil, try view.kind(of: file) == .regular { tree.removedLast.files.append(file) }
        }
        tree.removedLast.directories.append(former)
        return true
    }

    /// Lets what lies in the way of something of another type go first, the rest last, when all that comes is known.
    mutating func orderRemovals() {
        let isFirst = { [typeChanges] (path: [UInt8]) in
            typeChanges.contains { change in
                path.starts(with: change) && (path.count == change.count || path[change.count] == UInt8(ascii: "/"))
            }
        }
        // What this program made of a path in the meantime stays.
        let files = tree.removedLast.files.filter { path in tree.table[path].map { $0.kind == .directory } ?? true }
        tree.removedFirst.files += files.filter(isFirst)
        tree.removedLast.files = files.filter { !isFirst($0) }
        let directories = tree.removedLast.directories
        tree.removedFirst.directories += directories.filter(isFirst)
        tree.removedLast.directories = directories.filter { !isFirst($0) }
    }

    /// The physical directories that packages list which stay or come.
    private mutating func keptDirectories() throws(RootError) -> Set<[UInt8]> {
        var kept: Set<[UInt8]> = []
        for (place, package) in installed.enumerated() where !participants[place].isGoing {
            for directory in package.files.directories {
                if let path = try installedDirectory(directory.path) { kept.insert(path) }
            }
        }
        for path in directoryHolders.keys { kept.insert(path) }
        return kept
    }
}
