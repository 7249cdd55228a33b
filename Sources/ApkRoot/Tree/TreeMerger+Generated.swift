internal import ApkArchive

// MARK: - What no package ships

extension TreeMerger {
    /// The physical path that a path means; its directories are made where they are missing.
    mutating func generatedPath(_ path: [UInt8]) throws(RootError) -> [UInt8] {
        joined(try resolve(Array(parentPath(path)), nil), lastComponent(path))
    }

    /// Puts in a file of this program's own, or replaces one. Its paths are none that others choose.
    mutating func generateFile(
        _ path: [UInt8], _ content: [UInt8], mode: UInt32 = 0o644, time: Int
    ) throws(RootError) {
        let physical = try generatedPath(path)
        try checkType(of: physical, nil, isInNewDirectory: false)
        var node = RootNode(physical, kind: .regular, mode: mode, time: time)
        node.content = .bytes(content)
        node.size = content.count
        tree.table[physical] = node
    }

    /// Whether a physical path is there when all steps so far are done: what comes or goes in later ones does not count.
    mutating func exists(_ path: [UInt8]) throws(RootError) -> Bool {
        if tree.table[path] != nil, !tree.existingDirectories.contains(path) { return true }
        if scriptRemovals.contains(path) { return false }
        switch try view.kind(of: path) {
        case nil: return false
        case .directory: return try !isGone(directory: path)
        default:
            guard let holder = holders[path], participants[holder.participant].isGone else { return true }
            if let known = keptFiles[path] { return known }
            let isKept = try isKept(path, holder)
            keptFiles[path] = isKept
            return isKept
        }
    }

    /// The content of a file as it will be, through links inside the root; nil if there will be none.
    mutating func content(of path: [UInt8], _ stage: any StagedContents) throws(RootError) -> [UInt8]? {
        let physical = try fullyFollowed(path)
        guard let node = tree.table[physical] else {
            return try exists(physical) ? try view.content(of: physical) : nil
        }
        switch node.content {
        case .bytes(let bytes): return bytes
        case .staged(let number): return try stage.content(of: number)
        case .none: return nil
        }
    }

    /// What the caller should know, the directories without an entry last.
    var allNotices: [RootNotice] {
        let implied = impliedDirectories.sorted { isOrdered($0.key, before: $1.key) }
        return notices
            + implied.map { RootNotice(kind: .impliedDirectory, path: $0.key, package: label($0.value)) }
    }

    /// Gives directories that no package ships a time.
    mutating func dateImpliedDirectories(_ time: Int) {
        // Changed in a loop of its own: while the table is walked through, a change would copy all of it.
        var implied: [[UInt8]] = []
        for (path, node) in tree.table where node.kind == .directory && node.owner == nil && node.seconds == 0 {
            implied.append(path)
        }
        for path in implied { tree.table[path]?.seconds = time }
    }
}
