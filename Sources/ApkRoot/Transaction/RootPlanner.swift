internal import ApkArchive
internal import ApkFormats

/// Decides everything about a run: merges its packages, accounts for their scripts, and makes the database.
public struct RootPlanner {
    let changes: RootChanges
    let state: RootState
    let stage: any StagedContents
    let options: RunOptions
    var merger: TreeMerger
    var accounts: [ScriptAccount] = []
    /// Whether apk's database is in another directory afterwards.
    private var isDatabaseMoved = false
    /// The time of everything that is made, in seconds since 1970.
    let time: Int

    /// A plan for a root that is empty, such as an image's.
    public static func plan(
        _ changes: RootChanges, stage: any StagedContents, options: RunOptions = RunOptions()
    ) throws(RootError) -> RootPlan {
        try plan(changes, state: RootState(), view: .empty, stage: stage, options: options)
    }

    static func plan(
        _ changes: RootChanges, state: RootState, view: RootView, stage: any StagedContents, options: RunOptions
    ) throws(RootError) -> RootPlan {
        var planner = try RootPlanner(changes, state, view, stage, options)
        return try planner.plan()
    }

    private init(
        _ changes: RootChanges, _ state: RootState, _ view: RootView, _ stage: any StagedContents, _ options: RunOptions
    ) throws(RootError) {
        self.changes = changes
        self.state = state
        self.stage = stage
        self.options = options
        var going: Set<String> = []
        var buildTimes = state.database.packages.map(\.record.buildTime)
        for step in changes.steps {
            switch step {
            case .install(let package, _):
                going.insert(package.record.name)
                buildTimes.append(package.record.buildTime)
            case .remove(let name): going.insert(name)
            case .setTag: break
            }
        }
        time = options.time ?? buildTimes.max() ?? 0
        merger = try TreeMerger(database: state.database, view: view, going: going, options: options.merge)
    }

    private mutating func plan() throws(RootError) -> RootPlan {
        merger.expect(changes.steps.compactMap { if case .install(let package, _) = $0 { package } else { nil } })
        for step in changes.steps {
            switch step {
            case .install(let package, _): try install(package)
            case .remove(let name): try remove(name)
            case .setTag: break
            }
        }
        try merger.changeDirectories()
        try merger.removeGoing()
        let database = try makeDatabase()
        merger.restoreDirectories()
        try account(triggersOf: database)
        try generateFiles(database)
        merger.orderRemovals()
        merger.dateImpliedDirectories(time)
        return RootPlan(
            tree: merger.tree, database: database, scripts: accounts, notices: merger.allNotices, time: time,
            databaseDirectory: try merger.followed(state.databasePath), isDatabaseMoved: isDatabaseMoved)
    }

    private mutating func install(_ package: StagedPackage) throws(RootError) {
        let isUpgrade = state.database[package.record.name] != nil
        let old = state.database[package.record.name]?.record.version
        let arguments = [package.record.version] + (old.map { [$0] } ?? [])
        try account(isUpgrade ? .preUpgrade : .preInstall, of: package.label, package.scripts, arguments)
        try merger.add(package)
        try merger.leave(package.record.name)
        try refreshAccounts()
        try account(isUpgrade ? .postUpgrade : .postInstall, of: package.label, package.scripts, arguments)
    }

    private mutating func remove(_ name: String) throws(RootError) {
        guard let package = state.database[name] else { return }
        let scripts = state.scripts[package.record.checksum.identity] ?? []
        let arguments = [package.record.version]
        try account(.preDeinstall, of: package.record.description, scripts, arguments)
        try merger.leave(name)
        try account(.postDeinstall, of: package.record.description, scripts, arguments)
    }

    /// Reads users and groups again when a package brought the files.
    private mutating func refreshAccounts() throws(RootError) {
        guard merger.accountsChanged else { return }
        merger.accountsChanged = false
        merger.accounts = Accounts(
            passwd: try content(of: Accounts.passwdPath), group: try content(of: Accounts.groupPath))
    }

    /// The content of a file as it will be; nil if there will be none.
    mutating func content(of path: [UInt8]) throws(RootError) -> [UInt8]? {
        try merger.content(of: path, stage)
    }

    // MARK: - The database

    private mutating func makeDatabase() throws(RootError) -> InstalledDatabase {
        var database = InstalledDatabase()
        // Without a world none is written.
        guard changes.world ?? state.world != nil else { return database }
        for (place, package) in merger.installed.enumerated() where !merger.participants[place].isGoing {
            var package = package
            if let lost = merger.lostFiles[place] { package.files.removeFiles { lost.contains($0) } }
            for case .setTag(package.name, let tag) in changes.steps { package.repositoryTag = tag }
            database.insert(package)
        }
        var place = 0
        for case .install(_, let tag) in changes.steps {
            database.insert(try installedPackage(place, tag: tag))
            place += 1
        }
        return database
    }

    private func installedPackage(_ place: Int, tag: String?) throws(RootError) -> InstalledPackage {
        let package = merger.staged[place]
        var builder = InstalledFiles.Builder()
        do throws(FormatError) {
            var listed: Set<[UInt8]> = []
            for (index, entry) in package.entries.enumerated() {
                let recorded = merger.recorded[place][index]
                if entry.kind == .directory {
                    listed.insert(entry.path)
                    try builder.addDirectory(entry.path, attributes: recorded.attributes)
                } else if recorded.isKept {
                    try builder.addFile(entry.path, attributes: recorded.attributes, digest: entry.digest)
                } else if listed.insert(Array(parentPath(entry.path))).inserted {
                    // The directory stays on the list of a package whose file another one has.
                    try builder.addDirectory(parentPath(entry.path))
                }
            }
        } catch {
            throw RootError(.badPackage, package: package.label, format: error)
        }
        var installed = InstalledPackage(record: package.record, files: builder.finish())
        installed.replaces = package.replaces
        installed.replacesPriority = package.replacesPriority
        installed.repositoryTag = tag
        installed.tags = package.tags
        return installed
    }

    /// apk's own files. Without a world there is no database: files are only extracted.
    private mutating func generateFiles(_ database: InstalledDatabase) throws(RootError) {
        guard let world = changes.world ?? state.world else { return }
        let sorted = try sortedPackages(database)
        let directory = state.databasePath
        try generate("installed", in: directory, sorted.text, time)
        var scripts = state.scripts
        var triggers: [Checksum.Identity: [String]] = [:]
        for entry in state.triggers.entries { triggers[entry.package] = entry.patterns }
        for package in merger.staged {
            scripts[package.record.checksum.identity] = package.scripts
            triggers[package.record.checksum.identity] = package.triggers
        }
        let archive = ScriptsArchive.make(
            sorted.packages.map { ($0.record, scripts[$0.record.checksum.identity] ?? []) })
        try generateScripts(archive, of: sorted.packages, in: directory)
        let entries = sorted.packages.map { package in
            let identity = package.record.checksum.identity
            return TriggersFile.Entry(package: identity, patterns: triggers[identity] ?? [])
        }
        try generate("triggers", in: directory, TriggersFile(entries: entries).text, time)
        isDatabaseMoved = try merger.leaveDatabase(directory)
        if !state.hasLock || isDatabaseMoved {
            try merger.generateFile(joined(directory, "lock".utf8), [], mode: 0o600, time: time)
        }
        let settings = Array("etc/apk".utf8)
        try generate("world", in: settings, world.text, time)
        if !state.hasArchitecture, !changes.architectures.isEmpty {
            try generate("arch", in: settings, changes.architectures.flatMap { Array($0.utf8) + [0x0a] }, time)
        }
        if !state.hasRepositories, let repositories = changes.repositories, !repositories.isEmpty {
            try generateIfMissing(joined(settings, "repositories".utf8), repositories, time)
        }
        // apk 2 makes this directory, but not `var`, and refuses to change a root without it.
        if state.world == nil {
            _ = try merger.resolve(Array("var/cache/apk".utf8), nil)
        }
        // A root that trusts some keys is not made to trust others.
        for key in changes.keys where !state.hasKeys {
            guard let name = try? PathComponent(key.name), !key.name.hasPrefix(".") else { continue }
            try generateIfMissing(Array("etc/apk/keys/\(name)".utf8), key.content, time)
        }
    }

    /// The scripts as the root has them, compressed in a new one. An apk 2 that is part of the root would lose them: it
    /// looks for the other file only, and writes that without those that it does not know.
    private mutating func generateScripts(
        _ archive: [UInt8], of packages: [InstalledPackage], in directory: [UInt8]
    ) throws(RootError) {
        let hasOlderApk = packages.contains {
            $0.name == "apk-tools" && Version.compare($0.record.version, "3_alpha") == .less
        }
        if state.hasPlainScripts || hasOlderApk { try generate("scripts.tar", in: directory, archive, time) }
        if state.hasCompressedScripts || !state.hasPlainScripts {
            try generate("scripts.tar.gz", in: directory, ScriptsArchive.compress(archive), time)
        }
    }

    private mutating func generate(
        _ name: String, in directory: [UInt8], _ content: [UInt8], _ time: Int
    ) throws(RootError) {
        try merger.generateFile(joined(directory, name.utf8), content, time: time)
    }

    private mutating func generateIfMissing(_ path: [UInt8], _ content: [UInt8], _ time: Int) throws(RootError) {
        guard try !merger.exists(merger.generatedPath(path)) else { return }
        try merger.generateFile(path, content, time: time)
    }

    /// The packages in the order in which the database is written, and its text.
    private func sortedPackages(
        _ database: InstalledDatabase
    ) throws(RootError) -> (packages: [InstalledPackage], text: [UInt8]) {
        let sorted = database.packages.sorted { isNameOrdered($0.name.utf8, before: $1.name.utf8) }
        return (sorted, database.text)
    }
}
