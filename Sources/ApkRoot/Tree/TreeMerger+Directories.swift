internal import ApkArchive
internal import ApkFormats

// MARK: - The mode and owner of directories that are there

extension TreeMerger {
    /// Gives directories on the disk what the new version of their package says of them, where they still have what the
    /// old version said: what a person changed stays. A directory that gets another package for its owner keeps its mode,
    /// as apk leaves it.
    mutating func changeDirectories() throws(RootError) {
        var former = try formerAttributes()
        for (path, old) in former {
            guard let node = existingNodes[path] else { continue }
            let new = FileAttributes(
                user: node.user, group: node.group, mode: UInt16(truncatingIfNeeded: node.mode),
                extendedAttributes: try AttributeDigest.make(node.extendedAttributes))
            // What could not be given once is tried again.
            if new == old, view.metadata[path] == nil { former[path] = nil }
        }
        guard !former.isEmpty else { return }
        for path in try directoriesOfStaying(among: former) { former[path] = nil }
        for (path, old) in former {
            guard let node = existingNodes[path], let status = try view.status(of: path),
                status.permissions == UInt32(old.mode), status.user == old.user, status.group == old.group
            else { continue }
            tree.table[path] = node
            tree.changedDirectories.insert(path)
        }
    }

    /// What the old versions of packages that come say of the directories on the disk that are theirs to give a mode.
    private mutating func formerAttributes() throws(RootError) -> [[UInt8]: FileAttributes] {
        var former: [[UInt8]: FileAttributes] = [:]
        guard !existingNodes.isEmpty else { return former }
        for (place, package) in installed.enumerated() where participants[place].isGoing {
            for directory in package.files.directories {
                guard let path = try installedDirectory(directory.path), existingNodes[path] != nil,
                    let holder = directoryHolders[path], participants[holder].name == package.name
                else { continue }
                former[path] = directory.attributes
            }
        }
        return former
    }

    /// Those of some directories whose mode comes from a package that stays as it is.
    private mutating func directoriesOfStaying(
        among paths: [[UInt8]: FileAttributes]
    ) throws(RootError) -> Set<[UInt8]> {
        var found: Set<[UInt8]> = []
        for (place, package) in installed.enumerated() where !participants[place].isGoing {
            for directory in package.files.directories {
                guard let path = try installedDirectory(directory.path), paths[path] != nil,
                    let holder = directoryHolders[path],
                    !FileOwnership.takesDirectory(holder: participants[place], newcomer: participants[holder])
                else { continue }
                found.insert(path)
            }
        }
        return found
    }
}
