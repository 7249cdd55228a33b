internal import ApkArchive

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
    /// The first names that files got on other file systems than the stage's, where they can have further ones.
    private var firstNames: [UInt32: [[UInt8]]] = [:]

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
        var isElsewhere = false
        try at(path) { (directory, name) throws(SystemFailure) in
            do throws(SystemFailure) {
                try stage.rename(Stage.fileName(number), to: directory, name)
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
        try placeElsewhere(number, path)
        do throws(SystemFailure) { try stage.remove(Stage.fileName(number)) } catch {
            throw RootError(error, path: path)
        }
    }

    private mutating func link(_ number: UInt32, _ path: [UInt8]) throws(RootError) {
        let stage = stage
        let spareName = spareName
        var isElsewhere = false
        try at(path) { (directory, name) throws(SystemFailure) in
            let staged = Stage.fileName(number)
            do throws(SystemFailure) {
                try stage.link(staged, to: directory, name)
            } catch {
                switch error.number {
                case ENOENT:
                    guard try directory.status(name) != nil else { throw error }
                case EXDEV: isElsewhere = true
                case EEXIST:
                    guard let new = try stage.status(staged), let old = try directory.status(name),
                        new.inode != old.inode || new.device != old.device
                    else { return }
                    try stage.remove(spareName)
                    try stage.link(staged, to: stage, spareName)
                    do throws(SystemFailure) { try stage.rename(spareName, to: directory, name) } catch {
                        guard error.number == EXDEV else { throw error }
                        try stage.remove(spareName)
                        isElsewhere = true
                    }
                default: throw error
                }
            }
        }
        if isElsewhere { try placeElsewhere(number, path) }
    }

    /// Gives a staged file a name on another file system: something is mounted in the root.
    private mutating func placeElsewhere(_ number: UInt32, _ path: [UInt8]) throws(RootError) {
        let (directory, name) = try walker.parent(of: path)
        let temporary = Array(".apk.".utf8) + Stage.fileName(number)
        do throws(SystemFailure) {
            try directory.remove(temporary)
            if try !linkElsewhere(number, to: directory, temporary) {
                guard try Self.copy(number, from: stage, to: directory, temporary) else { return }
                firstNames[number, default: []].append(path)
            }
            try directory.rename(temporary, to: directory, name)
            // A rename between two names of one file does nothing, and leaves both.
            try directory.remove(temporary)
        } catch {
            throw RootError(error, path: path)
        }
    }

    /// Gives a file that was copied already a further name.
    private func linkElsewhere(
        _ number: UInt32, to directory: Directory, _ name: [UInt8]
    ) throws(SystemFailure) -> Bool {
        for first in firstNames[number] ?? [] {
            var walker = PathWalker(root)
            guard let (parent, base) = try? walker.parent(of: first) else { continue }
            do throws(SystemFailure) {
                try parent.link(base, to: directory, name)
                return true
            } catch {
                guard error.number == EXDEV else { throw error }
            }
        }
        return false
    }

    /// Copies a staged file, with all that it has, to a temporary name in a directory of another file system.
    ///
    /// - Returns: false if it is not there any more: an earlier run did it.
    private static func copy(
        _ number: UInt32, from stage: Directory, to directory: Directory, _ temporary: [UInt8]
    ) throws(SystemFailure) -> Bool {
        let stagedName = Stage.fileName(number)
        guard let status = try stage.status(stagedName) else { return false }
        var attributes: [ArchiveEntry.ExtendedAttribute] = []
        if status.isRegular {
            let source = try stage.openPrivateFile(stagedName)
            attributes = try source.extendedAttributes()
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
        if status.isRegular {
            // In this order: a new owner takes attributes and set-id bits away, and a file may not be readable with its
            // mode.
            if !attributes.isEmpty {
                _ = try directory.openFile(temporary).setExtendedAttributes(attributes)
            }
            try directory.changeMode(temporary, status.permissions)
        } else {
            try directory.changeNodeMode(temporary, status.permissions)
        }
        try directory.setTime(temporary, seconds: status.seconds, nanoseconds: status.nanoseconds)
        return true
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
                    let temporary = Array(".apk.".utf8) + spareName
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
        try at(path) { (directory, name) throws(SystemFailure) in
            if let owner { try directory.changeOwner(name, user: owner.user, group: owner.group) }
            if let mode { try directory.changeMode(name, mode) }
            try directory.setTime(name, seconds: time.seconds, nanoseconds: time.nanoseconds)
        }
    }
}
