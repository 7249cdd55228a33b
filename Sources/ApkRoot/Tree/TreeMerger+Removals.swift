internal import ApkArchive
internal import ApkFormats

// MARK: - What goes

extension TreeMerger {
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
        // Nothing can be called so where the suffix makes a name too long.
        guard lastComponent(beside).count <= PathGate.longestComponent else { return }
        if tree.table[beside] == nil, holders[beside] == nil, try view.kind(of: beside) == .regular {
            files.append(beside)
        }
    }

    /// Notes that the step of a package that goes is done: scripts do not see it any more.
    mutating func leave(_ name: String) throws(RootError) {
        guard let place = goingPlaces[name] else { return }
        participants[place].isGone = true
        standingDirectories = [:]
        for directory in installed[place].files.directories where !directory.path.isEmpty {
            if let path = try installedDirectory(directory.path) { leftDirectories.insert(path) }
        }
    }

    /// Whether a directory on the disk went with the packages that are gone.
    mutating func isGone(directory path: [UInt8]) throws(RootError) -> Bool {
        guard leftDirectories.contains(path), directoryHolders[path] == nil else { return false }
        guard try !isStanding(directory: path) else { return false }
        return !tree.table.keys.contains { node in
            node.count > path.count && isPath(node, atOrBelow: path) && !tree.existingDirectories.contains(node)
        }
    }

    /// Whether a directory on the disk is another package's too, or something in it stays.
    private mutating func isStanding(directory path: [UInt8]) throws(RootError) -> Bool {
        if let known = standingDirectories[path] { return known }
        let isListed = try isListed(path)
        var isStanding = isListed || !leftDirectories.contains(path) || directoryHolders[path] != nil
        if !isStanding {
            for name in try view.names(in: path) where !isStanding {
                let inside = joined(path, name)
                isStanding =
                    try view.kind(of: inside) == .directory ? self.isStanding(directory: inside) : exists(inside)
            }
        }
        standingDirectories[path] = isStanding
        return isStanding
    }

    /// Whether an installed package that is not gone lists a directory.
    private mutating func isListed(_ path: [UInt8]) throws(RootError) -> Bool {
        for (place, package) in installed.enumerated() where !participants[place].isGone {
            for directory in package.files.directories {
                if try installedDirectory(directory.path) == path { return true }
            }
        }
        return false
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
            typeChanges.contains { isPath(path, atOrBelow: $0) }
        }
        tree.removedLast.files += scriptRemovals.sorted { $0.lexicographicallyPrecedes($1) }
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
