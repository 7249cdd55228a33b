#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Does the steps of a journal, for the first time or again.
struct JournalRunner {
    let root: Directory
    private let stage: Directory
    var folders: StageFolders
    var walker: PathWalker
    /// The name in the stage of something that replaces what has its name already.
    private let spareName = Array("spare".utf8)
    /// The first names that files got on other file systems than the stage's, where they can have further ones.
    var firstNames: [StagedName: [[UInt8]]] = [:]

    init(root: Directory, stage: Directory) {
        self.root = root
        self.stage = stage
        folders = StageFolders(stage)
        walker = PathWalker(root)
    }

    mutating func run(_ journal: Journal) throws(RootError) {
        for step in journal.steps {
            switch step {
            case .removeFile(let path): try remove(path, isDirectory: false)
            case .removeDirectory(let path):
                walker.forget()
                try remove(path, isDirectory: true)
            case .makeDirectory(let path, let mode): try makeDirectory(path, mode)
            case .adopt(let folder, let path): try adopt(folder, path)
            case .place(let staged, let path): try place(staged, path)
            case .link(let staged, let path): try link(staged, path)
            case .symbolicLink(let path, let target, let seconds, let nanoseconds, let owner):
                try symbolicLink(path, target, (seconds, nanoseconds), owner)
            case .finishDirectory(let path, let mode, let owner, let seconds, let nanoseconds):
                try finishDirectory(path, mode, owner, (seconds, nanoseconds))
            }
        }
    }

    private mutating func at(
        _ path: [UInt8], _ body: (Directory, ArraySlice<UInt8>) throws(SystemFailure) -> Void
    ) throws(RootError) {
        let (directory, name) = try walker.parent(of: path)
        do throws(SystemFailure) { try body(directory, name) } catch {
            if error.number == EISDIR {
                throw RootError(.rootChanged, path: path, detail: "a file", systemError: error.number)
            }
            throw RootError(error, path: path)
        }
    }

    private mutating func remove(_ path: [UInt8], isDirectory: Bool) throws(RootError) {
        do throws(RootError) {
            try at(path) { (directory, name) throws(SystemFailure) in
                do throws(SystemFailure) {
                    try directory.remove(name, isDirectory: isDirectory)
                } catch {
                    // What is not empty holds something that is not ours, and stays.
                    let stays: Set<Int32> = isDirectory ? [ENOTEMPTY, EEXIST, EBUSY, ENOTDIR] : [EISDIR]
                    guard stays.contains(error.number) else { throw error }
                }
            }
        } catch {
            // A directory on the way that is gone, or that something else has replaced by now, took the file along.
            guard error.systemError == ENOENT || error.code == .rootChanged else { throw error }
        }
    }

    private mutating func makeDirectory(_ path: [UInt8], _ mode: UInt32) throws(RootError) {
        try at(path) { (directory, name) throws(SystemFailure) in
            guard try !directory.makeDirectory(name, mode: mode) else { return }
            guard try directory.status(name)?.isDirectory == true else {
                throw SystemFailure(call: .makeDirectory, number: ENOTDIR)
            }
        }
    }

    private mutating func adopt(_ folder: UInt32, _ path: [UInt8]) throws(RootError) {
        let stage = stage
        var isWhole = true
        try at(path) { (directory, name) throws(SystemFailure) in
            do throws(SystemFailure) {
                try stage.rename(StagedName.folder(folder), to: directory, name)
            } catch {
                switch error.number {
                case ENOENT:
                    // Done before, if the name is there.
                    guard try directory.status(name)?.isDirectory == true else { throw error }
                // Somebody made the directory meanwhile, or it lies on another file system.
                case EEXIST, ENOTEMPTY, EXDEV: isWhole = false
                default: throw error
                }
            }
        }
        guard !isWhole else { return }
        try makeDirectory(path, Stage.folderMode)
        for staged in try files(inFolder: folder) { try place(staged, joined(path, staged.name)) }
    }

    private func files(inFolder folder: UInt32) throws(RootError) -> [StagedName] {
        let name = StagedName.folder(folder)
        do throws(SystemFailure) {
            return try stage.directory(name).names().map { StagedName(folder: folder, name: $0) }
        } catch {
            throw RootError(error, path: joined(Stage.name, name))
        }
    }

    /// The directory of the stage that has a file.
    private mutating func folder(of staged: StagedName) throws(RootError) -> Directory {
        do throws(SystemFailure) { return try folders.directory(of: staged) } catch {
            throw RootError(error, path: staged.path)
        }
    }

    private mutating func place(_ staged: StagedName, _ path: [UInt8]) throws(RootError) {
        let folder = try folder(of: staged)
        var isElsewhere = false
        try at(path) { (directory, name) throws(SystemFailure) in
            do throws(SystemFailure) {
                try folder.rename(staged.name, to: directory, name)
            } catch {
                switch error.number {
                case ENOENT:
                    // Done before, if the name is there.
                    guard try directory.status(name) != nil else { throw error }
                case EXDEV: isElsewhere = true
                default: throw error
                }
            }
        }
        guard isElsewhere else { return }
        try placeElsewhere(staged, in: folder, path)
        do throws(SystemFailure) { try folder.remove(staged.name) } catch {
            throw RootError(error, path: path)
        }
    }

    private mutating func link(_ staged: StagedName, _ path: [UInt8]) throws(RootError) {
        let folder = try folder(of: staged)
        let stage = stage
        let spareName = spareName
        var isElsewhere = false
        try at(path) { (directory, name) throws(SystemFailure) in
            do throws(SystemFailure) {
                try folder.link(staged.name, to: directory, name)
            } catch {
                switch error.number {
                case ENOENT:
                    guard try directory.status(name) != nil else { throw error }
                case _ where error.needsCopy: isElsewhere = true
                case EEXIST:
                    guard let new = try folder.status(staged.name), let old = try directory.status(name),
                        new.inode != old.inode || new.device != old.device
                    else { return }
                    try stage.remove(spareName)
                    do throws(SystemFailure) {
                        try folder.link(staged.name, to: stage, spareName)
                        try stage.rename(spareName, to: directory, name)
                    } catch {
                        guard error.needsCopy else { throw error }
                        try stage.remove(spareName)
                        isElsewhere = true
                    }
                default: throw error
                }
            }
        }
        if isElsewhere { try placeElsewhere(staged, in: folder, path) }
    }

    private mutating func symbolicLink(
        _ path: [UInt8], _ target: [UInt8], _ time: (seconds: Int, nanoseconds: Int), _ owner: Journal.Owner?
    ) throws(RootError) {
        let stage = stage
        let spareName = spareName
        try at(path) { (directory, name) throws(SystemFailure) in
            do throws(SystemFailure) {
                try directory.symbolicLink(name, to: target)
            } catch {
                guard error.number == EEXIST else { throw error }
                try stage.remove(spareName)
                try stage.symbolicLink(spareName, to: target)
                do throws(SystemFailure) { try stage.rename(spareName, to: directory, name) } catch {
                    guard error.number == EXDEV else { throw error }
                    let temporary = JournalRunner.temporaryName
                    try directory.remove(temporary)
                    try directory.symbolicLink(temporary, to: target)
                    try directory.rename(temporary, to: directory, name)
                    try stage.remove(spareName)
                }
            }
            if let owner { try directory.changeOwner(name, user: owner.user, group: owner.group) }
            try directory.setTime(name, seconds: time.seconds, nanoseconds: time.nanoseconds)
        }
    }

    private mutating func finishDirectory(
        _ path: [UInt8], _ mode: UInt32?, _ owner: Journal.Owner?, _ time: (seconds: Int, nanoseconds: Int)
    ) throws(RootError) {
        do throws(RootError) {
            try at(path) { (directory, name) throws(SystemFailure) in
                if owner != nil || mode != nil {
                    // What is no directory must not get the mode of one.
                    let finished = try directory.directory(name)
                    if let owner { try finished.changeOwner(user: owner.user, group: owner.group) }
                    if let mode { try finished.changeMode(mode) }
                }
                try directory.setTimeIfAllowed(
                    name.isEmpty ? Self.itself : name, seconds: time.seconds, nanoseconds: time.nanoseconds)
            }
        } catch {
            // One that was taken away since has no time.
            guard owner == nil, mode == nil, error.systemError == ENOENT else { throw error }
        }
    }

    /// The name of a directory in itself.
    private static let itself = [UInt8(ascii: ".")][...]
}
