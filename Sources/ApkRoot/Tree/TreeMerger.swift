internal import ApkArchive
internal import ApkFormats

/// Merges the packages of a run into one tree, by apk's rules of who owns what, and refuses what the rules do not allow.
///
/// Nothing here changes the disk; it is only looked at where a root already has something.
struct TreeMerger {
    /// Who has a file: the package, and the place of the file among its own.
    struct Holder {
        var participant: Int
        var file: Int
    }

    /// What became of an entry of a package that comes.
    struct Recorded {
        var attributes = FileAttributes.fileDefault
        var isKept = false
    }

    let options: MergeOptions
    var view: RootView
    var protected: ProtectedPaths
    let installed: [InstalledPackage]
    /// The installed packages, then those that come, in their order.
    var participants: [Participant]
    /// The places of installed packages that are removed or replaced.
    let goingPlaces: [String: Int]
    var staged: [StagedPackage] = []
    var recorded: [[Recorded]] = []
    var holders: [[UInt8]: Holder] = [:]
    /// The files that installed packages lose to others.
    var lostFiles: [Int: Set<Int>] = [:]
    /// The package that gives a directory its mode.
    var directoryHolders: [[UInt8]: Int] = [:]
    /// What that package says of a directory that is on the disk.
    var existingNodes: [[UInt8]: RootNode] = [:]
    var tree = RootTree()
    var notices: [RootNotice] = []
    /// New directories for which no package has an entry so far, and the first that has files in them.
    var impliedDirectories: [[UInt8]: Int] = [:]
    var accounts: Accounts
    /// The physical paths of the installed packages' directories; nil for one that is not there.
    var installedDirectories: [ArraySlice<UInt8>: [UInt8]?] = [:]
    /// The physical paths of the directories of the package that is being added.
    private var ownDirectories: [[UInt8]: [UInt8]] = [:]
    /// The directory of the last file that was added.
    private var lastParent: Parent?

    /// A directory as a package writes it, and as it is.
    private struct Parent {
        var logical: [UInt8]
        var path: [UInt8]
        /// Whether nothing of it is on the disk yet.
        var isNew: Bool
    }
    /// The symbolic links that packages that come have at their logical paths.
    var incomingLinks: [[UInt8]: String] = [:]
    /// Paths of packages' files that stand beside files that a person changed.
    var besidePaths: Set<[UInt8]> = []
    /// The directories of packages that are gone: each is gone with them, unless it is another's too or something is in it.
    var leftDirectories: Set<[UInt8]> = []
    /// Whether one of those holds something on the disk that stays; known until the next package comes or goes.
    var standingDirectories: [[UInt8]: Bool] = [:]
    /// Whether files of packages that are gone stay, for those that scripts asked for.
    var keptFiles: [[UInt8]: Bool] = [:]
    /// Directories that scripts made. A package that ships one later finds it there and leaves it as it is.
    var scriptDirectories: Set<[UInt8]> = []
    /// Links on the disk that scripts took away.
    var scriptRemovals: Set<[UInt8]> = []
    /// Directories that came with packages and that scripts changed, as they came.
    var shippedDirectories: [[UInt8]: RootNode] = [:]
    /// Paths on the disk that are replaced by something of another type.
    var typeChanges: [[UInt8]] = []

    /// - Parameter going: the names of installed packages that are removed or replaced.
    init(
        database: InstalledDatabase, view: RootView, going: Set<String>, options: MergeOptions
    ) throws(RootError) {
        self.options = options
        self.view = view
        installed = database.packages
        participants = database.packages.map { package in
            var participant = Participant(package)
            participant.isGoing = going.contains(package.name)
            return participant
        }
        goingPlaces = Dictionary(
            participants.enumerated().filter(\.element.isGoing).map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        protected = try ProtectedPaths(&self.view)
        accounts = Accounts(
            passwd: try self.view.followedContent(of: Accounts.passwdPath),
            group: try self.view.followedContent(of: Accounts.groupPath)
        )
        for (place, package) in installed.enumerated() {
            for directory in package.files.directories {
                guard let path = try installedDirectory(directory.path) else { continue }
                for file in directory.files {
                    let name = joined(path, package.files.file(at: file).name)
                    holders[name] = Holder(participant: place, file: file)
                }
            }
        }
    }

    /// Tells what will come, before the first package is added.
    mutating func expect(_ packages: [StagedPackage]) {
        let count = packages.reduce(0) { $0 + $1.entries.count }
        tree.table.reserveCapacity(count)
        holders.reserveCapacity(holders.count + count)
        guard !installed.isEmpty else { return }
        for package in packages {
            for entry in package.entries where entry.kind == .symbolicLink {
                incomingLinks[entry.path] = package.record.name
            }
        }
    }

    /// Adds the files of a package.
    ///
    /// - Throws: ``RootError`` for conflicts, escapes and paths that are not the package's to have.
    mutating func add(_ package: StagedPackage) throws(RootError) {
        let participant = participants.count
        participants.append(Participant(package))
        staged.append(package)
        recorded.append(Array(repeating: Recorded(), count: package.entries.count))
        standingDirectories = [:]
        ownDirectories.removeAll(keepingCapacity: true)
        lastParent = nil
        // Few packages have hard links.
        var gate = EntryGate(expectsHardLinks: package.entries.contains { $0.kind == .hardLink })
        for (index, entry) in package.entries.enumerated() {
            do throws(RootError) {
                // The archive's reader has looked at every name before; this is the last gate before a path.
                let original = try gate.admit(entry.header, digest: entry.digest, at: index)
                if entry.kind == .directory {
                    try addDirectory(entry, index, participant)
                } else {
                    try addFile(entry, index, participant, as: original.map { package.entries[$0] } ?? entry)
                }
            } catch {
                throw error.of(package: package.label)
            }
        }
    }

    // MARK: - Directories

    private mutating func addDirectory(
        _ entry: StagedEntry, _ index: Int, _ participant: Int
    ) throws(RootError) {
        let place = stagedPlace(participant)
        let (user, group) = accounts.owner(of: entry.header)
        recorded[place][index].attributes = FileAttributes(
            user: user, group: group, mode: UInt16(truncatingIfNeeded: entry.header.mode),
            extendedAttributes: try AttributeDigest.make(entry.header.extendedAttributes))
        recorded[place][index].isKept = true
        guard !entry.path.isEmpty else { return }
        let path = try directory(of: entry.path, participant)
        let holder = directoryHolders[path]
        let takes =
            holder.map { FileOwnership.takesDirectory(holder: participants[$0], newcomer: participants[participant]) }
            ?? true
        guard takes else { return }
        directoryHolders[path] = participant
        impliedDirectories[path] = nil
        let node = RootNode(entry.header, at: path, user: user, group: group, owner: participants[participant].label)
        if tree.existingDirectories.contains(path) {
            existingNodes[path] = node
        } else if scriptDirectories.contains(path) {
            tree.table[path]?.owner = node.owner
        } else {
            tree.table[path] = node
            shippedDirectories[path] = nil
        }
    }

    /// The physical path of a directory of the package that is being added.
    private mutating func directory(of path: [UInt8], _ participant: Int) throws(RootError) -> [UInt8] {
        if path.isEmpty { return [] }
        if let known = ownDirectories[path] { return known }
        let physical = try resolve(path, participant)
        if physical != path { try PathGate.check(physical, isDirectory: true, package: label(participant)) }
        ownDirectories[path] = physical
        return physical
    }

    /// The physical directory of a file of that package, which more often than not is that of the file before it.
    private mutating func parent(of path: [UInt8], _ participant: Int) throws(RootError) -> Parent {
        let logical = parentPath(path)
        if let lastParent, lastParent.logical.elementsEqual(logical) { return lastParent }
        let physical = try directory(of: Array(logical), participant)
        let parent = Parent(
            logical: Array(logical), path: physical,
            isNew: !physical.isEmpty && !tree.existingDirectories.contains(physical))
        lastParent = parent
        return parent
    }

    // MARK: - Files

    /// - Parameter source: the file that a hard link names; else the entry itself.
    private mutating func addFile(
        _ entry: StagedEntry, _ index: Int, _ participant: Int, as source: StagedEntry
    ) throws(RootError) {
        let place = stagedPlace(participant)
        let parent = try parent(of: entry.path, participant)
        var path = entry.path
        if parent.path != parent.logical {
            path = joined(parent.path, lastComponent(entry.path))
            try PathGate.check(path, isDirectory: false, package: label(participant))
        }
        let (user, group) = accounts.owner(of: source.header)
        recorded[place][index].attributes = FileAttributes(
            user: user, group: group, mode: UInt16(truncatingIfNeeded: source.header.mode),
            extendedAttributes: try AttributeDigest.make(source.header.extendedAttributes))
        if entry.kind == .hardLink { staged[place].entries[index].digest = source.digest }
        try checkType(of: path, participant, isInNewDirectory: parent.isNew)
        let formerHolder = holders[path]
        guard try takes(path, participant) else { return }
        recorded[place][index].isKept = true
        holders[path] = Holder(participant: participant, file: index)
        var node = RootNode(source.header, at: path, user: user, group: group, owner: participants[participant].label)
        node.content = source.content
        node.hasLostAttributes = source.hasLostAttributes
        try put(node, digest: source.digest, formerHolder, participant, isInNewDirectory: parent.isNew)
        if path == Accounts.passwdPath || path == Accounts.groupPath { accountsChanged = true }
    }

    /// Whether etc/passwd or etc/group came with the last package.
    var accountsChanged = false

    /// Decides by apk's rules whether a package gets a path that another may have.
    private mutating func takes(_ path: [UInt8], _ participant: Int) throws(RootError) -> Bool {
        guard let holder = holders[path] else { return true }
        let verdict = FileOwnership.verdict(
            holder: participants[holder.participant], newcomer: participants[participant])
        switch verdict {
        case .holder: return false
        case .newcomer: break
        case .conflict:
            let labels = (participants[participant].label, participants[holder.participant].label)
            guard options.forcesOverwrite else {
                throw RootError(.fileConflict, path: path, package: labels.0, otherPackage: labels.1)
            }
            notices.append(
                RootNotice(kind: .forcedOverwrite, path: path, package: labels.0, otherPackage: labels.1))
        }
        lose(holder)
        return true
    }

    /// Takes a file off the list of the package that had it.
    private mutating func lose(_ holder: Holder) {
        guard holder.participant >= installed.count else {
            lostFiles[holder.participant, default: []].insert(holder.file)
            return
        }
        recorded[stagedPlace(holder.participant)][holder.file].isKept = false
    }

    /// Refuses a file where a directory is, unless everything in that directory goes in this run.
    mutating func checkType(
        of path: [UInt8], _ participant: Int?, isInNewDirectory: Bool
    ) throws(RootError) {
        if let node = tree.table[path] {
            guard node.kind != .directory else { throw typeConflict(path, participant, directoryOwner(of: path)) }
            return
        }
        guard !isInNewDirectory, try view.kind(of: path) == .directory else { return }
        guard try isGoing(directory: path) else { throw typeConflict(path, participant, directoryOwner(of: path)) }
        typeChanges.append(path)
    }

    func typeConflict(_ path: [UInt8], _ participant: Int?, _ other: String) -> RootError {
        RootError(.typeConflict, path: path, package: label(participant), otherPackage: other)
    }

    /// How errors call a participant; nil is this program itself, which makes files too.
    func label(_ participant: Int?) -> String { participant.map { participants[$0].label } ?? "" }

    /// The place in ``staged`` of a participant that comes.
    func stagedPlace(_ participant: Int) -> Int { participant - installed.count }
}

/// How conflicts and leftovers are treated.
public struct MergeOptions: Sendable {
    /// Overwrites files of other packages though nothing allows it.
    public var forcesOverwrite = false
    /// Removes changed files of protected directories too, when their package goes.
    public var purges = false

    public init() {}
}
