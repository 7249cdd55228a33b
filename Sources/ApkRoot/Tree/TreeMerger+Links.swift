internal import ApkArchive
internal import ApkFormats

// MARK: - From the paths that packages write to the paths that they mean

extension TreeMerger {
    /// How many links one path may lead through (Linux's own bound).
    private static let mostLinks = 40

    /// What stands at a physical path, in the tree or on the disk.
    private enum Standing {
        case nothing
        case directory
        case link(target: [UInt8], owner: String)
        case file(owner: String)
    }

    /// The physical path of a directory that a package names. What does not exist yet becomes a directory; a symbolic
    /// link is followed inside the root if it is another's and leads to a directory.
    ///
    /// - Throws: ``RootError/Code/pathThroughLink``, ``RootError/Code/tooManyLinks``, ``RootError/Code/typeConflict``.
    mutating func resolve(_ path: [UInt8], _ participant: Int?) throws(RootError) -> [UInt8] {
        var physical: [UInt8] = []
        // The components still to go, the next one last; those of a link's target lie above `ownCount`.
        var pending = Array(path.split(separator: UInt8(ascii: "/")).reversed())
        var ownCount = pending.count
        var links = 0
        var linkPath: [UInt8] = []
        var linkOwner = ""
        func refused(_ code: RootError.Code = .pathThroughLink) -> RootError {
            RootError(
                code, path: path, package: label(participant), otherPackage: linkOwner,
                detail: String(decoding: linkPath, as: UTF8.self))
        }
        while let component = pending.popLast() {
            let isOfLink = pending.count >= ownCount
            if !isOfLink { ownCount = pending.count }
            if component.isEmpty || component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                guard !physical.isEmpty else { throw refused() }
                physical = Array(parentPath(physical))
                continue
            }
            let next = joined(physical, component)
            switch try standing(at: next, participant) {
            case .directory: physical = next
            case .nothing:
                guard !isOfLink else { throw refused() }
                tree.table[next] = RootNode(next, kind: .directory, mode: 0o755)
                impliedDirectories[next] = participant
                physical = next
            case .link(let target, let owner):
                linkPath = next
                linkOwner = owner
                guard owner.isEmpty || owner != label(participant) else { throw refused() }
                links += 1
                guard links <= Self.mostLinks else { throw refused(.tooManyLinks) }
                if target.first == UInt8(ascii: "/") { physical = [] }
                pending += target.split(separator: UInt8(ascii: "/")).reversed()
            case .file(let owner): throw typeConflict(next, participant, owner)
            }
        }
        return physical
    }

    /// The physical path of a path as it will be, with nothing made on the way: what is missing stands as it is written.
    mutating func followed(_ path: [UInt8]) throws(RootError) -> [UInt8] {
        var physical: [UInt8] = []
        var pending = Array(path.split(separator: UInt8(ascii: "/")).reversed())
        var links = 0
        while let component = pending.popLast() {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                physical = Array(parentPath(physical))
                continue
            }
            let next = joined(physical, component)
            // The last component is what is asked for, link or not.
            guard !pending.isEmpty, case .link(let target, _) = try standing(at: next, nil), links < Self.mostLinks
            else {
                physical = next
                continue
            }
            links += 1
            if target.first == UInt8(ascii: "/") { physical = [] }
            pending += target.split(separator: UInt8(ascii: "/")).reversed()
        }
        return physical
    }

    private mutating func standing(at path: [UInt8], _ participant: Int?) throws(RootError) -> Standing {
        if let node = tree.table[path] {
            switch node.kind {
            case .directory: return .directory
            case .symbolicLink: return .link(target: node.target, owner: node.owner ?? "")
            default: return .file(owner: node.owner ?? "")
            }
        }
        // Below a directory that is new there is nothing on the disk.
        let parent = Array(parentPath(path))
        guard parent.isEmpty || tree.existingDirectories.contains(parent) else { return .nothing }
        guard let kind = try view.kind(of: path) else { return .nothing }
        if kind == .directory {
            tree.table[path] = RootNode(path, kind: .directory, mode: 0o755)
            tree.existingDirectories.insert(path)
            return .directory
        }
        let holder = holders[path]
        let owner = holder.map { participants[$0.participant].label } ?? ""
        // Scripts see a file until its package's step is done; for a package that comes it makes room at once.
        if let holder, participants[holder.participant].isGone || participant != nil,
            participants[holder.participant].isGoing,
            incomingLinks[path] != participants[holder.participant].name, try !isKept(path, holder)
        {
            // The old version's file makes room for the directory.
            typeChanges.append(path)
            return .nothing
        }
        guard case .symbolicLink(let target) = kind else { return .file(owner: owner) }
        return .link(target: target, owner: owner)
    }

    /// The physical path of a directory that an installed package lists; nil if it is not there or not to be reached
    /// inside the root.
    mutating func installedDirectory(_ path: ArraySlice<UInt8>) throws(RootError) -> [UInt8]? {
        if path.isEmpty { return [] }
        if let known = installedDirectories[path] { return known }
        let physical = try existingDirectory(path)
        installedDirectories[path] = .some(physical)
        return physical
    }

    private mutating func existingDirectory(_ path: ArraySlice<UInt8>) throws(RootError) -> [UInt8]? {
        var physical: [UInt8] = []
        var pending = Array(path.split(separator: UInt8(ascii: "/")).reversed())
        var links = 0
        while let component = pending.popLast() {
            if component.isEmpty || component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                guard !physical.isEmpty else { return nil }
                physical = Array(parentPath(physical))
                continue
            }
            let next = joined(physical, component)
            switch try view.kind(of: next) {
            case .directory: physical = next
            case .symbolicLink(let target):
                links += 1
                guard links <= Self.mostLinks else { return nil }
                if target.first == UInt8(ascii: "/") { physical = [] }
                pending += target.split(separator: UInt8(ascii: "/")).reversed()
            default: return nil
            }
        }
        return physical
    }
}

// MARK: - Directories that become something else

extension TreeMerger {
    /// A package that lists a directory, or one of the files in it; empty if none does.
    func directoryOwner(of path: [UInt8]) -> String {
        if let holder = directoryHolders[path] { return participants[holder].label }
        for (place, package) in installed.enumerated() where !participants[place].isGoing {
            if package.files.directories.contains(where: { $0.path.elementsEqual(path) }) {
                return participants[place].label
            }
        }
        return ""
    }

    /// Whether a directory on the disk goes with everything in it: it belongs to packages that go, and nothing in it stays.
    mutating func isGoing(directory path: [UInt8]) throws(RootError) -> Bool {
        var isOfGoing = false
        for (place, package) in installed.enumerated() {
            for directory in package.files.directories {
                guard let physical = try installedDirectory(directory.path), isPath(physical, atOrBelow: path) else {
                    continue
                }
                guard participants[place].isGoing else { return false }
                isOfGoing = true
            }
        }
        guard isOfGoing else { return false }
        for name in try view.names(in: path) {
            let inside = joined(path, name)
            if try view.kind(of: inside) == .directory {
                guard try isGoing(directory: inside) else { return false }
            } else {
                guard let holder = holders[inside], participants[holder.participant].isGoing,
                    try !isKept(inside, holder)
                else { return false }
            }
        }
        return true
    }
}
