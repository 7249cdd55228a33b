internal import CFileAttributes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What a name in a directory is, without following it.
struct FileStatus {
    var mode: UInt32
    var user: UInt32
    var group: UInt32
    var size: Int
    var inode: UInt64
    var device: UInt64
    var deviceNumber: UInt64
    var seconds: Int
    var nanoseconds: Int

    init(_ status: stat) {
        mode = UInt32(status.st_mode)
        user = status.st_uid
        group = status.st_gid
        size = Int(status.st_size)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        deviceNumber = UInt64(status.st_rdev)
        #if canImport(Darwin)
            seconds = status.st_mtimespec.tv_sec
            nanoseconds = status.st_mtimespec.tv_nsec
        #else
            seconds = Int(status.st_mtim.tv_sec)
            nanoseconds = Int(status.st_mtim.tv_nsec)
        #endif
    }

    private var type: UInt32 { mode & UInt32(S_IFMT) }
    var isDirectory: Bool { type == UInt32(S_IFDIR) }
    var isRegular: Bool { type == UInt32(S_IFREG) }
    var isSymbolicLink: Bool { type == UInt32(S_IFLNK) }
    var permissions: UInt32 { mode & 0o7777 }
    /// Whether it belongs to the user of this process, and nobody else may write it.
    var isOurs: Bool { user == geteuid() && mode & 0o022 == 0 }
}

/// An open directory. Everything is done by single names in it, and no call here follows a symbolic link.
package final class Directory: Sendable {
    let descriptor: Int32
    let system: SystemInterface

    private init(descriptor: Int32, system: SystemInterface) {
        self.descriptor = descriptor
        self.system = system
    }

    deinit { close(descriptor) }

    private static let directoryFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// Opens a directory by its path, the only place where links in a path are followed: the caller named it.
    static func open(path: String, system: SystemInterface) throws(SystemFailure) -> Directory {
        let descriptor = try system.perform(.open) { openat(AT_FDCWD, path, directoryFlags) }
        return Directory(descriptor: descriptor, system: system)
    }

    /// Opens a directory in this one.
    func directory(_ name: some Collection<UInt8>) throws(SystemFailure) -> Directory {
        let flags = Self.directoryFlags | O_NOFOLLOW
        let opened = try system.perform(.open) { withCName(name) { openat(descriptor, $0, flags) } }
        return Directory(descriptor: opened, system: system)
    }

    /// Makes a directory; with `isNew` false it may be there already.
    ///
    /// - Returns: whether it was made.
    @discardableResult
    func makeDirectory(_ name: some Collection<UInt8>, mode: UInt32 = 0o755) throws(SystemFailure) -> Bool {
        do throws(SystemFailure) {
            try system.perform(.makeDirectory) { withCName(name) { mkdirat(descriptor, $0, mode_t(mode)) } }
            return true
        } catch {
            guard error.number == EEXIST else { throw error }
            return false
        }
    }

    /// Creates a file for writing that must not exist.
    func createFile(_ name: some Collection<UInt8>, mode: UInt32) throws(SystemFailure) -> RootFile {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let opened = try system.perform(.open) { withCName(name) { openat(descriptor, $0, flags, mode_t(mode)) } }
        return RootFile(descriptor: opened, system: system)
    }

    /// Opens a regular file for reading; anything else is an error, and a FIFO does not make it wait.
    func openFile(_ name: some Collection<UInt8>) throws(SystemFailure) -> RootFile {
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let opened = try system.perform(.open) { withCName(name) { openat(descriptor, $0, flags) } }
        let file = RootFile(descriptor: opened, system: system)
        guard try file.status().isRegular else { throw SystemFailure(call: .open, number: EINVAL) }
        return file
    }

    /// Opens a regular file for reading, also one whose mode keeps its owner out: a plain user gets the right to read it
    /// for the moment of opening it.
    func openPrivateFile(_ name: some Collection<UInt8>) throws(SystemFailure) -> RootFile {
        do throws(SystemFailure) { return try openFile(name) } catch {
            guard error.number == EACCES, let status = try status(name), status.isRegular, status.user == geteuid()
            else { throw error }
            let mode = mode_t(status.permissions | 0o400)
            try system.perform(.changeMode) {
                withCName(name) { fchmodat(descriptor, $0, mode, AT_SYMLINK_NOFOLLOW) }
            }
            let file = try openFile(name)
            try file.changeMode(status.permissions)
            return file
        }
    }

    /// What a name is; nil if there is nothing of that name.
    func status(_ name: some Collection<UInt8>) throws(SystemFailure) -> FileStatus? {
        var status = stat()
        do throws(SystemFailure) {
            try system.perform(.status) { withCName(name) { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) } }
        } catch {
            guard error.number == ENOENT else { throw error }
            return nil
        }
        return FileStatus(status)
    }

    /// What the directory itself is.
    func status() throws(SystemFailure) -> FileStatus {
        var status = stat()
        try system.perform(.status) { fstat(descriptor, &status) }
        return FileStatus(status)
    }

    /// The target of a symbolic link.
    func readLink(_ name: some Collection<UInt8>) throws(SystemFailure) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let capacity = buffer.count
        let count = try buffer.withUnsafeMutableBufferPointer { room throws(SystemFailure) in
            try system.perform(.readLink) {
                withCName(name) { readlinkat(descriptor, $0, room.baseAddress!, capacity) }
            }
        }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    func symbolicLink(_ name: some Collection<UInt8>, to target: [UInt8]) throws(SystemFailure) {
        try system.perform(.symbolicLink) {
            withCName(target) { target in withCName(name) { symlinkat(target, descriptor, $0) } }
        }
    }

    /// Makes a device or a FIFO.
    func makeNode(_ name: some Collection<UInt8>, mode: UInt32, device: UInt64) throws(SystemFailure) {
        try system.perform(.makeNode) { withCName(name) { mknodat(descriptor, $0, mode_t(mode), dev_t(device)) } }
    }

    func rename(
        _ name: some Collection<UInt8>, to directory: Directory, _ newName: some Collection<UInt8>
    ) throws(SystemFailure) {
        try system.perform(.rename) {
            withCName(name) { old in withCName(newName) { renameat(descriptor, old, directory.descriptor, $0) } }
        }
    }

    func link(
        _ name: some Collection<UInt8>, to directory: Directory, _ newName: some Collection<UInt8>
    ) throws(SystemFailure) {
        try system.perform(.link) {
            withCName(name) { old in withCName(newName) { linkat(descriptor, old, directory.descriptor, $0, 0) } }
        }
    }

    /// Removes a file, or with `isDirectory` an empty directory; one that is gone already is fine.
    func remove(_ name: some Collection<UInt8>, isDirectory: Bool = false) throws(SystemFailure) {
        do throws(SystemFailure) {
            let flags = isDirectory ? AT_REMOVEDIR : 0
            try system.perform(.unlink) { withCName(name) { unlinkat(descriptor, $0, Int32(flags)) } }
        } catch {
            guard error.number == ENOENT else { throw error }
        }
    }

    func changeOwner(_ name: some Collection<UInt8>, user: UInt32, group: UInt32) throws(SystemFailure) {
        try system.perform(.changeOwner) {
            withCName(name) { fchownat(descriptor, $0, user, group, AT_SYMLINK_NOFOLLOW) }
        }
    }

    /// Changes the owner of the directory itself.
    func changeOwner(user: UInt32, group: UInt32) throws(SystemFailure) {
        try system.perform(.changeOwner) { fchown(descriptor, user, group) }
    }

    /// Changes the mode of the directory itself.
    func changeMode(_ mode: UInt32) throws(SystemFailure) {
        try system.perform(.changeMode) { fchmod(descriptor, mode_t(mode)) }
    }

    /// Changes the mode of a file or directory; the name must not be a symbolic link.
    func changeMode(_ name: some Collection<UInt8>, _ mode: UInt32) throws(SystemFailure) {
        // Linux has no fchmodat that does not follow, so the file itself is opened first.
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let opened = try system.perform(.open) { withCName(name) { openat(descriptor, $0, flags) } }
        let file = RootFile(descriptor: opened, system: system)
        try file.changeMode(mode)
    }

    /// Changes the mode of a file that must not be opened for it: a device or FIFO, which could wait for another, or one
    /// that may not be read. Only this process may know the name.
    func changeNodeMode(_ name: some Collection<UInt8>, _ mode: UInt32) throws(SystemFailure) {
        try system.perform(.changeMode) { withCName(name) { fchmodat(descriptor, $0, mode_t(mode), 0) } }
    }

    /// Fails with the system's reason if the process may not change the directory.
    func checkIsWritable() throws(SystemFailure) {
        try system.perform(.access) { faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) }
    }

    /// Fails with the system's reason if a name in the directory cannot become another file's, whoever asks: its file is
    /// immutable, or something is mounted on it.
    func checkIsReplaceable(_ name: some Collection<UInt8>) throws(SystemFailure) {
        #if canImport(Darwin)
            var status = stat()
            let flags = UInt32(UF_IMMUTABLE | UF_APPEND | SF_IMMUTABLE | SF_APPEND)
            let isThere = withCName(name) { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
            let number = isThere && status.st_flags & flags != 0 ? EPERM : 0
        #else
            let number = try system.perform(.status) { withCName(name) { cfileattributes_hold(descriptor, $0) } }
        #endif
        guard number == 0 else { throw SystemFailure(call: .rename, number: number) }
    }

    /// Waits until the names in the directory are where a loss of power leaves them.
    func synchronize() throws(SystemFailure) { try system.perform(.synchronize) { fsync(descriptor) } }

    /// Waits until all that was written to the file system of the directory is where a loss of power leaves it.
    func synchronizeFileSystem() throws(SystemFailure) {
        #if canImport(Darwin)
            sync()
        #else
            try system.perform(.synchronize) { syncfs(descriptor) }
        #endif
    }

    /// Whether a path leads to this directory.
    func isAt(_ path: String) throws(SystemFailure) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        let own = try self.status()
        return own.inode == UInt64(status.st_ino) && own.device == UInt64(status.st_dev)
    }

    /// Sets the time of last change of whatever has the name.
    func setTime(_ name: some Collection<UInt8>, seconds: Int, nanoseconds: Int) throws(SystemFailure) {
        try system.perform(.setTimes) {
            withTimes(seconds, nanoseconds) { times in
                withCName(name) { utimensat(descriptor, $0, times, AT_SYMLINK_NOFOLLOW) }
            }
        }
    }

    /// Sets the time of last change where the process may: who may change a directory may not always date it.
    func setTimeIfAllowed(_ name: some Collection<UInt8>, seconds: Int, nanoseconds: Int) throws(SystemFailure) {
        do throws(SystemFailure) { try setTime(name, seconds: seconds, nanoseconds: nanoseconds) } catch {
            guard [EPERM, EACCES, EROFS].contains(error.number) else { throw error }
        }
    }

    /// Waits for, or only tries, the exclusive lock on this directory. It ends with this object or the process.
    ///
    /// - Returns: false if another process has it, and `waits` is false.
    func lock(waits: Bool) throws(SystemFailure) -> Bool { try takeLock(descriptor, system, waits: waits) }

    /// Gives the lock back.
    func unlock() { flock(descriptor, LOCK_UN) }

    /// The names in the directory, in the order in which the system gives them.
    func names() throws(SystemFailure) -> [[UInt8]] {
        let copy = try system.perform(.open) { openat(descriptor, ".", Self.directoryFlags) }
        guard let stream = fdopendir(copy) else {
            let number = errno
            close(copy)
            throw SystemFailure(call: .list, number: number)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemFailure(call: .list, number: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
            if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
        }
    }

    /// Removes everything in the directory.
    func removeContents() throws(SystemFailure) {
        for name in try names() {
            if try status(name)?.isDirectory == true {
                try directory(name).removeContents()
                try remove(name, isDirectory: true)
            } else {
                try remove(name)
            }
        }
    }
}
