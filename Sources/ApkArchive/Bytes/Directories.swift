#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Listing and removing directories by their paths: those of this program and of who calls it. In a root nothing is done
/// by paths.
package enum Directories {
    /// The names in a directory as raw bytes, in the order in which the system gives them, without `.` and `..`.
    ///
    /// - Throws: ``ArchiveError/Code/openFailed`` with the `errno`.
    package static func entries(of path: String) throws(ArchiveError) -> [[UInt8]] {
        guard let handle = opendir(path) else { throw ArchiveError(.openFailed, path: path, systemError: errno) }
        defer { closedir(handle) }
        var names: [[UInt8]] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
            if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
        }
        return names
    }

    /// The names in a directory, sorted; empty where it is none.
    package static func names(in path: String) -> [String] {
        ((try? entries(of: path)) ?? []).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    /// Removes a directory with everything in it; what cannot be removed stays. Links are removed, not followed.
    package static func remove(_ path: String) {
        for name in names(in: path) {
            let entry = "\(path)/\(name)"
            var status = stat()
            guard lstat(entry, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR { remove(entry) } else { unlink(entry) }
        }
        rmdir(path)
    }
}
