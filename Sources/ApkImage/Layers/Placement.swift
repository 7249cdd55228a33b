internal import ApkArchive
internal import ApkRoot

/// Where the entries of some packages belong in a merged tree, and which of them win.
struct Placement {
    /// An entry that is not here is not written.
    private var entries: [EntryID: ArchiveEntry] = [:]

    func entry(_ id: EntryID) -> ArchiveEntry? { entries[id] }

    /// - Parameters:
    ///   - group: the places of the packages, in the order in which they are written.
    ///   - defersSettings: leaves out what follows with the files that no package has.
    init(
        _ group: [Int], of set: PackageSet, in tree: RootTree, _ numbers: EntryNumbers, defersSettings: Bool
    ) {
        var resolver = PathResolver(tree)
        for place in group {
            /// The files of the package by the paths that it gives them, for its hard links.
            var sources: [[UInt8]: EntryID] = [:]
            /// The first path of each file, which further names link to.
            var firstPaths: [EntryID: [UInt8]] = [:]
            for (index, entry) in set.entries(place).enumerated() where !entry.path.isEmpty {
                let id = EntryID(package: place, entry: index)
                if entry.kind == .directory {
                    putDirectory(entry, id, in: tree, &resolver)
                    continue
                }
                let source = entry.kind == .hardLink ? sources[LayerStack.linkTarget(of: entry)] ?? id : id
                sources[entry.path] = source
                let path = resolver.physicalFile(entry.path)
                guard let node = tree[path], node.owner == set.label(place) else { continue }
                let isFile = entry.kind == .regular || entry.kind == .hardLink
                guard isFile ? numbers.content(of: node) == .entry(source) : node.kind == entry.kind else { continue }
                if isFile, defersSettings, PackageFacts.keeps(set.entries(place)[source.entry]) { continue }
                guard isFile else {
                    entries[id] = node.entry
                    continue
                }
                var placed = node.entry
                if let first = firstPaths[source] {
                    placed.kind = .hardLink
                    placed.linkTarget = first
                    placed.size = 0
                    entries[id] = placed
                } else {
                    // The content comes with the file's own entry, also when only another of its names is left.
                    firstPaths[source] = path
                    entries[source] = placed
                }
            }
        }
    }

    private mutating func putDirectory(
        _ entry: ArchiveEntry, _ id: EntryID, in tree: RootTree, _ resolver: inout PathResolver
    ) {
        guard let node = tree[resolver.physical(entry.path)], node.kind == .directory else { return }
        var placed = node.entry
        placed.modificationTime = entry.modificationTime
        placed.modificationNanoseconds = entry.modificationNanoseconds
        entries[id] = placed
    }
}

/// Follows the symbolic links of a merged tree, which was checked: they lead to directories inside of it.
private struct PathResolver {
    private let tree: RootTree
    private var known: [[UInt8]: [UInt8]] = [:]

    init(_ tree: RootTree) { self.tree = tree }

    /// The path of something that is no directory: only links above it are followed.
    mutating func physicalFile(_ path: [UInt8]) -> [UInt8] {
        let parent = physical(Array(parentPath(of: path)))
        return parent.isEmpty ? Array(lastComponent(of: path)) : parent + [UInt8(ascii: "/")] + lastComponent(of: path)
    }

    mutating func physical(_ path: [UInt8]) -> [UInt8] {
        if let known = known[path] { return known }
        var physical: [UInt8] = []
        var pending = Array(path.split(separator: UInt8(ascii: "/")).reversed())
        var stepsLeft = 10_000
        while let component = pending.popLast(), stepsLeft > 0 {
            stepsLeft -= 1
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                physical = Array(parentPath(of: physical))
                continue
            }
            let next = physical.isEmpty ? Array(component) : physical + [UInt8(ascii: "/")] + component
            guard let node = tree[next], node.kind == .symbolicLink else {
                physical = next
                continue
            }
            if node.target.first == UInt8(ascii: "/") { physical = [] }
            pending += node.target.split(separator: UInt8(ascii: "/")).reversed()
        }
        known[path] = physical
        return physical
    }
}
