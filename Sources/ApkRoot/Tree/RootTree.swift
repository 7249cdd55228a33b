internal import ApkArchive

/// All that a run puts into a root: merged from its packages in memory, before anything on the disk is touched.
///
/// For an empty root this is the whole root. For an existing one it is what becomes new or different, with the
/// directories on the way there, and what goes.
public struct RootTree: Sendable {
    var table: [[UInt8]: RootNode] = [:]
    /// Directories of ``table`` that are on the disk already; but for ``changedDirectories`` they stay as they are.
    var existingDirectories: Set<[UInt8]> = []
    /// Those of them that get the mode and owner of their nodes.
    var changedDirectories: Set<[UInt8]> = []
    /// Files that must go before anything new can come, because a directory takes their place or they lie in one that
    /// becomes something else; then directories, the deepest first.
    var removedFirst: Removals = Removals()
    /// Files and directories that go when everything new is there.
    var removedLast: Removals = Removals()

    /// Paths that go.
    struct Removals: Sendable {
        var files: [[UInt8]] = []
        /// The deepest first. One that is not empty stays.
        var directories: [[UInt8]] = []
    }

    /// The nodes by path, so that a directory stands before what it holds. Without the root directory itself.
    public var nodes: [RootNode] { places.map { table.values[$0] } }

    /// Where the nodes stand in ``table``, in the order of ``nodes``: copies of all would double the memory.
    var places: [Dictionary<[UInt8], RootNode>.Index] {
        table.indices.filter { !table.keys[$0].isEmpty }.sorted { isOrdered(table.keys[$0], before: table.keys[$1]) }
    }

    /// How many nodes are something else than directories.
    public var fileCount: Int { table.values.count { $0.kind != .directory } }

    /// The node of a path; nil if the tree has none.
    public subscript(path: [UInt8]) -> RootNode? { table[path] }

    /// Whether a path is a directory that is not on the disk yet.
    func isNewDirectory(_ path: [UInt8]) -> Bool {
        table[path]?.kind == .directory && !path.isEmpty && !existingDirectories.contains(path)
    }

    /// The paths that go, files and directories.
    public var removedPaths: [[UInt8]] {
        removedFirst.files + removedFirst.directories + removedLast.files + removedLast.directories
    }

    /// Whether nothing changes.
    public var isEmpty: Bool {
        table.count == existingDirectories.count && changedDirectories.isEmpty && removedPaths.isEmpty
    }
}
