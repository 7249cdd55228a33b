internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file of the user's own, mapped for reading.
///
/// - Note: `@unchecked`: the bytes are never written to. A file of the cache is replaced by a rename, never changed in
///   place, so that a mapping keeps what it had.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Maps a file; nil where there is none, or where somebody else could have written it.
    init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Self.isOwn(status),
            status.st_size > 0,
            let base = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: base, count: Int(status.st_size))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    /// Whether a file or directory belongs to this user, and nobody else may write to it.
    static func isOwn(_ status: stat) -> Bool {
        status.st_uid == geteuid() && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    /// Whether a path is a directory of this user's own, made where there is none.
    static func isOwnDirectory(_ path: String, creating: Bool) -> Bool {
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

    /// Writes a file beside its place and gives it its name when it is whole, and on the disk.
    ///
    /// A process that is killed leaves a file that only bears its number; the next one that writes takes it away.
    static func replace(_ path: String, with parts: [UnsafeRawBufferPointer]) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        let directory = String(path[..<slash])
        removeLeftovers(in: directory)
        let temporary = "\(directory)/\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = parts.allSatisfy { writeAll($0, to: descriptor) } && fsync(descriptor) == 0
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

    private static func removeLeftovers(in directory: String) {
        for name in Directories.names(in: directory) {
            guard name.hasSuffix(".tmp"), let process = name.split(separator: ".").first.flatMap({ pid_t($0) }),
                process > 0, kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink("\(directory)/\(name)")
        }
    }
}
