internal import ApkArchive
internal import ApkRoot

/// Puts packages, and then files that no package has, into one written layer.
///
/// Packages go in as their archives have them, in one pass, before it is known how they fit together; whether that was
/// right is found out afterwards (``LayerStack``). Where it is not, the layer is made again with a ``Placement``.
final class LayerComposer {
    private let writer: LayerWriter
    private var rule: LayerRule
    private var written: Set<[UInt8]> = []

    init(_ writer: LayerWriter, _ rule: LayerRule) {
        self.writer = writer
        self.rule = rule
    }

    /// Begins an entry of a package.
    ///
    /// - Returns: whether the entry's content shall follow by ``write(_:)``.
    func begin(_ entry: ArchiveEntry, _ id: EntryID) throws(ImageError) -> Bool {
        guard let placed = rule.place(entry, id) else { return false }
        written.insert(placed.path)
        try writer.append(placed)
        return placed.kind == .regular
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { try writer.write(bytes) }

    /// Writes nodes that packages do not have or not so, each with the directories above it.
    ///
    /// - Parameter hidden: paths of lower layers that must not be seen.
    func append(
        _ nodes: [RootNode], hiding hidden: [[UInt8]] = [], in tree: RootTree, contents: any StagedContents
    ) throws(ImageError) {
        for path in hidden { try hide(path, in: tree) }
        var firstNames: [UInt32: [UInt8]] = [:]
        for node in nodes.sorted(by: { $0.path.lexicographicallyPrecedes($1.path) }) {
            try appendParents(of: node.path, in: tree)
            guard written.insert(node.path).inserted else { continue }
            var entry = node.entry
            switch node.content {
            case .none: try writer.append(entry)
            case .bytes(let bytes): try writer.append(entry, content: bytes)
            case .staged(let number):
                if let first = firstNames[number] {
                    entry.kind = .hardLink
                    entry.linkTarget = first
                    entry.size = 0
                    try writer.append(entry)
                } else {
                    firstNames[number] = node.path
                    let content: [UInt8]
                    do throws(RootError) { content = try contents.content(of: number) } catch {
                        throw ImageError(error)
                    }
                    try writer.append(entry, content: content)
                }
            }
        }
    }

    /// A whiteout, as the OCI specification calls the empty file that hides one of a lower layer.
    private func hide(_ path: [UInt8], in tree: RootTree) throws(ImageError) {
        try appendParents(of: path, in: tree)
        var marker = Array(parentPath(of: path))
        if !marker.isEmpty { marker.append(UInt8(ascii: "/")) }
        marker += Array(".wh.".utf8) + lastComponent(of: path)
        try writer.append(ArchiveEntry(path: marker, kind: .regular, mode: 0o644), content: [])
    }

    /// Readers give directories that a layer does not name attributes of their own.
    private func appendParents(of path: [UInt8], in tree: RootTree) throws(ImageError) {
        let parent = Array(parentPath(of: path))
        guard !parent.isEmpty, !written.contains(parent), let node = tree[parent], node.kind == .directory else {
            return
        }
        try appendParents(of: parent, in: tree)
        written.insert(parent)
        try writer.append(node.entry)
    }
}

extension ImageError {
    /// What the root module says about packages that do not fit together.
    init(_ error: RootError) {
        self.init(.badTree, path: String(decoding: error.path, as: UTF8.self), package: error.package)
        root = error
    }
}
