import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// All that is below a directory: a line for each path with type, mode, owner, time, and content or target.
struct Snapshot: Equatable, CustomStringConvertible {
    private(set) var lines: [String: String] = [:]

    /// - Parameters:
    ///   - times: whether times of change count.
    ///   - ignoring: paths that are left out.
    init(_ top: String, times: Bool = true, ignoring: Set<String> = []) {
        var inodes: [UInt64: String] = [:]
        let paths = FileManager.default.enumerator(atPath: top)?.compactMap { $0 as? String } ?? []
        for path in paths.sorted() where !ignoring.contains(path) {
            var status = stat()
            guard lstat(top + "/" + path, &status) == 0 else { continue }
            let type = status.st_mode & S_IFMT
            var line = String(status.st_mode, radix: 8) + " \(status.st_uid):\(status.st_gid)"
            if times, type != S_IFDIR { line += " \(status.st_mtim.tv_sec)" }
            switch type {
            case S_IFREG:
                line += " " + (FileManager.default.contents(atPath: top + "/" + path)?.base64EncodedString() ?? "")
                if status.st_nlink > 1 {
                    let first = inodes[UInt64(status.st_ino)] ?? path
                    inodes[UInt64(status.st_ino)] = first
                    line += " = \(first)"
                }
            case S_IFLNK:
                line += " -> " + ((try? FileManager.default.destinationOfSymbolicLink(atPath: top + "/" + path)) ?? "")
            default: break
            }
            lines[path] = line
        }
    }

    /// The paths in which two snapshots differ.
    func differences(from other: Snapshot) -> [String] {
        Set(lines.keys).union(other.lines.keys).filter { lines[$0] != other.lines[$0] }.sorted()
    }

    var description: String { "\(lines.count) paths" }
}
