internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The right to fetch one file into the cache, which one process has at a time; others wait, and then find the file there.
///
/// The right is an advisory lock of the system, which goes with the process that has it, however that ends. What was
/// fetched of a file stays for the next one, which continues it.
struct CacheTransfer: ~Copyable {
    /// Where to write the file.
    let path: String
    private let lockPath: String
    private let descriptor: Int32

    /// Waits for the right.
    ///
    /// - Parameter key: hexadecimal digits that say which file it is.
    init(_ key: String, in cache: Cache) throws(RepositoryError) {
        path = "\(cache.base)/partial/\(key).part"
        lockPath = "\(cache.base)/partial/\(key).lock"
        try cache.makeDirectory("\(cache.base)/partial")
        while true {
            let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { throw cache.unwritable(lockPath) }
            var status: Int32 = -1
            repeat { status = flock(descriptor, LOCK_EX) } while status != 0 && errno == EINTR
            // The one before may have removed the file that was waited for. A file system without locks gives none: two
            // processes then fetch the same file, and the digest decides.
            if status != 0 || Self.isSame(descriptor, lockPath) {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        unlink(lockPath)
        close(descriptor)
    }

    /// What there is of the file from an earlier try at a URL.
    func resumePoint(for url: String) -> ResumePoint? {
        guard var source = try? FileSource(path: path + ".from"), let bytes = try? source.readAll(limit: 4096) else {
            return nil
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, lines[0] == Self.key(url), !lines[1].isEmpty,
            let size = Directories.file(path)?.size, size > 0
        else { return nil }
        return ResumePoint(offset: size, validator: String(lines[1]))
    }

    /// Notes how the file can be continued, for a later run.
    func setResumePoint(_ resume: ResumePoint, url: String) {
        let note = path + ".from"
        unlink(note)
        guard !resume.validator.utf8.contains(0x0a) else { return }
        let text = "\(Self.key(url))\n\(resume.validator)\n"
        let descriptor = open(note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { return }
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }

    /// Takes away what was fetched.
    func discard() {
        unlink(path)
        unlink(path + ".from")
    }

    /// A URL as a name that tells nothing of the credentials in it.
    static func key(_ url: String) -> String {
        (try? Digest.of(Array(url.utf8), .sha256)).map { Hexadecimal.string($0) } ?? ""
    }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var open = stat()
        var named = stat()
        return fstat(descriptor, &open) == 0 && lstat(path, &named) == 0 && open.st_ino == named.st_ino
            && open.st_dev == named.st_dev
    }
}
