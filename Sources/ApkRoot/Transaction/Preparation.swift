internal import ApkArchive
internal import CFileAttributes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Brings everything that a plan needs into the stage, and writes down the steps that make the root of it.
///
/// All that can fail for want of space or permission is tried here, while the root is still as it was.
struct Preparation {
    let root: Directory
    let stage: Stage
    let state: RootState
    let plan: RootPlan
    var journal = Journal()
    var metadata: RootMetadata
    var walker: PathWalker
    var abilities: Abilities
    private var folders: StageFolders
    /// The nodes of the plan in their order.
    let places: [Dictionary<[UInt8], RootNode>.Index]
    /// How many places each staged file still gets, by its number.
    private var names: [UInt32: Int] = [:]
    let adoption: Adoption
    /// Directories that hand their group on to what is made in them.
    var groupDirectories: Set<[UInt8]> = []
    /// What directories that are there get at the end.
    var directoryChanges: [[UInt8]: DirectoryChange] = [:]
    /// Directories in which the process may replace its own files only.
    private var stickyDirectories: Set<[UInt8]> = []
    /// Directories that are there, and in which something changes.
    var touchedDirectories: Set<[UInt8]> = []
    /// Whether a name in the root directory itself comes, goes or becomes another file's.
    var changesRootDirectory = false
    /// What is not there any more afterwards.
    var gone: Set<[UInt8]> = []

    init(root: Directory, stage: Stage, state: RootState, plan: RootPlan) {
        self.root = root
        self.stage = stage
        self.state = state
        self.plan = plan
        metadata = state.metadata
        walker = PathWalker(root)
        abilities = Abilities(stage)
        folders = StageFolders(stage.directory)
        places = plan.tree.places
        let nodes = places.lazy.map { plan.tree.table.values[$0] }
        for node in nodes {
            if case .staged(let number) = node.content { names[number, default: 0] += 1 }
        }
        adoption = Adoption(nodes, of: plan.tree, in: stage, names: names)
    }

    mutating func run() throws(RootError) -> Journal {
        let tree = plan.tree
        let nodes = places.lazy.map { tree.table.values[$0] }
        try checkPermissions(nodes)
        add(tree.removedFirst)
        // The database comes last: it tells of files that are there.
        let databaseDirectory = plan.databaseDirectory
        let isOfDatabase = { (node: RootNode) in
            node.owner == nil && node.kind == .regular && parentPath(node.path).elementsEqual(databaseDirectory)
        }
        // First of all: what comes may have the path of what goes.
        gone = try goingPaths()
        metadata.remove(gone)
        for path in gone { touch(parentOf: path) }
        for node in nodes where !isOfDatabase(node) { try add(node) }
        add(tree.removedLast)
        for node in nodes where isOfDatabase(node) { try add(node) }
        try disownDevices()
        try addMetadata()
        try finishDirectories()
        journal.database = try databaseChange()
        return journal
    }

    private mutating func add(_ removals: RootTree.Removals) {
        journal.steps += removals.files.map { .removeFile($0) }
        journal.steps += removals.directories.map { .removeDirectory($0) }
    }

    private mutating func add(_ node: RootNode) throws(RootError) {
        let isExisting = node.kind == .directory && plan.tree.existingDirectories.contains(node.path)
        guard !isExisting else {
            if plan.tree.changedDirectories.contains(node.path) { try change(node) }
            return
        }
        touch(parentOf: node.path)
        if !metadata.isEmpty { metadata.remove([node.path]) }
        let owner = try ownerToGive(node)
        var isWhole = owner != nil || (node.user == 0 && node.group == 0)
        switch node.kind {
        case .directory:
            if let folder = adoption.folders[node.path] {
                journal.steps.append(.adopt(folder, node.path))
            } else {
                journal.steps.append(.makeDirectory(node.path, mode: node.mode & 0o777 | 0o700))
            }
            isWhole = isWhole && mode(ofDirectory: node) == node.mode && node.extendedAttributes.isEmpty
        case .symbolicLink:
            journal.steps.append(
                .symbolicLink(
                    node.path, target: node.target, seconds: node.seconds, nanoseconds: node.nanoseconds, owner: owner))
            isWhole = isWhole && node.extendedAttributes.isEmpty
        case .regular, .hardLink:
            isWhole = try addFile(node, owner) && isWhole
        case .characterDevice, .blockDevice, .fifo:
            isWhole = try addNode(node, owner) && isWhole && node.extendedAttributes.isEmpty
        }
        if !isWhole {
            let isBeside = node.path.reversed().starts(with: TreeMerger.newSuffix.reversed())
            metadata.set(node, isUnowned: !isRecorded || isBeside)
        }
    }

    /// The owner that must be given to a node and can be; nil for one that it gets by itself, or cannot get.
    mutating func ownerToGive(_ node: RootNode) throws(RootError) -> Journal.Owner? {
        let owner = Journal.Owner(user: node.user, group: node.group)
        // Staged files are made where nothing is handed on; directories and links are made in their place.
        let inherits =
            !groupDirectories.isEmpty && (node.kind == .directory || node.kind == .symbolicLink)
            && groupDirectories.contains(Array(parentPath(node.path)))
        if inherits, node.kind == .directory { groupDirectories.insert(node.path) }
        guard stage.isSuperuser, inherits || node.user != 0 || node.group != 0 else { return nil }
        do throws(SystemFailure) { return try abilities.canGive(owner) ? owner : nil } catch {
            throw RootError(error, path: node.path)
        }
    }

    /// - Returns: whether the file has all that it should have, but for its owner.
    private mutating func addFile(
        _ node: RootNode, _ owner: Journal.Owner?
    ) throws(RootError) -> Bool {
        switch node.content {
        case .none: return true
        case .staged(let number):
            let staged = stage.name(of: number)
            let left = names[number, default: 1]
            names[number] = left - 1
            guard left <= 1 else {
                journal.steps.append(.link(staged, node.path))
                return !node.hasLostAttributes
            }
            let mode = allowed(node, owner)
            do throws(SystemFailure) {
                try giveOwner(staged, node, owner)
                if owner == nil, mode != node.stagedMode {
                    try folders.directory(of: staged).changeNodeMode(staged.name, mode)
                }
            } catch {
                throw RootError(error, path: node.path)
            }
            if !adoption.brings(staged) { journal.steps.append(.place(staged, node.path)) }
            return !node.hasLostAttributes && mode == node.mode
        case .bytes(let bytes):
            do throws(SystemFailure) {
                let number = try stage.createFile(
                    bytes, mode: node.mode, seconds: node.seconds, nanoseconds: node.nanoseconds)
                let staged = stage.name(of: number)
                try giveOwner(staged, node, owner)
                journal.steps.append(.place(staged, node.path))
                return true
            } catch {
                throw RootError(error, path: node.path)
            }
        }
    }

    private mutating func giveOwner(
        _ staged: StagedName, _ node: RootNode, _ owner: Journal.Owner?
    ) throws(SystemFailure) {
        guard let owner else { return }
        let directory = try folders.directory(of: staged)
        try directory.changeOwner(staged.name, user: owner.user, group: owner.group)
        // A new owner takes set-id bits and capabilities away.
        if node.mode & 0o7000 != 0 || node.mode != node.stagedMode {
            try directory.changeNodeMode(staged.name, allowed(node.mode))
        }
        if !node.extendedAttributes.isEmpty {
            _ = try directory.openFile(staged.name).setExtendedAttributes(node.extendedAttributes)
        }
    }

    /// Makes a device or a FIFO where the process may; else it is only written down.
    ///
    /// - Returns: whether it was made.
    private mutating func addNode(_ node: RootNode, _ owner: Journal.Owner?) throws(RootError) -> Bool {
        let type: UInt32
        switch node.kind {
        case .characterDevice: type = UInt32(S_IFCHR)
        case .blockDevice: type = UInt32(S_IFBLK)
        default: type = UInt32(S_IFIFO)
        }
        let staged = stage.name(of: stage.reserveNumber())
        let name = staged.name
        let device = cfileattributes_make_device(node.deviceMajor, node.deviceMinor)
        do throws(SystemFailure) {
            try stage.directory.makeNode(name, mode: type | (node.mode & 0o7777), device: UInt64(device))
            if let owner { try stage.directory.changeOwner(name, user: owner.user, group: owner.group) }
            try stage.directory.changeNodeMode(name, node.mode)
            try stage.directory.setTime(name, seconds: node.seconds, nanoseconds: node.nanoseconds)
        } catch {
            // Numbers that this system cannot hold (EINVAL) are a matter of the system too.
            guard [EPERM, EACCES, ENOSYS, EINVAL].contains(error.number) else {
                throw RootError(error, path: node.path)
            }
            // Nothing takes the place of what had the name.
            if !plan.tree.isNewDirectory(Array(parentPath(node.path))) { journal.steps.append(.removeFile(node.path)) }
            return false
        }
        journal.steps.append(.place(staged, node.path))
        return true
    }

    /// The mode that a directory gets on the disk.
    mutating func mode(ofDirectory node: RootNode) -> UInt32 {
        // A directory that its owner cannot enter, list or change would end the work of a plain user.
        allowed(stage.isSuperuser ? node.mode : node.mode | 0o700)
    }

    /// The mode of a file without what the process may not give. A file that stays the superuser's because its owner is
    /// not to be had must not run as the superuser.
    private mutating func allowed(_ node: RootNode, _ owner: Journal.Owner?) -> UInt32 {
        let isOfAnother = owner == nil && (node.user != 0 || node.group != 0)
        return stage.isSuperuser && isOfAnother ? node.mode & ~0o6000 : allowed(node.mode)
    }

    /// A mode without what the process may not give.
    private mutating func allowed(_ mode: UInt32) -> UInt32 {
        mode & 0o6000 == 0 || abilities.canSetIDs ? mode : mode & ~0o6000
    }

    /// Refuses a run that would stop half-way at a directory that may not be changed, or a file that may not be replaced.
    private mutating func checkPermissions(_ nodes: some Sequence<RootNode>) throws(RootError) {
        let tree = plan.tree
        var checked: Set<[UInt8]> = []
        for node in nodes where !tree.existingDirectories.contains(node.path) {
            try checkPermission(node.path, &checked)
        }
        let directories = Set(tree.removedFirst.directories + tree.removedLast.directories)
        for path in tree.removedPaths.sorted(by: { isOrdered($0, before: $1) }) {
            try checkPermission(path, &checked, isDirectory: directories.contains(path))
        }
    }

    /// - Parameters:
    ///   - checked: the directories that were looked at already.
    ///   - isDirectory: whether it is a directory that goes; one on which something is mounted simply stays.
    private mutating func checkPermission(
        _ path: [UInt8], _ checked: inout Set<[UInt8]>, isDirectory: Bool = false
    ) throws(RootError) {
        let tree = plan.tree
        let parent = Array(parentPath(path))
        guard parent.isEmpty || tree.existingDirectories.contains(parent) || tree.table[parent] == nil else { return }
        let directory = try walker.directory(parent)
        if checked.insert(parent).inserted {
            do throws(SystemFailure) {
                try directory.checkIsWritable()
                let status = try directory.status()
                if status.permissions & UInt32(S_ISGID) != 0 { groupDirectories.insert(parent) }
                if status.permissions & UInt32(S_ISVTX) != 0, !stage.isSuperuser, status.user != geteuid() {
                    stickyDirectories.insert(parent)
                }
            } catch {
                throw RootError(error, path: parent)
            }
        }
        do throws(SystemFailure) {
            try directory.checkIsReplaceable(lastComponent(path))
            if stickyDirectories.contains(parent), let status = try directory.status(lastComponent(path)),
                status.user != geteuid()
            {
                throw SystemFailure(call: .rename, number: EPERM)
            }
        } catch {
            guard !isDirectory || error.number != EBUSY else { return }
            throw RootError(error, path: path)
        }
    }
}
