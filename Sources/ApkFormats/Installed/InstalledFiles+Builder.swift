extension InstalledFiles {
    /// Puts together the list of a package's files, in the order in which its archive holds them.
    ///
    /// ```swift
    /// var builder = InstalledFiles.Builder()
    /// try builder.addDirectory("usr/bin".utf8)
    /// try builder.addFile("usr/bin/env".utf8, attributes: FileAttributes(mode: 0o755), digest: digest)
    /// let files = builder.finish()
    /// ```
    ///
    /// Directories keep the order in which they are first met, ancestors that nobody added stand before them, and the
    /// files of a directory are sorted by the bytes of their names, as apk writes them; so are the directories where
    /// there are more than 32 and not all of them come in that order.
    public struct Builder: Sendable {
        private struct Directory {
            var path: [UInt8]
            var attributes: FileAttributes
        }

        private struct File {
            var directory: Int
            var name: Range<Int>
            var attributes: FileAttributes
            var digest: FileDigest?
        }

        private var names: [UInt8] = []
        private var directories: [Directory] = []
        private var places: [[UInt8]: Int] = [:]
        private var files: [File] = []

        public init() {}

        /// Adds a directory, or gives one that is known already its attributes.
        ///
        /// - Parameter path: relative to the root, without a slash at either end; empty for the root directory itself.
        /// - Throws: ``FormatError`` with the code `invalid-name` for a path that is absolute, leaves the root, or
        ///   holds control characters.
        public mutating func addDirectory(
            _ path: some Collection<UInt8>, attributes: FileAttributes = .directoryDefault
        ) throws(FormatError) {
            let path = Array(path)
            if !path.isEmpty { try Self.check(path) }
            directories[place(of: path)].attributes = attributes
        }

        /// Adds a file, a link, a device or a FIFO. Added again, it gets the new values.
        ///
        /// - Parameters:
        ///   - path: relative to the root.
        ///   - digest: nil for what has none: devices, FIFOs, files that could not be written.
        /// - Throws: ``FormatError`` as ``addDirectory(_:attributes:)``.
        public mutating func addFile(
            _ path: some Collection<UInt8>, attributes: FileAttributes = .fileDefault, digest: FileDigest?
        ) throws(FormatError) {
            let path = Array(path)
            try Self.check(path)
            let slash = path.lastIndex(of: UInt8(ascii: "/"))
            let directory = place(ofParent: path[..<(slash ?? 0)])
            let start = names.count
            names += path[(slash.map { $0 + 1 } ?? 0)...]
            files.append(
                File(directory: directory, name: start..<names.count, attributes: attributes, digest: digest))
        }

        /// The list. The builder can go on afterwards.
        public func finish() -> InstalledFiles {
            var list = InstalledFiles(names: names)
            let directoryOrder = directoryOrder
            var ranks = Array(repeating: 0, count: directories.count)
            for (rank, index) in directoryOrder.enumerated() { ranks[index] = rank }
            let order = files.indices.sorted { left, right in
                guard files[left].directory == files[right].directory else {
                    return ranks[files[left].directory] < ranks[files[right].directory]
                }
                let leftName = names[files[left].name]
                let rightName = names[files[right].name]
                return leftName == rightName ? left < right : leftName.lexicographicallyPrecedes(rightName)
            }
            var next = order.startIndex
            for index in directoryOrder {
                let directory = directories[index]
                let start = UInt32(list.names.count)
                list.names += directory.path
                list.add(
                    directoryAt: start, length: UInt32(directory.path.count), attributes: directory.attributes)
                while next < order.endIndex, files[order[next]].directory == index {
                    let file = files[order[next]]
                    next += 1
                    // The same name again comes later in the archive and wins.
                    if next < order.endIndex, files[order[next]].directory == index,
                        names[files[order[next]].name] == names[file.name]
                    {
                        continue
                    }
                    list.add(
                        fileAt: UInt32(file.name.lowerBound), length: UInt32(file.name.count),
                        attributes: file.attributes, digest: file.digest)
                }
            }
            return list
        }

        private var directoryOrder: [Int] {
            let places = Array(directories.indices)
            guard places.count > Self.mostUnsorted else { return places }
            return places.sorted { directories[$0].path.lexicographicallyPrecedes(directories[$1].path) }
        }

        /// How many directories may be out of order (apk's own bound).
        private static let mostUnsorted = 32

        /// The place of a file's directory: that of the file before it, more often than not.
        private mutating func place(ofParent path: ArraySlice<UInt8>) -> Int {
            if let last = files.last?.directory, directories[last].path.elementsEqual(path) { return last }
            return place(of: Array(path))
        }

        /// The place of a directory, which is added with its ancestors if it is new.
        private mutating func place(of path: [UInt8]) -> Int {
            if let place = places[path] { return place }
            if let slash = path.lastIndex(of: UInt8(ascii: "/")) { _ = place(of: Array(path[..<slash])) }
            directories.append(Directory(path: path, attributes: .directoryDefault))
            places[path] = directories.count - 1
            return directories.count - 1
        }

        private static func check(_ path: [UInt8]) throws(FormatError) {
            guard isInsideRoot(path), path.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw FormatError(
                    .invalidName, text: String(decoding: path.prefix(200), as: UTF8.self),
                    expected: "a path below the root without empty parts, `.`, `..` and control characters")
            }
        }
    }
}

extension InstalledFiles {
    /// Whether a path is relative and every part of it leads down.
    static func isInsideRoot(_ path: some Collection<UInt8>) -> Bool {
        var rest = path[...]
        while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
            guard isName(rest[..<slash]) else { return false }
            rest = rest[rest.index(after: slash)...]
        }
        return isName(rest)
    }

    /// Whether the bytes are the name of something inside a directory.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        let isDots = name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
        return !name.isEmpty && !isDots && !name.contains(UInt8(ascii: "/"))
    }

    /// Appends a directory whose path is in ``names``.
    mutating func add(directoryAt start: UInt32, length: UInt32, attributes: FileAttributes) {
        directoryEntries.append(
            DirectoryEntry(pathStart: start, pathLength: length, firstFile: UInt32(fileEntries.count)))
        setLastDirectory(attributes)
    }

    /// Appends a file, whose name is in ``names``, to the last directory.
    mutating func add(fileAt start: UInt32, length: UInt32, attributes: FileAttributes, digest: FileDigest?) {
        fileEntries.append(FileEntry(nameStart: start, nameLength: length))
        setLastFile(attributes)
        setLastFile(digest)
    }

    mutating func setLastDirectory(_ attributes: FileAttributes) {
        let index = directoryEntries.count - 1
        directoryEntries[index].user = attributes.user
        directoryEntries[index].group = attributes.group
        directoryEntries[index].mode = attributes.mode
        directoryEntries[index].hasExtendedAttributes = attributes.extendedAttributes != nil
        directoryExtendedAttributes[index] = attributes.extendedAttributes
    }

    mutating func setLastFile(_ attributes: FileAttributes) {
        let index = fileEntries.count - 1
        fileEntries[index].user = attributes.user
        fileEntries[index].group = attributes.group
        fileEntries[index].mode = attributes.mode
        fileEntries[index].hasExtendedAttributes = attributes.extendedAttributes != nil
        fileExtendedAttributes[index] = attributes.extendedAttributes
    }

    mutating func setLastFile(_ digest: FileDigest?) {
        let index = fileEntries.count - 1
        fileEntries[index].algorithm = digest?.algorithm
        if let digest { fileEntries[index].digest = digest.identity }
    }
}
