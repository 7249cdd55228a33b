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
    private var journal = Journal()
    private var metadata: RootMetadata
    private var walker: PathWalker

    init(root: Directory, stage: Stage, state: RootState, plan: RootPlan) {
        self.root = root
        self.stage = stage
        self.state = state
        self.plan = plan
        metadata = state.metadata
        walker = PathWalker(root)
    }

    mutating func run() throws(RootError) -> Journal {
        let tree = plan.tree
        try checkPermissions()
        add(tree.removedFirst)
        // The database comes last: it tells of files that are there.
        let nodes = tree.nodes
        let databaseDirectory = plan.databaseDirectory
        let isOfDatabase = { (node: RootNode) in
            node.owner == nil && node.kind == .regular && parentPath(node.path).elementsEqual(databaseDirectory)
        }
        var names: [UInt32: Int] = [:]
        for node in nodes {
            if case .staged(let number) = node.content { names[number, default: 0] += 1 }
        }
        for node in nodes where !isOfDatabase(node) { try add(node, &names) }
        add(tree.removedLast)
        metadata.remove(tree.removedPaths)
        for node in nodes where isOfDatabase(node) { try add(node, &names) }
        try addMetadata()
        for node in nodes.reversed() where node.kind == .directory && !tree.existingDirectories.contains(node.path) {
            finish(node)
        }
        return journal
    }

    private mutating func add(_ removals: RootTree.Removals) {
        journal.steps += removals.files.map { .removeFile($0) }
        journal.steps += removals.directories.map { .removeDirectory($0) }
    }

    private mutating func add(_ node: RootNode, _ names: inout [UInt32: Int]) throws(RootError) {
        if !plan.tree.existingDirectories.contains(node.path) { metadata.remove([node.path]) }
        switch node.kind {
        case .directory:
            guard !plan.tree.existingDirectories.contains(node.path) else { return }
            journal.steps.append(.makeDirectory(node.path, mode: node.mode & 0o777 | 0o700))
            if !stage.isSuperuser, node.user != 0 || node.group != 0 || node.mode & 0o300 != 0o300 {
                metadata.set(node)
            }
        case .symbolicLink:
            if !stage.isSuperuser, node.user != 0 || node.group != 0 { metadata.set(node) }
            journal.steps.append(
                .symbolicLink(
                    node.path, target: node.target, seconds: node.seconds, nanoseconds: node.nanoseconds,
                    owner: owner(of: node)))
        case .regular, .hardLink:
            switch node.content {
            case .staged(let number):
                let left = names[number, default: 1]
                names[number] = left - 1
                if left > 1 {
                    journal.steps.append(.link(number, node.path))
                } else {
                    try finishStaged(number, node)
                    journal.steps.append(.place(number, node.path))
                }
            case .bytes(let bytes):
                do throws(SystemFailure) {
                    let number = try stage.createFile(
                        bytes, mode: node.mode, seconds: node.seconds, nanoseconds: node.nanoseconds)
                    try giveOwner(number, node)
                    journal.steps.append(.place(number, node.path))
                } catch {
                    throw RootError(error, path: node.path)
                }
            case .none: break
            }
            if node.hasLostAttributes || (!stage.isSuperuser && (node.user != 0 || node.group != 0)) {
                metadata.set(node)
            }
        case .characterDevice, .blockDevice, .fifo: try addNode(node)
        }
    }

    private func owner(of node: RootNode) -> Journal.Owner? {
        guard stage.isSuperuser, node.user != 0 || node.group != 0 else { return nil }
        return Journal.Owner(user: node.user, group: node.group)
    }

    /// Gives a staged file what its package could not give it: an owner that goes by a name, a mode that was changed.
    private func finishStaged(_ number: UInt32, _ node: RootNode) throws(RootError) {
        do throws(SystemFailure) {
            try giveOwner(number, node)
            if node.mode != node.stagedMode, owner(of: node) == nil {
                try stage.directory.changeMode(Stage.fileName(number), node.mode)
            }
        } catch {
            throw RootError(error, path: node.path)
        }
    }

    private func giveOwner(_ number: UInt32, _ node: RootNode) throws(SystemFailure) {
        guard let owner = owner(of: node) else { return }
        let name = Stage.fileName(number)
        try stage.directory.changeOwner(name, user: owner.user, group: owner.group)
        // A new owner takes setuid bits and capabilities away.
        if node.mode & 0o7000 != 0 || node.mode != node.stagedMode { try stage.directory.changeMode(name, node.mode) }
        if !node.extendedAttributes.isEmpty {
            _ = try stage.directory.openFile(name).setExtendedAttributes(node.extendedAttributes)
        }
    }

    /// Makes a device or a FIFO where the process may; else it is only written down.
    private mutating func addNode(_ node: RootNode) throws(RootError) {
        let type: UInt32
        switch node.kind {
        case .characterDevice: type = UInt32(S_IFCHR)
        case .blockDevice: type = UInt32(S_IFBLK)
        default: type = UInt32(S_IFIFO)
        }
        let number = stage.reserveNumber()
        let name = Stage.fileName(number)
        let device = cfileattributes_make_device(node.deviceMajor, node.deviceMinor)
        do throws(SystemFailure) {
            try stage.directory.makeNode(name, mode: type | (node.mode & 0o7777), device: UInt64(device))
            if let owner = owner(of: node) {
                try stage.directory.changeOwner(name, user: owner.user, group: owner.group)
            }
            try stage.directory.changeNodeMode(name, node.mode)
            try stage.directory.setTime(name, seconds: node.seconds, nanoseconds: node.nanoseconds)
        } catch {
            guard [EPERM, EACCES, ENOSYS].contains(error.number) else { throw RootError(error, path: node.path) }
            metadata.set(node)
            return
        }
        if !stage.isSuperuser, node.user != 0 || node.group != 0 { metadata.set(node) }
        journal.steps.append(.place(number, node.path))
    }

    private mutating func finish(_ node: RootNode) {
        // A directory that its owner cannot enter or change would end the work of a plain user.
        let mode = stage.isSuperuser ? node.mode : node.mode | 0o300
        let isAsMade = mode & 0o777 | 0o700 == mode && mode & 0o777 & stage.maskedBits == 0
        journal.steps.append(
            .finishDirectory(
                node.path, mode: isAsMade ? nil : mode, owner: owner(of: node), seconds: node.seconds,
                nanoseconds: node.nanoseconds))
    }

    private mutating func addMetadata() throws(RootError) {
        guard metadata != state.metadata else { return }
        let path = joined(plan.databaseDirectory, RootMetadata.fileName)
        guard !metadata.isEmpty else {
            journal.steps.append(.removeFile(path))
            return
        }
        var directory: [UInt8] = []
        for component in parentPath(path).split(separator: UInt8(ascii: "/")) {
            directory = joined(directory, component)
            if plan.tree.table[directory] == nil { journal.steps.append(.makeDirectory(directory, mode: 0o755)) }
        }
        do throws(SystemFailure) {
            let number = try stage.createFile(metadata.text, mode: 0o644, seconds: plan.time)
            journal.steps.append(.place(number, path))
        } catch {
            throw RootError(error, path: path)
        }
    }

    /// Refuses a run that would stop half-way at a directory that may not be changed.
    private mutating func checkPermissions() throws(RootError) {
        let tree = plan.tree
        var checked: Set<[UInt8]> = []
        let changed = tree.table.keys.filter { !tree.existingDirectories.contains($0) } + tree.removedPaths
        for path in changed.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let parent = Array(parentPath(path))
            let isOnDisk = parent.isEmpty || tree.existingDirectories.contains(parent) || tree.table[parent] == nil
            guard isOnDisk, checked.insert(parent).inserted else { continue }
            let directory = try walker.directory(parent)
            do throws(SystemFailure) { try directory.checkIsWritable() } catch { throw RootError(error, path: parent) }
        }
    }
}
