package import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Files of the cache that are believed without other proof than that nobody but this user can have written them.
///
/// Who can write as this user can forge them, as he can replace the program itself. A digest or a key that lies in the
/// same place as the file would not change that.
package enum OwnFile {
    /// Opens a file for reading.
    ///
    /// The open descriptor is what is looked at, so that nobody can put another file under the path in between.
    ///
    /// - Returns: nil where there is none, or where somebody else could have written it.
    package static func open(_ path: String) -> OpenFile? {
        guard let (descriptor, _) = openDescriptor(path) else { return nil }
        return OpenFile(descriptor: descriptor, name: path)
    }

    /// The descriptor of such a file, which the caller closes, and the file's size.
    static func openDescriptor(_ path: String) -> (descriptor: Int32, size: Int)? {
        let descriptor = openAsIs(path)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, isOwn(status) else {
            close(descriptor)
            return nil
        }
        return (descriptor, Int(status.st_size))
    }

    private static func isOwn(_ status: stat) -> Bool {
        status.st_uid == geteuid() && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    /// Whether a path is a directory that belongs to this user and that nobody else may write to, made where there is
    /// none. In any other, somebody else could give an old file of this user's a new name.
    package static func isOwnDirectory(_ path: String, creating: Bool) -> Bool {
        var status = stat()
        if lstat(path, &status) != 0 {
            guard creating, makeDirectory(path), lstat(path, &status) == 0 else { return false }
        }
        return status.st_mode & S_IFMT == S_IFDIR && isOwn(status)
    }

    private static func makeDirectory(_ path: String) -> Bool {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return false }
        return makeDirectory(String(path[..<slash])) && (mkdir(path, 0o700) == 0 || errno == EEXIST)
    }

    /// Writes a file beside its place and gives it its name when it is whole.
    ///
    /// A process that is killed leaves a file that only bears its number, for ``removeLeftovers(in:)``.
    ///
    /// - Parameter isDurable: waits until the file is on the disk, for readers who do not look at all of its bytes.
    package static func replace(_ path: String, with parts: [UnsafeRawBufferPointer], isDurable: Bool) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        let temporary = "\(path[..<slash])/\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        let descriptor = create(temporary)
        guard descriptor >= 0 else { return false }
        let isWritten =
            parts.allSatisfy { writeAll($0, to: descriptor) } && (!isDurable || fsync(descriptor) == 0)
        if close(descriptor) == 0, isWritten, rename(temporary, path) == 0 { return true }
        unlink(temporary)
        return false
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Takes away what processes that are gone left in a directory.
    package static func removeLeftovers(in directory: String) {
        for name in Directories.names(in: directory) {
            guard name.hasSuffix(".tmp"), let process = name.split(separator: ".").first.flatMap({ pid_t($0) }),
                process > 0, kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink("\(directory)/\(name)")
        }
    }
}

private func openAsIs(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }

private func create(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
}
