internal import ApkArchive
internal import ApkRoot

/// What a reader of an image sees after some layers: each path as the highest layer has it, as the OCI specification
/// stacks them.
struct LayerStack {
    /// Where a file's bytes come from.
    enum Content: Hashable {
        case none
        case entry(EntryID)
        case bytes([UInt8])
    }

    /// Everything about a file but its time, which readers do not all keep.
    struct File: Hashable {
        var kind: ArchiveEntry.Kind
        var mode: UInt32
        var user: UInt32
        var group: UInt32
        var target: [UInt8]
        var deviceMajor: UInt32
        var deviceMinor: UInt32
        var extendedAttributes: [ArchiveEntry.ExtendedAttribute]
        var content: Content

        init(_ entry: ArchiveEntry, content: Content) {
            kind = entry.kind
            // Links all have the same mode on a disk, whatever an archive says.
            mode = entry.kind == .symbolicLink ? 0o777 : entry.mode
            user = entry.userID
            group = entry.groupID
            target = entry.kind == .symbolicLink ? entry.linkTarget : []
            deviceMajor = entry.deviceMajor
            deviceMinor = entry.deviceMinor
            extendedAttributes = entry.extendedAttributes.sorted { $0.name.lexicographicallyPrecedes($1.name) }
            self.content = content
        }

        /// Whether an archive gives this file other attributes by a hard link to it: readers give a file what each of its
        /// names says, one after the other, and the owner first, which takes its capabilities away.
        fileprivate func isChanged(by link: ArchiveEntry) -> Bool {
            let attributes = link.extendedAttributes
            return link.mode != mode || link.userID != user || link.groupID != group
                || !attributes.allSatisfy { extendedAttributes.contains($0) }
                || extendedAttributes.contains { $0.isCapability && !attributes.contains($0) }
        }
    }

    private(set) var files: [[UInt8]: File] = [:]
    /// The package that each path comes from, by its place.
    private(set) var packages: [[UInt8]: Int] = [:]
    /// Packages whose paths lead through links, or that put one kind of file where another is: their own archives will
    /// not do as layers.
    private(set) var strays: Set<Int> = []
    /// Packages whose archives have attributes that an install passes over and a reader does not: of the root itself, or
    /// of a file by a hard link to it.
    private(set) var overstated: Set<Int> = []

    /// Puts an entry of a package on top.
    mutating func add(_ entry: ArchiveEntry, _ id: EntryID) {
        guard !entry.path.isEmpty else {
            if File(entry, content: .none) != Self.root { overstated.insert(id.package) }
            return
        }
        let parent = Array(parentPath(of: entry.path))
        if let above = files[parent], above.kind != .directory { strays.insert(id.package) }
        var file = File(entry, content: entry.kind == .regular ? .entry(id) : .none)
        if entry.kind == .hardLink {
            guard let target = files[Self.linkTarget(of: entry)] else {
                strays.insert(id.package)
                return
            }
            if target.isChanged(by: entry) { overstated.insert(id.package) }
            file = target
        }
        if let old = files[entry.path], (old.kind == .directory) != (file.kind == .directory) {
            strays.insert(id.package)
        }
        files[entry.path] = file
        packages[entry.path] = id.package
    }

    /// The root as readers make it where no layer says anything of it.
    private static let root = File(ArchiveEntry(path: [], kind: .directory, mode: 0o755), content: .none)

    /// The path that a hard link names, as paths are written here.
    static func linkTarget(of entry: ArchiveEntry) -> [UInt8] {
        var name = entry.linkTarget[...]
        while name.starts(with: "./".utf8) { name = name.dropFirst(2) }
        return Array(name)
    }

    /// What must come on top so that a reader sees a tree.
    struct Difference {
        /// Nodes that are missing below, or other than they shall be.
        var nodes: [RootNode] = []
        /// Paths that must not be seen; of a directory only the directory.
        var hidden: [[UInt8]] = []
    }

    func difference(to merged: MergedPackages) -> Difference {
        var difference = Difference()
        for node in merged.nodes where files[node.path] != File(node.entry, content: merged.numbers.content(of: node)) {
            difference.nodes.append(node)
        }
        let gone = files.keys.filter { merged.tree[$0] == nil }.sorted { $0.lexicographicallyPrecedes($1) }
        let all = Set(gone)
        difference.hidden = gone.filter { !all.contains(Array(parentPath(of: $0))) }
        return difference
    }
}

extension ArchiveEntry.ExtendedAttribute {
    fileprivate var isCapability: Bool { name.elementsEqual("security.capability".utf8) }
}

/// The path of the directory that holds a path; empty for the root.
func parentPath(of path: [UInt8]) -> ArraySlice<UInt8> {
    path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
}

/// What stands behind a path's last slash.
func lastComponent(of path: [UInt8]) -> ArraySlice<UInt8> {
    path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
}
