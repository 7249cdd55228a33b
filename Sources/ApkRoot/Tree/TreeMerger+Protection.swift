internal import ApkArchive
internal import ApkFormats

// MARK: - Files that people change

extension TreeMerger {
    /// The suffix of a package's file beside the one that a person changed.
    static let newSuffix = Array(".apk-new".utf8)

    /// Puts a node into the tree; in a protected directory beside a file that a person made or changed.
    mutating func put(
        _ node: RootNode, digest: FileDigest?, _ former: Holder?, isInNewDirectory: Bool
    ) throws(RootError) {
        let isPersonal = isInNewDirectory ? false : try hasPersonalFile(at: node.path, former)
        guard isPersonal else {
            tree.table[node.path] = node
            return
        }
        if let digest, try view.digest(of: node.path, digest.algorithm) == digest { return }
        var beside = node
        beside.path += Self.newSuffix
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
        for path in files { split(path, isDirectory: false) }
        for path in directories.subtracting(kept).sorted(by: { $1.lexicographicallyPrecedes($0) }) {
            split(path, isDirectory: true)
        }
    }

    private mutating func remove(_ path: [UInt8], _ holder: Holder, _ files: inout [[UInt8]]) throws(RootError) {
        guard let kind = try view.kind(of: path), kind != .directory else { return }
        if let node = tree.table[path] {
            // What comes in its place replaces it in one step, unless it is a directory.
            if node.kind == .directory { files.append(path) }
            return
        }
        if !options.purges, protected.protects(directory: parentPath(path)), try isChanged(path, holder) {
            notices.append(
                RootNotice(kind: .keptConfiguration, path: path, package: participants[holder.participant].label))
        } else {
            files.append(path)
        }
        let beside = path + Self.newSuffix
        if tree.table[beside] == nil, try view.kind(of: beside) == .regular { files.append(beside) }
    }

    /// What lies in the way of something of another type goes first, the rest last.
    private mutating func split(_ path: [UInt8], isDirectory: Bool) {
        let isFirst = typeChanges.contains { change in
            path.starts(with: change) && (path.count == change.count || path[change.count] == UInt8(ascii: "/"))
        }
        switch (isFirst, isDirectory) {
        case (true, false): tree.removedFirst.files.append(path)
        case (true, true): tree.removedFirst.directories.append(path)
        case (false, false): tree.removedLast.files.append(path)
        case (false, true): tree.removedLast.directories.append(path)
        }
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
