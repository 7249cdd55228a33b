internal import ApkArchive
internal import ApkFormats

// MARK: - What scripts make

extension TreeMerger {
    /// The most bytes of a file that is read for a script: it comes into memory, some more than once.
    private static let mostContent = 16 << 20

    /// The physical path of something that a script makes, with the directories on the way. Both the path that it names
    /// and the one where it leads go through the gate; beyond that of packages, nothing of a script comes into the
    /// directories of apk, wherever links of the root put them, or makes a link of a directory above them.
    ///
    /// - Throws: ``RootError/Code/reservedPath``, and where the path does not lead into the root.
    mutating func scriptPath(_ path: [UInt8], isDirectory: Bool) throws(RootError) -> [UInt8] {
        try PathGate.checkScript(path, isDirectory: isDirectory)
        for reserved in PathGate.stateDirectories {
            let physical = try fullyFollowed(reserved)
            guard physical != reserved, try PathGate.touches(followed(path), physical, isDirectory: isDirectory)
            else { continue }
            throw RootError(.reservedPath, path: path)
        }
        try checkGone(path)
        let physical = isDirectory ? try resolve(path, nil) : try generatedPath(path)
        try PathGate.checkScript(physical, isDirectory: isDirectory)
        try noteDirectories(isDirectory ? physical : Array(parentPath(physical)))
        return physical
    }

    /// Notes which directories a script made on the way to another one, and gives them what they have from above.
    private mutating func noteDirectories(_ path: [UInt8]) throws(RootError) {
        var made: [[UInt8]] = []
        var directory = path
        while tree.isNewDirectory(directory), tree.table[directory]?.owner == nil,
            scriptDirectories.insert(directory).inserted
        {
            made.append(directory)
            directory = Array(parentPath(directory))
        }
        for directory in made.reversed() {
            guard let group = try setGroup(in: parentPath(directory)) else { continue }
            tree.table[directory]?.group = group
            tree.table[directory]?.mode |= 0o2000
        }
    }

    /// The group that everything gets which is made in a directory; nil for that of who makes it.
    private mutating func setGroup(in directory: some Collection<UInt8>) throws(RootError) -> UInt32? {
        let path = Array(directory)
        if let node = tree.table[path], !tree.existingDirectories.contains(path), !path.isEmpty {
            return node.mode & 0o2000 == 0 ? nil : node.group
        }
        return try view.status(of: path).flatMap { $0.permissions & 0o2000 == 0 ? nil : $0.group }
    }

    /// A directory that went with its package cannot come back for a script: until the run is over it is on the disk, as
    /// it was, with what is in it.
    private mutating func checkGone(_ path: [UInt8]) throws(RootError) {
        guard !leftDirectories.isEmpty else { return }
        var directory = try followed(path)
        while !directory.isEmpty {
            if try isGone(directory: directory) { throw RootError(.scriptNeedsYou, path: path) }
            directory = Array(parentPath(directory))
        }
    }

    /// The content of a file for a script; nil if there is none.
    mutating func scriptContent(of path: [UInt8], _ stage: any StagedContents) throws(RootError) -> [UInt8]? {
        let physical = try fullyFollowed(path)
        let size: Int
        if let node = tree.table[physical] { size = node.size } else { size = try view.status(of: physical)?.size ?? 0 }
        guard size <= Self.mostContent else { throw RootError(.scriptNeedsYou, path: path) }
        return try content(of: physical, stage)
    }

    /// Reads the users and groups as they will be. Links inside the root are followed, as the C library follows them.
    mutating func readAccounts(_ stage: any StagedContents) throws(RootError) {
        let lines = accounts.newShadowLines
        accounts = Accounts(
            passwd: try scriptContent(of: Accounts.passwdPath, stage),
            group: try scriptContent(of: Accounts.groupPath, stage))
        accounts.newShadowLines = lines
    }

    /// Changes the content of a file that is there or comes, and leaves everything else of it as it is. Where the path is
    /// a link inside the root, the file that it leads to.
    mutating func setContent(_ path: [UInt8], _ content: [UInt8], time: Int) throws(RootError) {
        let physical = try scriptPath(fullyFollowed(path), isDirectory: false)
        var node = RootNode(physical, kind: .regular, mode: 0o644, time: time)
        switch try standingKind(physical) {
        case nil: break
        case .regular:
            if let planned = tree.table[physical] {
                node = planned
            } else if let status = try view.status(of: physical) {
                node.mode = status.permissions
                node.user = status.user
                node.group = status.group
            }
        default: throw typeConflict(physical, nil, directoryOwner(of: physical))
        }
        node.content = .bytes(content)
        node.size = content.count
        tree.table[physical] = node
    }

    /// Makes a directory, and those above it that are missing.
    ///
    /// - Parameter mode: nil for what a new directory has.
    mutating func generateDirectory(_ path: [UInt8], mode: UInt32?, time: Int) throws(RootError) {
        let physical = try scriptPath(path, isDirectory: true)
        guard !tree.existingDirectories.contains(physical) else { return }
        if let mode { tree.table[physical]?.mode = mode }
        tree.table[physical]?.seconds = time
    }

    /// Makes a user's home directory, or gives it the one that is there.
    mutating func makeHome(_ home: String, user: UInt32, group: UInt32, time: Int) throws(RootError) {
        guard !home.isEmpty else { return }
        // The whole root, or a device that a root is not always staged with, is not what anybody wants to give away.
        guard let path = Self.rootPath(home), !path.isEmpty, path != Array("dev/null".utf8) else {
            throw RootError(.scriptNeedsYou)
        }
        guard try standingKind(path) == nil else {
            let change = try change(path) { node in
                node.mode = 0o2755
                node.user = user
                node.group = group
            }
            if case .beyond = change { throw RootError(.scriptNeedsYou) }
            return
        }
        guard try standingKind(fullyFollowed(Array(parentPath(path)))) == .directory else { return }
        // What is in there would be copied.
        guard try standingKind(Array("etc/skel".utf8)) == nil else { throw RootError(.scriptNeedsYou) }
        let physical = try scriptPath(path, isDirectory: true)
        tree.table[physical]?.mode = 0o2755
        tree.table[physical]?.user = user
        tree.table[physical]?.group = group
        tree.table[physical]?.seconds = time
    }

    /// Makes a symbolic link, also in place of another.
    ///
    /// - Returns: false where something has the name that may not be replaced.
    mutating func replaceLink(
        _ path: [UInt8], to target: [UInt8], replaces: Bool, time: Int
    ) throws(RootError) -> Bool {
        switch try standingKind(path) {
        case nil: break
        case .symbolicLink(target): return true
        case .symbolicLink:
            // A link that a package ships is not for a script to change here: the database would not know.
            let physical = try scriptPath(path, isDirectory: false)
            guard replaces, holders[physical] == nil, tree.table[physical]?.owner == nil else { return false }
            try putLink(physical, to: target, time: time)
            return true
        default: return false
        }
        try putLink(scriptPath(path, isDirectory: false), to: target, time: time)
        return true
    }

    /// Takes a symbolic link away that no package has.
    ///
    /// - Returns: whether there was such a link.
    mutating func removeLink(_ path: [UInt8]) throws(RootError) -> Bool {
        let physical = try followed(path)
        guard holders[physical] == nil, case .symbolicLink? = try standingKind(physical) else { return false }
        try PathGate.checkScript(physical, isDirectory: false)
        tree.table[physical] = nil
        if try view.kind(of: physical) != nil { scriptRemovals.insert(physical) }
        return true
    }

    private mutating func putLink(_ physical: [UInt8], to target: [UInt8], time: Int) throws(RootError) {
        var node = RootNode(physical, kind: .symbolicLink, mode: 0o777, time: time)
        node.group = try setGroup(in: parentPath(physical)) ?? 0
        node.target = target
        tree.table[physical] = node
    }

    /// Makes a symbolic link unless something has the name already.
    ///
    /// - Returns: whether it was made.
    mutating func generateLink(_ path: [UInt8], to target: [UInt8], time: Int) throws(RootError) -> Bool {
        guard try !exists(followed(path)) else { return false }
        try putLink(scriptPath(path, isDirectory: false), to: target, time: time)
        return true
    }
}
