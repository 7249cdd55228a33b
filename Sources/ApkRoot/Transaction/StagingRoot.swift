internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A root that is open for a run, which nobody else may change meanwhile.
///
/// ```swift
/// let root = try StagingRoot(path: "/srv/root", creates: true)
/// let packages = try PackageStaging(stage: root.stage).run(sizes: sizes, open: open)
/// let plan = try root.plan(RootChanges(packages.map { .install($0, tag: nil) }, world: world))
/// try root.commit(plan)
/// ```
///
/// Until ``commit(_:)`` nothing of the root is changed but for a private directory in it. A run that ends before, in
/// whatever way, leaves the root as it was; one that is killed while it commits is completed when the root is opened
/// the next time.
///
/// A loss of power is a kill too where there is something to lose: before a root with a database is changed, all that
/// lies in the stage, and the journal, are where they outlast it. A root that is made from nothing is not waited for;
/// whoever loses it makes it again.
public final class StagingRoot {
    /// Where packages are inflated to.
    public let stage: Stage
    /// What the root says of itself, read when it was opened.
    public let state: RootState
    /// Whether an interrupted run was completed when the root was opened.
    public let wasResumed: Bool
    let root: Directory
    /// The directories that were made for this root, the highest first.
    private let madeDirectories: [String]
    /// Whether a journal was written, and whether all its steps were done.
    private var isCommitted = false
    private var isComplete = true
    /// The time that the root directory shall have when the stage in it is gone again.
    private var rootTime: (seconds: Int, nanoseconds: Int)
    /// The lock that apk itself looks at; kept open as long as this object lives.
    private let apkLock: RootFile?

    /// Opens a root, waits for its lock, and completes or clears what an interrupted run left.
    ///
    /// - Parameters:
    ///   - creates: whether the directory is made, with its parents, if there is none.
    ///   - waits: whether to wait for another run on the same root; `waiting` is called before.
    /// - Throws: ``RootError``; ``RootError/Code/locked`` if another run works on the root and `waits` is false.
    public convenience init(
        path: String, creates: Bool = false, waits: Bool = true, waiting: () -> Void = {}
    ) throws(RootError) {
        try self.init(path: path, creates: creates, waits: waits, waiting: waiting, system: SystemInterface())
    }

    package init(
        path: String, creates: Bool, waits: Bool, waiting: () -> Void = {}, system: SystemInterface
    ) throws(RootError) {
        (root, madeDirectories) = try Self.openLocked(path, creates, waits, waiting, system)
        do throws(RootError) {
            wasResumed = try Self.resume(root)
            rootTime = try Self.time(of: root)
            var view = RootView(root)
            state = try RootState(&view)
            apkLock = try Self.lockAsApk(root, &view, state, waits: waits, waiting: waiting)
            stage = try Stage(in: root)
        } catch {
            Self.removeDirectories(madeDirectories)
            throw error
        }
    }

    /// Ends the run and lets others at the root. What was not committed is gone, and with it directories that were made
    /// for the root. What stopped in the middle of ``commit(_:)`` stays, for the next run to complete.
    public func close() throws(RootError) {
        defer {
            apkLock?.unlock()
            root.unlock()
        }
        guard isComplete else { return }
        try stage.remove()
        do throws(SystemFailure) {
            try root.setTimeIfAllowed(".".utf8, seconds: rootTime.seconds, nanoseconds: rootTime.nanoseconds)
        } catch {
            throw RootError(error, path: [])
        }
        if !isCommitted { Self.removeDirectories(madeDirectories) }
    }

    /// Takes away what the run has put into the root so far. For a process that ends in the middle of a run, but not of
    /// ``commit(_:)``: it may be called from any thread, and the root is of no use afterwards.
    public var abandoning: @Sendable () -> Void {
        { [stage, madeDirectories] in
            stage.abandon()
            Self.removeDirectories(madeDirectories)
        }
    }

    /// Decides what a run will do.
    ///
    /// - Throws: ``RootError`` for conflicts and escapes, and for files of the root that cannot be read.
    ///
    /// - Parameter extractingOnly: leaves apk's database out of it: files come, whoever had their names, and nothing is
    ///   recorded.
    public func plan(
        _ changes: RootChanges, extractingOnly: Bool = false, options: RunOptions = RunOptions()
    ) throws(RootError) -> RootPlan {
        var state = state
        if extractingOnly {
            state = RootState()
            state.metadata = self.state.metadata
        }
        let view = RootView(root, self.state)
        return try RootPlanner.plan(changes, state: state, view: view, stage: stage, options: options)
    }

    /// Makes the root what a plan says.
    ///
    /// - Throws: ``RootError``. If its ``RootError/isResumable`` is false, the root is as it was.
    public func commit(_ plan: RootPlan) throws(RootError) {
        var preparation = Preparation(root: root, stage: stage, state: state, plan: plan)
        // What the next run completes must know it too.
        preparation.directoryChanges[[]] = DirectoryChange(
            seconds: rootTime.seconds, nanoseconds: rootTime.nanoseconds)
        let journal = try preparation.run()
        if preparation.changesRootDirectory { rootTime = (plan.time, 0) }
        do throws(SystemFailure) {
            let temporary = Journal.name + Array(".new".utf8)
            try stage.directory.remove(temporary)
            let file = try stage.directory.createFile(temporary, mode: 0o600)
            try file.write(journal.bytes)
            let hasSomethingToLose = !state.database.packages.isEmpty
            if hasSomethingToLose { try stage.directory.synchronizeFileSystem() }
            try stage.directory.rename(temporary, to: stage.directory, Journal.name)
            // File systems keep the order of names, so that no later step can outlast this one alone.
            if hasSomethingToLose { try stage.directory.synchronize() }
        } catch {
            throw RootError(error, path: joined(Stage.name, Journal.name))
        }
        // From here on the run is completed, by this process or by the next.
        isCommitted = true
        isComplete = false
        do throws(RootError) {
            try Self.complete(root, stage.directory, journal)
            isComplete = true
        } catch {
            var error = error
            error.isResumable = true
            throw error
        }
    }

    private static func time(of root: Directory) throws(RootError) -> (seconds: Int, nanoseconds: Int) {
        do throws(SystemFailure) {
            let status = try root.status()
            return (status.seconds, status.nanoseconds)
        } catch {
            throw RootError(error, path: [])
        }
    }

    private static func complete(_ root: Directory, _ stage: Directory, _ journal: Journal) throws(RootError) {
        var runner = JournalRunner(root: root, stage: stage)
        try runner.run(journal)
        do throws(SystemFailure) { try stage.remove(Journal.name) } catch {
            throw RootError(error, path: joined(Stage.name, Journal.name))
        }
    }

    /// Completes the run that a journal in the root describes, if there is one.
    private static func resume(_ root: Directory) throws(RootError) -> Bool {
        let stage: Directory
        let bytes: [UInt8]
        let isOurs: Bool
        let path = joined(Stage.name, Journal.name)
        do throws(SystemFailure) {
            guard try root.status(Stage.name)?.isDirectory == true else { return false }
            stage = try root.directory(Stage.name)
            guard try stage.status(Journal.name) != nil else { return false }
            let file = try stage.openFile(Journal.name)
            let (directory, content) = (try stage.status(), try file.status())
            isOurs = directory.isOurs && content.isOurs
            bytes = isOurs ? try file.readAll() : []
        } catch {
            throw RootError(error, path: path)
        }
        // Its steps are done with all rights of this process, so nobody else may have written them.
        guard isOurs else { throw RootError(.badJournal, path: path, detail: "another user can write it") }
        let journal = try Journal(parsing: bytes)
        try checkDatabase(of: journal, root)
        do throws(RootError) { try complete(root, stage, journal) } catch {
            var error = error
            error.isResumable = true
            throw error
        }
        return true
    }

    /// Refuses to complete a run when apk has changed the root since: what it recorded would be lost.
    private static func checkDatabase(of journal: Journal, _ root: Directory) throws(RootError) {
        var view = RootView(root)
        guard let database = journal.database, let content = try view.content(of: database.path) else { return }
        let digest = try Journal.Database.digest(of: content)
        guard digest != database.before, digest != database.after else { return }
        throw RootError(.databaseChanged, path: database.path)
    }

    /// Takes the lock that apk takes, where its database is.
    private static func lockAsApk(
        _ root: Directory, _ view: inout RootView, _ state: RootState, waits: Bool, waiting: () -> Void
    ) throws(RootError) -> RootFile? {
        guard state.hasLock else { return nil }
        let path = try view.followed(joined(state.databasePath, "lock".utf8))
        var walker = PathWalker(root)
        let (directory, name) = try walker.parent(of: path)
        do throws(SystemFailure) {
            let file = try directory.openFile(name)
            if try file.lock(waits: false) { return file }
            guard waits else { throw SystemFailure(call: .lock, number: EWOULDBLOCK) }
            waiting()
            _ = try file.lock(waits: true)
            return file
        } catch {
            let code: RootError.Code = error.number == EWOULDBLOCK ? .locked : .systemFailure
            throw RootError(code, path: path, call: error.call.rawValue, systemError: error.number)
        }
    }

}

// MARK: - The directory itself

extension StagingRoot {
    /// Opens a directory, which may have to be made, and takes its lock.
    ///
    /// - Returns: the directory, and the paths that were made for it, the highest first.
    private static func openLocked(
        _ path: String, _ creates: Bool, _ waits: Bool, _ waiting: () -> Void, _ system: SystemInterface
    ) throws(RootError) -> (Directory, made: [String]) {
        var made: [String] = []
        do throws(SystemFailure) {
            while true {
                if creates { made += try makeDirectories(path) }
                let root = try Directory.open(path: path, system: system)
                if try !root.lock(waits: false) {
                    guard waits else { throw SystemFailure(call: .lock, number: EWOULDBLOCK) }
                    waiting()
                    _ = try root.lock(waits: true)
                }
                // A run that failed may have taken away the directory that it had made, and with it what is locked here.
                if try root.isAt(path) { return (root, made) }
            }
        } catch {
            removeDirectories(made)
            let code: RootError.Code = error.call == .lock && error.number == EWOULDBLOCK ? .locked : .noRoot
            throw RootError(code, path: Array(path.utf8), call: error.call.rawValue, systemError: error.number)
        }
    }

    /// Makes a directory and its parents.
    ///
    /// - Returns: those that were not there, the highest first.
    private static func makeDirectories(_ path: String) throws(SystemFailure) -> [String] {
        var made: [String] = []
        var place = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            place += component
            if mkdir(place, 0o755) == 0 {
                made.append(place)
            } else {
                // What is there already may be refused for another reason: a parent that may not be changed.
                let number = errno
                guard number == EEXIST || access(place, F_OK) == 0 else {
                    removeDirectories(made)
                    throw SystemFailure(call: .makeDirectory, number: number)
                }
            }
            place += "/"
        }
        // A root is for everybody in it, whatever the mask takes from those who make it.
        if !made.isEmpty { chmod(path, 0o755) }
        return made
    }

    /// Removes directories as far as they are empty.
    private static func removeDirectories(_ made: [String]) {
        for path in made.reversed() where rmdir(path) != 0 { return }
    }
}
