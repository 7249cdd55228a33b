internal import ApkArchive
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A private directory on the root's file system in which files lie until it is proved that they may have their places.
///
/// The files of one directory of a package lie in a directory of their own, under their own names: most often it can go
/// to its place as a whole, and threads do not wait for each other to make files. What this program makes itself lies
/// beside these directories, under numbers.
///
/// A staged file already has its mode, time and, where the process may give them, its owner and attributes, so that it
/// goes to its place by a rename alone. A stage can be written by any number of threads.
public final class Stage: StagedContents {
    /// The name of the stage in a root. It never outlives a run that ends, whatever way it ends, without being cleared
    /// by the next one.
    static let name = Array(".apkresolve".utf8)

    let directory: Directory
    private let parent: Directory
    private let name: [UInt8]
    /// The bits that the process takes away from the mode of new files.
    let maskedBits: UInt32
    private let contents = Locked(Contents())
    private let isAbandoned = Atomic<Bool>(false)
    /// Whether the process may give files away.
    let isSuperuser: Bool

    /// What was made in the stage so far.
    private struct Contents {
        /// By their numbers.
        var files: [File] = []
        /// How many files each of the directories got, by their numbers.
        var fileCounts: [Int] = []
    }

    private struct File {
        /// The directory of the stage that has it; nil for the stage itself.
        var folder: UInt32?
        /// The path in its package, whose last component it is called by; empty for one that is called by its number.
        var path: [UInt8]
    }

    /// Makes the stage, or empties one that an interrupted run left.
    init(in parent: Directory, name: [UInt8] = Stage.name) throws(RootError) {
        self.parent = parent
        self.name = name
        do throws(SystemFailure) {
            if try !parent.makeDirectory(name, mode: 0o700) {
                try parent.directory(name).removeContents()
                try parent.remove(name, isDirectory: true)
                // Whoever made another in between would own what lies in it.
                guard try parent.makeDirectory(name, mode: 0o700) else {
                    throw SystemFailure(call: .makeDirectory, number: EEXIST)
                }
            }
        } catch {
            throw RootError(error, path: name)
        }
        do throws(SystemFailure) {
            directory = try parent.directory(name)
            // A directory that hands its group on would give it to every file that is made here.
            if try directory.status().permissions & UInt32(S_ISGID) != 0 { try directory.changeMode(0o700) }
            // The mode that a file gets tells the mask, which cannot be asked for without setting it.
            let probe = Array("mask".utf8)
            maskedBits = ~(try directory.createFile(probe, mode: 0o777).status().permissions) & 0o777
            try directory.remove(probe)
        } catch {
            try? parent.directory(name).removeContents()
            try? parent.remove(name, isDirectory: true)
            throw RootError(error, path: name)
        }
        isSuperuser = geteuid() == 0
    }

    /// Makes a stage of its own in a directory, for trees that are not written to a root. Its name is new, however many
    /// there are in the directory, and nobody can guess it.
    public convenience init(path: String) throws(RootError) {
        let parent: Directory
        do throws(SystemFailure) { parent = try Directory.open(path: path, system: SystemInterface()) } catch {
            throw RootError(error, path: Array(path.utf8))
        }
        do throws(RootError) {
            let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
            try self.init(in: parent, name: Array(".apkresolve-\(getpid())-\(suffix)".utf8))
        } catch {
            var error = error
            error.path = joined(path.utf8, error.path)
            throw error
        }
    }

    /// Removes the stage and everything that is left in it.
    public func remove() throws(RootError) {
        do throws(SystemFailure) {
            try directory.removeContents()
            try parent.remove(name, isDirectory: true)
        } catch {
            throw RootError(error, path: name)
        }
    }

    /// Removes the stage while others may still write to it: the process is about to end. One with a journal stays, for
    /// the next run to complete.
    public func abandon() {
        do throws(SystemFailure) {
            guard try directory.status(Journal.name) == nil else { return }
        } catch {
            return
        }
        isAbandoned.store(true, ordering: .sequentiallyConsistent)
        // Who was about to make a file when this was said makes it still.
        for _ in 0..<100 {
            if (try? remove()) != nil { return }
            usleep(1000)
        }
    }

    /// Starts a new file in the stage itself.
    func createFile(mode: UInt32) throws(SystemFailure) -> (number: UInt32, file: RootFile) {
        let number = add(File(folder: nil, path: []))
        return (number, try createFile(StagedName.numbered(number), mode: mode, in: directory))
    }

    /// Writes a whole new file in the stage itself.
    func createFile(
        _ bytes: [UInt8], mode: UInt32, seconds: Int, nanoseconds: Int = 0
    ) throws(SystemFailure) -> UInt32 {
        let (number, file) = try createFile(mode: mode)
        try file.write(bytes)
        if mode & 0o7000 != 0 { try file.changeMode(mode) }
        try file.setTime(seconds: seconds, nanoseconds: nanoseconds)
        return number
    }

    /// Starts a new file in a directory of the stage, called as it is in its package.
    func createFile(
        _ path: [UInt8], mode: UInt32, in folder: (number: UInt32, directory: Directory)
    ) throws(SystemFailure) -> (number: UInt32, file: RootFile) {
        let file = try createFile(lastComponent(path), mode: mode, in: folder.directory)
        return (add(File(folder: folder.number, path: path)), file)
    }

    /// The mode is given but for the set-id bits, which a write takes away again.
    private func createFile(
        _ name: some Collection<UInt8>, mode: UInt32, in directory: Directory
    ) throws(SystemFailure) -> RootFile {
        try checkIsNotAbandoned()
        let wanted = mode & 0o777
        let file = try directory.createFile(name, mode: wanted)
        // chmod is only needed for what open() cannot give.
        if wanted & maskedBits != 0 { try file.changeMode(wanted) }
        return file
    }

    /// Makes a directory in the stage, for files that shall lie in one of the root.
    func makeFolder() throws(SystemFailure) -> (number: UInt32, directory: Directory) {
        try checkIsNotAbandoned()
        let number = contents.withLock { contents in
            contents.fileCounts.append(0)
            return UInt32(contents.fileCounts.count - 1)
        }
        let name = StagedName.folder(number)
        try directory.makeDirectory(name, mode: Stage.folderMode)
        return (number, try directory.directory(name))
    }

    /// Opens a directory of the stage again.
    func openFolder(_ number: UInt32) throws(SystemFailure) -> Directory {
        try directory.directory(StagedName.folder(number))
    }

    /// The mode of a directory in the stage, which most directories of packages have too. The stage lets nobody in.
    static let folderMode: UInt32 = 0o755

    private func checkIsNotAbandoned() throws(SystemFailure) {
        guard !isAbandoned.load(ordering: .relaxed) else { throw SystemFailure(call: .open, number: ECANCELED) }
    }

    private func add(_ file: File) -> UInt32 {
        contents.withLock { contents in
            contents.files.append(file)
            if let folder = file.folder { contents.fileCounts[Int(folder)] += 1 }
            return UInt32(contents.files.count - 1)
        }
    }

    /// A number for something that is not a file made by ``createFile(mode:)``.
    func reserveNumber() -> UInt32 { add(File(folder: nil, path: [])) }

    /// What the file of a number is called.
    func name(of number: UInt32) -> StagedName {
        let file = contents.withLock { $0.files[Int(number)] }
        return file.path.isEmpty
            ? StagedName(folder: nil, name: StagedName.numbered(number))
            : StagedName(folder: file.folder, name: Array(lastComponent(file.path)))
    }

    /// How many files each of the directories has, by their numbers.
    var fileCounts: [Int] { contents.withLock { $0.fileCounts } }

    /// The content of a staged file.
    public func content(of number: UInt32) throws(RootError) -> [UInt8] {
        let name = name(of: number)
        do throws(SystemFailure) {
            var folders = StageFolders(directory)
            return try folders.directory(of: name).openPrivateFile(name.name).readAll()
        } catch {
            throw RootError(error, path: name.path)
        }
    }
}
