internal import ApkArchive
internal import ApkFormats

// MARK: - The planned root as scripts see it

extension TreeMerger {
    /// A path of a script, whose working directory is the root, as one below the root; nil for one with `..`, or none.
    static func rootPath(_ path: String) -> [UInt8]? {
        guard !path.isEmpty, path.utf8.count < PathGate.mostBytes else { return nil }
        // By bytes: a slash and an accent behind it are one character.
        let components = Array(path.utf8).split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        guard !components.contains(where: { $0.elementsEqual("..".utf8) }) else { return nil }
        return Array(components.joined(separator: [UInt8(ascii: "/")]))
    }

    /// What stands at a path when the steps so far are done; links in its directories are followed.
    mutating func standingKind(_ path: [UInt8]) throws(RootError) -> RootView.Kind? {
        if path.isEmpty { return .directory }
        let physical = try followed(path)
        if let node = tree.table[physical], !tree.existingDirectories.contains(physical) {
            switch node.kind {
            case .directory: return .directory
            case .symbolicLink: return .symbolicLink(target: node.target)
            case .regular, .hardLink: return .regular
            default: return .other
            }
        }
        return try exists(physical) ? try view.kind(of: physical) : nil
    }

    /// The path with a link at its end followed too, as a process whose root this is would.
    ///
    /// - Throws: ``RootError/Code/tooManyLinks`` for a circle.
    mutating func fullyFollowed(_ path: [UInt8]) throws(RootError) -> [UInt8] {
        var path = path
        for _ in 0..<40 {
            path = try followed(path)
            guard case .symbolicLink(let target)? = try standingKind(path) else { return path }
            path =
                target.first == UInt8(ascii: "/")
                ? Array(target.drop { $0 == UInt8(ascii: "/") }) : joined(Array(parentPath(path)), target)
        }
        throw RootError(.tooManyLinks, path: path)
    }

    /// `test OPERATOR PATH`; nil for an operator that asks for what is not known.
    mutating func test(_ option: String, _ path: String, _ stage: any StagedContents) throws(RootError) -> Bool? {
        guard !path.isEmpty else { return false }
        let isOfDirectory = path.hasSuffix("/")
        guard let path = Self.rootPath(path) else { return nil }
        if option == "-L" || option == "-h" {
            if !isOfDirectory, case .symbolicLink? = try standingKind(path) { return true }
            return false
        }
        let final = try fullyFollowed(path)
        let kind = try standingKind(final)
        // While apk runs scripts it has these, whatever is on the disk.
        if kind == nil, ["proc/", "dev/"].contains(where: { final.starts(with: $0.utf8) }) { return nil }
        if isOfDirectory, kind != .directory { return false }
        switch option {
        case "-e", "-r", "-w": return kind != nil
        case "-f": return kind == .regular
        case "-d": return kind == .directory
        case "-s":
            if let node = tree.table[final] { return node.kind != .regular || node.size > 0 }
            guard kind != nil, let status = try view.status(of: final) else { return false }
            return status.size > 0
        case "-x":
            if kind == .directory { return true }
            guard kind == .regular else { return false }
            if let node = tree.table[final] { return node.mode & 0o111 != 0 }
            return try view.status(of: final).map { $0.permissions & 0o111 != 0 } ?? false
        // Nothing runs in a root that is being made.
        case "-S", "-p": return false
        default: return nil
        }
    }

    /// The names in a directory, sorted; without this program's own.
    mutating func names(in path: String) throws(RootError) -> [String] {
        let path = path.isEmpty ? [] : Self.rootPath(path) ?? []
        let directory = path.isEmpty ? [] : try fullyFollowed(path)
        var names: Set<[UInt8]> = []
        for name in try view.names(in: directory) {
            if directory.isEmpty, name.starts(with: ".apkresolve".utf8) { continue }
            if try exists(joined(directory, name)) { names.insert(name) }
        }
        for path in tree.table.keys where !path.isEmpty && parentPath(path).elementsEqual(directory) {
            if tree.existingDirectories.contains(path) { continue }
            names.insert(Array(lastComponent(path)))
        }
        return names.map { String(decoding: $0, as: UTF8.self) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Gives the directories that packages brought their modes and owners again, as apk does when all packages are in place.
    mutating func restoreDirectories() {
        for (path, node) in shippedDirectories {
            tree.table[path]?.mode = node.mode
            tree.table[path]?.user = node.user
            tree.table[path]?.group = node.group
        }
        shippedDirectories = [:]
    }

    /// What became of a change to a node.
    enum NodeChange {
        case done, unchanged
        /// There is nothing of the name.
        case missing
        /// It is on the disk and not part of the run, so that it cannot be changed with the rest.
        case beyond
    }

    /// Changes mode or owner of a file or directory that the run puts in place.
    mutating func change(
        _ path: [UInt8], followsLink: Bool = true, _ body: (inout RootNode) -> Void
    ) throws(RootError) -> NodeChange {
        let final = followsLink ? try fullyFollowed(path) : try followed(path)
        if var node = tree.table[final], !tree.existingDirectories.contains(final) {
            let before = node
            if node.kind == .directory, node.owner != nil, !scriptDirectories.contains(final),
                shippedDirectories[final] == nil
            {
                shippedDirectories[final] = node
            }
            body(&node)
            tree.table[final] = node
            return node == before ? .unchanged : .done
        }
        guard final.isEmpty ? true : try exists(final), let status = try view.status(of: final) else { return .missing }
        var node = RootNode(final, kind: .regular, mode: status.permissions)
        node.user = status.user
        node.group = status.group
        let before = (node.mode, node.user, node.group)
        body(&node)
        return (node.mode, node.user, node.group) == before ? .unchanged : .beyond
    }
}
