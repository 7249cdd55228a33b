internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A directory that is removed with everything in it when the value goes.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws(RepositoryError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/apkresolve.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw RepositoryError(
                .unwritable, location: parent, cause: ArchiveError(.openFailed, path: parent, systemError: errno))
        }
        path = template.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
    }

    deinit { Directories.remove(path) }
}

extension Directories {
    /// Size in bytes and time of last use of a regular file, in nanoseconds since 1970; nil for anything else.
    static func file(_ path: String) -> (size: Int, used: Int)? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return (Int(status.st_size), Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec))
    }
}
