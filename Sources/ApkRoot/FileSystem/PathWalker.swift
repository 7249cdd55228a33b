#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Opens directories below a root, one component at a time and never through a symbolic link.
///
/// The directories of the last path stay open, so that paths in sorted order cost one call for each new directory.
struct PathWalker {
    let root: Directory
    private var chain: [(name: [UInt8], directory: Directory)] = []
    /// The path that the whole chain stands for.
    private var last: [UInt8] = []

    init(_ root: Directory) { self.root = root }

    /// The directory of this path; an empty path is the root.
    ///
    /// - Throws: ``RootError/Code/rootChanged`` where a component is a symbolic link or no directory, else
    ///   ``RootError/Code/systemFailure``.
    mutating func directory(_ path: some Collection<UInt8>) throws(RootError) -> Directory {
        // Nothing may be remembered for it: after a path that was not there the chain stands for a part of that one.
        if path.isEmpty { return root }
        // Most files lie beside the one before them.
        if let directory = chain.last?.directory, last.elementsEqual(path) { return directory }
        last.removeAll(keepingCapacity: true)
        var depth = 0
        var start = path.startIndex
        while start != path.endIndex {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
            let component = path[start..<end]
            start = end == path.endIndex ? end : path.index(after: end)
            if depth < chain.count, chain[depth].name.elementsEqual(component) {
                depth += 1
                continue
            }
            chain.removeSubrange(depth...)
            let parent = chain.last?.directory ?? root
            // Whoever made the path has taken these out of it; here is the last place where they would lead upwards.
            guard !component.elementsEqual("..".utf8) else {
                throw RootError(.pathThroughLink, path: Array(path))
            }
            do throws(SystemFailure) {
                chain.append((Array(component), try parent.directory(component)))
            } catch {
                if error.number == ELOOP || error.number == ENOTDIR {
                    throw RootError(
                        .rootChanged, path: Array(path[..<end]), detail: "a directory", systemError: error.number)
                }
                throw RootError(error, path: Array(path[..<end]))
            }
            depth += 1
        }
        chain.removeSubrange(depth...)
        last.append(contentsOf: path)
        return chain.last?.directory ?? root
    }

    /// The directory that holds a path, and the path's last component.
    mutating func parent(of path: [UInt8]) throws(RootError) -> (directory: Directory, name: ArraySlice<UInt8>) {
        (try directory(parentPath(path)), lastComponent(path))
    }

    /// Forgets directories that may have been removed or replaced.
    mutating func forget() {
        chain.removeAll()
        last.removeAll()
    }
}

/// Whether a path comes before another by its bytes, which is the order of everything that is written.
func isOrdered(_ path: [UInt8], before other: [UInt8]) -> Bool {
    path.withUnsafeBytes { left in
        other.withUnsafeBytes { right in
            guard let first = left.baseAddress, let second = right.baseAddress else { return left.count < right.count }
            let order = memcmp(first, second, min(left.count, right.count))
            return order == 0 ? left.count < right.count : order < 0
        }
    }
}

/// The path of the directory that holds a path; empty for the root.
func parentPath(_ path: [UInt8]) -> ArraySlice<UInt8> { path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)] }

/// The last component of a path.
func lastComponent(_ path: [UInt8]) -> ArraySlice<UInt8> {
    path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path[...]
}

/// Whether a path is that of a directory, or of something below it.
func isPath(_ path: [UInt8], atOrBelow directory: [UInt8]) -> Bool {
    path.starts(with: directory)
        && (directory.isEmpty || path.count == directory.count || path[directory.count] == UInt8(ascii: "/"))
}

/// A name in a directory as a path.
func joined(_ directory: some Collection<UInt8>, _ name: some Collection<UInt8>) -> [UInt8] {
    guard !directory.isEmpty else { return Array(name) }
    var path: [UInt8] = []
    path.reserveCapacity(directory.count + 1 + name.count)
    path.append(contentsOf: directory)
    path.append(UInt8(ascii: "/"))
    path.append(contentsOf: name)
    return path
}
