#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How a file looked when it was read: enough to see that it is another one now.
///
/// The time of the last change of the inode (`ctime`) cannot be set by programs, so that a file with the same stamp has
/// the same content, unless it was changed within the resolution of the clock: ``wasSettled(at:)`` tells.
struct FileStamp: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: UInt64
    /// Nanoseconds since 1970.
    let modified: UInt64
    let changed: UInt64

    /// The stamp of a regular file; nil for anything else.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        func nanoseconds(_ time: timespec) -> UInt64 {
            UInt64(bitPattern: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
        }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = UInt64(truncatingIfNeeded: status.st_size)
        #if canImport(Darwin)
            modified = nanoseconds(status.st_mtimespec)
            changed = nanoseconds(status.st_ctimespec)
        #else
            modified = nanoseconds(status.st_mtim)
            changed = nanoseconds(status.st_ctim)
        #endif
    }

    /// A stamp of a file whose name says what is in it.
    init(size: UInt64) {
        self.size = size
        (device, inode, modified, changed) = (0, 0, 0, 0)
    }

    /// The time of the clock that stamps are made of, in seconds since 1970.
    static var now: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec)
    }

    /// Whether the last change was so long before a time that another one after it would show in the stamp.
    func wasSettled(at seconds: Int64) -> Bool {
        seconds - Int64(bitPattern: max(modified, changed)) / 1_000_000_000 > 2
    }

    var words: [UInt64] { [device, inode, size, modified, changed] }
}
