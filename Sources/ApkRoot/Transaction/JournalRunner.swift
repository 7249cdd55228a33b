#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Does the steps of a journal, for the first time or again.
struct JournalRunner {
    private let root: Directory
    private let stage: Directory
    private var walker: PathWalker
    /// The name in the stage of something that replaces what has its name already.
    private let spareName = Array("spare".utf8)

    init(root: Directory, stage: Directory) {
        self.root = root
        self.stage = stage
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
            case .place(let number, let path): try place(number, path)
            case .link(let number, let path): try link(number, path)
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

    private mutating func place(_ number: UInt32, _ path: [UInt8]) throws(RootError) {
        let stage = stage
        try at(path) { (directory, name) throws(SystemFailure) in
            do throws(SystemFailure) {
                try stage.rename(Stage.fileName(number), to: directory, name)
            } catch {
                switch error.number {
                case ENOENT:
                    // Done before, if the name is there.
                    guard try directory.status(name) != nil else { throw error }
                case EXDEV: try Self.copy(number, from: stage, to: directory, name)
                default: throw error
                }
            }
        }
    }

    /// Moves a staged file to another file system, where it gets its name when it is complete.
    private static func copy(
        _ number: UInt32, from stage: Directory, to directory: Directory, _ name: ArraySlice<UInt8>
    ) throws(SystemFailure) {
        let temporary = Array(".apk.".utf8) + Stage.fileName(number)
        let stagedName = Stage.fileName(number)
        guard let status = try stage.status(stagedName) else { return }
        try directory.remove(temporary)
        if status.isRegular {
            let source = try stage.openFile(stagedName)
            let copy = try directory.createFile(temporary, mode: 0o600)
            var failure: SystemFailure?
            try source.read { chunk in
                guard failure == nil else { return }
                do throws(SystemFailure) { try copy.write(chunk) } catch { failure = error }
            }
            if let failure { throw failure }
        } else {
            try directory.makeNode(temporary, mode: status.mode, device: status.deviceNumber)
        }
        if geteuid() == 0 { try directory.changeOwner(temporary, user: status.user, group: status.group) }
        if status.isRegular { try directory.changeMode(temporary, status.permissions) }
        try directory.setTime(temporary, seconds: status.seconds, nanoseconds: status.nanoseconds)
        try directory.rename(temporary, to: directory, name)
        try stage.remove(stagedName)
    }

    private mutating func link(_ number: UInt32, _ path: [UInt8]) throws(RootError) {
        let stage = stage
        let spareName = spareName
        try at(path) { (directory, name) throws(SystemFailure) in
            let staged = Stage.fileName(number)
            do throws(SystemFailure) {
                try stage.link(staged, to: directory, name)
            } catch {
                switch error.number {
                case ENOENT:
                    guard try directory.status(name) != nil else { throw error }
                case EEXIST:
                    guard let new = try stage.status(staged), let old = try directory.status(name),
                        new.inode != old.inode || new.device != old.device
                    else { return }
                    try stage.remove(spareName)
                    try stage.link(staged, to: stage, spareName)
                    try stage.rename(spareName, to: directory, name)
                default: throw error
                }
            }
        }
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
                try stage.rename(spareName, to: directory, name)
            }
            if let owner { try directory.changeOwner(name, user: owner.user, group: owner.group) }
            try directory.setTime(name, seconds: time.seconds, nanoseconds: time.nanoseconds)
        }
    }

    private mutating func finishDirectory(
        _ path: [UInt8], _ mode: UInt32?, _ owner: Journal.Owner?, _ time: (seconds: Int, nanoseconds: Int)
    ) throws(RootError) {
        try at(path) { (directory, name) throws(SystemFailure) in
            if let owner { try directory.changeOwner(name, user: owner.user, group: owner.group) }
            if let mode { try directory.changeMode(name, mode) }
            try directory.setTime(name, seconds: time.seconds, nanoseconds: time.nanoseconds)
        }
    }
}
