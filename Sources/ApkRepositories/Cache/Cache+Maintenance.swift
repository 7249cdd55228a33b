internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What looking through a cache found.
public struct CacheReport: Hashable, Sendable {
    /// The number and the size in bytes of the files that are in the cache afterwards.
    public var files = 0
    public var bytes = 0
    /// The SHA-256 by which the files were called that were dropped, sorted.
    public var dropped: [String] = []
    /// The size of what was dropped in bytes, parts of transfers included.
    public var droppedBytes = 0
}

extension Cache {
    /// Compares every file with its name, and drops those that were damaged, and references that lead nowhere.
    public func verify() -> CacheReport {
        var report = CacheReport()
        for object in objects() {
            if isDigest(object.name), let file = try? OpenFile(path: object.path),
                (try? Self.digest(of: file)) == object.name
            {
                report.files += 1
                report.bytes += object.size
            } else {
                drop(object, &report)
            }
        }
        dropLooseEnds()
        return report
    }

    /// Drops what was used least lately until the files together have at most `size` bytes; further what transfers left
    /// behind that nobody continued within a day.
    ///
    /// Programs that have a file open go on reading it.
    public func collect(keeping size: Int) -> CacheReport {
        var report = CacheReport()
        for object in objects().sorted(by: { ($0.used, $0.name) > ($1.used, $1.name) }) {
            if report.bytes + object.size <= size {
                report.files += 1
                report.bytes += object.size
            } else {
                drop(object, &report)
            }
        }
        report.dropped.sort()
        dropLooseEnds()
        dropFacts(all: size == 0)
        let yesterday = (Int(time(nil)) - 24 * 3600) * 1_000_000_000
        for name in Directories.names(in: "\(base)/partial") {
            let path = "\(base)/partial/\(name)"
            guard let file = Directories.file(path), file.used < yesterday || size == 0, !isLocked(path) else {
                continue
            }
            if unlink(path) == 0 { report.droppedBytes += file.size }
        }
        return report
    }

    /// What is known of packages' contents, and compiled indexes, can be made again: they go after a month, or with
    /// everything.
    private func dropFacts(all: Bool) {
        let monthAgo = (Int(time(nil)) - 30 * 24 * 3600) * 1_000_000_000
        for directory in [factsDirectory, compiledDirectory] {
            for name in Directories.names(in: directory) {
                let path = "\(directory)/\(name)"
                if let file = Directories.file(path), all || file.used < monthAgo { unlink(path) }
            }
        }
    }

    private struct Object {
        var name: String
        var path: String
        var size: Int
        var used: Int
    }

    private func objects() -> [Object] {
        Directories.names(in: "\(base)/objects").flatMap { directory in
            Directories.names(in: "\(base)/objects/\(directory)").compactMap { name -> Object? in
                let path = "\(base)/objects/\(directory)/\(name)"
                return Directories.file(path).map { Object(name: name, path: path, size: $0.size, used: $0.used) }
            }
        }
    }

    private func drop(_ object: Object, _ report: inout CacheReport) {
        guard unlink(object.path) == 0 else { return }
        report.dropped.append(object.name)
        report.droppedBytes += object.size
    }

    /// References to files that are not there.
    private func dropLooseEnds() {
        for name in Directories.names(in: "\(base)/packages") {
            let digest = reference("packages/\(name)").map { String(decoding: $0.prefix { $0 != 0x0a }, as: UTF8.self) }
            if let digest, isDigest(digest), RootSettings.exists(objectPath(digest)) { continue }
            dropReference("packages/\(name)")
        }
        for name in Directories.names(in: "\(base)/keys")
        where !isDigest(name) || !RootSettings.exists(objectPath(name)) {
            dropReference("keys/\(name)")
        }
        for name in Directories.names(in: "\(base)/indexes") {
            let index = reference("indexes/\(name)").flatMap { CachedIndex($0) }
            if let index, RootSettings.exists(objectPath(index.sha256)) { continue }
            dropReference("indexes/\(name)")
        }
    }

    /// Whether a transfer of the file is under way.
    private func isLocked(_ path: String) -> Bool {
        let lock = "\(base)/partial/" + (path.split(separator: "/").last?.prefix { $0 != "." } ?? "") + ".lock"
        let descriptor = open(lock, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }
}
