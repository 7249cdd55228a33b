internal import ApkArchive
internal import ApkRoot

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Writes a directory of this machine as a layer: names sorted, one owner, modes 0755 and 0644, one time, so that the
/// same content is the same layer wherever it was checked out.
struct AddedLayer {
    private let directory: AddedDirectory
    private let time: Int
    private let tree: RootTree
    private let writer: LayerWriter
    private var written: Set<[UInt8]> = []
    /// The first path of each file that has several names.
    private var firstPaths: [Inode: [UInt8]] = [:]

    private struct Inode: Hashable {
        var device: UInt64
        var number: UInt64
    }

    /// - Parameter tree: the image's packages, whose directories keep their attributes.
    init(_ directory: AddedDirectory, time: Int, in tree: RootTree, to writer: LayerWriter) {
        self.directory = directory
        self.time = time
        self.tree = tree
        self.writer = writer
    }

    mutating func write() throws(ImageError) {
        let target = try resolve(try Self.components(of: directory.target))
        var status = stat()
        guard stat(directory.source, &status) == 0 else { throw ImageError(system: errno, path: directory.source) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            if !target.isEmpty { try appendDirectory(target) }
            try appendContents(of: directory.source, to: target)
        case S_IFREG where !target.isEmpty:
            try appendParents(of: target)
            try appendFile(directory.source, status, to: target)
        default: throw ImageError(.cannotAdd, path: directory.source, detail: "neither a directory nor a file")
        }
    }

    /// The components of a path in the image.
    ///
    /// - Throws: ``ImageError/Code/invalidPath`` for one that is relative or leads upwards.
    static func components(of path: String) throws(ImageError) -> [[UInt8]] {
        let bytes = Array(path.utf8)
        let components = bytes.split(separator: UInt8(ascii: "/")).map { [UInt8]($0) }.filter { $0 != [0x2e] }
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f } && components.allSatisfy { $0.count <= 255 }
        guard bytes.first == UInt8(ascii: "/"), isPlain, !components.contains([0x2e, 0x2e]) else {
            throw ImageError(.invalidPath, path: path, detail: "an absolute path without ..")
        }
        return components
    }

    /// The path that a path in the image means, where packages have links to directories.
    private func resolve(_ components: [[UInt8]]) throws(ImageError) -> [UInt8] {
        var path: [UInt8] = []
        var pending = Array(components.reversed())
        var linksLeft = 40
        while let component = pending.popLast() {
            if component.isEmpty || component == [0x2e] { continue }
            if component == [0x2e, 0x2e] {
                path = Array(parentPath(of: path))
                continue
            }
            let next = path.isEmpty ? component : path + [UInt8(ascii: "/")] + component
            guard let node = tree[next], node.kind != .directory else {
                path = next
                continue
            }
            guard node.kind == .symbolicLink, linksLeft > 0 else {
                guard pending.isEmpty else {
                    throw ImageError(.invalidPath, path: directory.target, detail: "a directory")
                }
                return next
            }
            linksLeft -= 1
            if node.target.first == UInt8(ascii: "/") { path = [] }
            pending += node.target.split(separator: UInt8(ascii: "/")).reversed().map { [UInt8]($0) }
        }
        return path
    }

    private mutating func appendContents(of source: String, to target: [UInt8]) throws(ImageError) {
        let names: [[UInt8]]
        do throws(ArchiveError) { names = try Directories.entries(of: source) } catch {
            throw ImageError(system: error.systemError ?? EIO, path: source)
        }
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let path = target.isEmpty ? name : target + [UInt8(ascii: "/")] + name
            let file = source + "/" + String(decoding: name, as: UTF8.self)
            guard name.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }), String(validating: name, as: UTF8.self) != nil,
                !name.starts(with: ".wh.".utf8)
            else { throw ImageError(.cannotAdd, path: file, detail: "a name that an image cannot have") }
            var status = stat()
            guard lstat(file, &status) == 0 else { throw ImageError(system: errno, path: file) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try appendDirectory(path)
                try appendContents(of: file, to: path)
            case S_IFREG: try appendFile(file, status, to: path)
            case S_IFLNK: try appendLink(file, to: path)
            default: throw ImageError(.cannotAdd, path: file, detail: "neither a file, a directory nor a link")
            }
        }
    }

    private mutating func appendFile(_ file: String, _ status: stat, to path: [UInt8]) throws(ImageError) {
        var entry = plainEntry(path, .regular, status.st_mode & 0o111 != 0 ? 0o755 : 0o644)
        let inode = Inode(
            device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(truncatingIfNeeded: status.st_ino))
        if status.st_nlink > 1, let first = firstPaths[inode] {
            entry.kind = .hardLink
            entry.linkTarget = first
            try writer.append(entry)
            return
        }
        firstPaths[inode] = path
        let source: OpenFile
        do throws(ArchiveError) {
            source = try OpenFile(path: file)
            entry.size = try source.size()
        } catch {
            throw ImageError(system: error.systemError ?? EIO, path: file)
        }
        try writer.append(entry)
        try copy(source, size: entry.size)
    }

    private func copy(_ source: OpenFile, size: Int) throws(ImageError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
        defer { buffer.deallocate() }
        var position = 0
        while position < size {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - position)])
            let count: Int
            do throws(ArchiveError) { count = try source.read(into: part, at: position) } catch {
                throw ImageError(system: error.systemError ?? EIO, path: source.name)
            }
            guard count > 0 else {
                throw ImageError(.cannotAdd, path: source.name, detail: "it was cut short while it was read")
            }
            try writer.write(UnsafeRawBufferPointer(rebasing: part[..<count]))
            position += count
        }
    }

    private func appendLink(_ file: String, to path: [UInt8]) throws(ImageError) {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = target.withUnsafeMutableBytes { room in
            room.withMemoryRebound(to: CChar.self) { room in
                room.baseAddress.map { readlink(file, $0, room.count) } ?? -1
            }
        }
        guard count > 0 else { throw ImageError(system: errno, path: file) }
        var entry = plainEntry(path, .symbolicLink, 0o777)
        entry.linkTarget = Array(target[..<count])
        try writer.append(entry)
    }

    private mutating func appendDirectory(_ path: [UInt8]) throws(ImageError) {
        try appendParents(of: path)
        guard written.insert(path).inserted else { return }
        try writer.append(directoryEntry(path))
    }

    private mutating func appendParents(of path: [UInt8]) throws(ImageError) {
        let parent = Array(parentPath(of: path))
        guard !parent.isEmpty, !written.contains(parent) else { return }
        try appendParents(of: parent)
        written.insert(parent)
        // What only leads to the added files is the image's own.
        try writer.append(
            tree[parent].map(\.entry)
                ?? ArchiveEntry(path: parent, kind: .directory, mode: 0o755, modificationTime: time))
    }

    /// A directory that packages have keeps their attributes.
    private func directoryEntry(_ path: [UInt8]) -> ArchiveEntry {
        if let node = tree[path], node.kind == .directory { return node.entry }
        return plainEntry(path, .directory, 0o755)
    }

    private func plainEntry(_ path: [UInt8], _ kind: ArchiveEntry.Kind, _ mode: UInt32) -> ArchiveEntry {
        ArchiveEntry(
            path: path, kind: kind, mode: mode, userID: directory.user, groupID: directory.group,
            modificationTime: time)
    }
}
