internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What a directory that is there gets.
struct DirectoryChange {
    /// nil for those that stay.
    var mode: UInt32?
    var owner: Journal.Owner?
    /// The time that it has, which stays.
    var seconds: Int
    var nanoseconds: Int
}

// MARK: - What directories get when everything in them is done

extension Preparation {
    /// Decides what a directory that is there can get of its new mode and owner; the rest is written down.
    mutating func change(_ node: RootNode) throws(RootError) {
        metadata.remove([node.path])
        let directory = try walker.directory(node.path)
        var isWhole = node.extendedAttributes.isEmpty
        do throws(SystemFailure) {
            let status = try directory.status()
            var change = DirectoryChange(seconds: status.seconds, nanoseconds: status.nanoseconds)
            let isGiven = try canChange(directory, status)
            let owner = Journal.Owner(user: node.user, group: node.group)
            if status.owner(madeBy: state.maker) != owner {
                if isGiven, stage.isSuperuser, try abilities.canGive(owner) { change.owner = owner }
                isWhole = isWhole && change.owner != nil
            }
            var mode = mode(ofDirectory: node)
            // One that stays its maker's stays open to him, whoever runs this.
            if change.owner == nil, status.user != 0, status.user == state.maker.user { mode |= 0o700 }
            if isGiven { change.mode = mode }
            isWhole = isWhole && (isGiven ? mode : status.permissions) == node.mode
            directoryChanges[node.path] = change
        } catch {
            throw RootError(error, path: node.path)
        }
        if !isWhole { metadata.set(node) }
    }

    /// Whether the process may change the mode of a directory, tried with the one that it has.
    private func canChange(_ directory: Directory, _ status: FileStatus) throws(SystemFailure) -> Bool {
        guard stage.isSuperuser || status.user == geteuid() else { return false }
        // A plain user could lose the bit of a group that is not his by it.
        guard stage.isSuperuser || status.permissions & 0o7000 == 0 else { return true }
        do throws(SystemFailure) { try directory.changeMode(status.permissions) } catch {
            guard [EPERM, EACCES, EROFS].contains(error.number) else { throw error }
            return false
        }
        return true
    }

    /// Remembers that a name in a directory comes, goes or becomes another file's.
    mutating func touch(parentOf path: [UInt8]) {
        let parent = Array(parentPath(path))
        guard !plan.tree.isNewDirectory(parent), !gone.contains(parent) else { return }
        touchedDirectories.insert(parent)
    }

    /// The last steps of directories, the deepest first. Those that are there and were touched get the time of the run:
    /// two equal sequences of runs make equal roots.
    mutating func finishDirectories() throws(RootError) {
        for place in places.reversed() {
            let node = plan.tree.table.values[place]
            guard node.kind == .directory else { continue }
            if plan.tree.existingDirectories.contains(node.path) {
                finish(existing: node.path)
            } else {
                try finish(node)
            }
        }
        // Those of which nothing else is known: what stays though its packages go, and the root itself, in which the
        // stage is in any case.
        changesRootDirectory = touchedDirectories.contains([])
        for path in touchedDirectories.union([[]]).sorted(by: { isOrdered($1, before: $0) }) { finish(existing: path) }
    }

    private mutating func finish(existing path: [UInt8]) {
        var change = directoryChanges[path]
        if touchedDirectories.remove(path) != nil {
            change = DirectoryChange(mode: change?.mode, owner: change?.owner, seconds: plan.time, nanoseconds: 0)
        }
        guard let change else { return }
        journal.steps.append(
            .finishDirectory(
                path, mode: change.mode, owner: change.owner, seconds: change.seconds, nanoseconds: change.nanoseconds))
    }

    private mutating func finish(_ node: RootNode) throws(RootError) {
        let mode = mode(ofDirectory: node)
        let inherits = groupDirectories.contains(node.path)
        let made = adoption.folders[node.path] == nil ? mode & 0o777 | 0o700 : Stage.folderMode
        let isAsMade = made == mode && mode & stage.maskedBits == 0 && !inherits
        journal.steps.append(
            .finishDirectory(
                node.path, mode: isAsMade ? nil : mode, owner: try ownerToGive(node), seconds: node.seconds,
                nanoseconds: node.nanoseconds))
    }
}
