public import ApkArchive

extension RootTree {
    /// Writes the tree as tar entries, each directory before what it holds, owners, devices and attributes included.
    ///
    /// The second and further names of one file are hard links to the first. The archive's end is left to the caller,
    /// who may have more to put in.
    ///
    /// - Parameters:
    ///   - stage: where the contents of the tree's files lie.
    ///   - includes: says which nodes are written; nil for all.
    public func write<Output: ByteSink & ~Copyable>(
        to tar: inout TarWriter<Output>, from stage: Stage, where includes: ((RootNode) -> Bool)? = nil
    ) throws(RootError) {
        var firstNames: [UInt32: [UInt8]] = [:]
        var folders = StageFolders(stage.directory)
        for node in nodes where includes?(node) ?? true {
            var entry = node.entry
            if case .staged(let number) = node.content {
                if let first = firstNames[number] {
                    entry.kind = .hardLink
                    entry.linkTarget = first
                    entry.size = 0
                } else {
                    firstNames[number] = node.path
                }
            }
            do throws(ArchiveError) {
                try tar.append(entry)
                guard entry.kind == .regular else { continue }
                switch node.content {
                case .none: break
                case .bytes(let bytes):
                    try bytes.withUnsafeBufferPointer { buffer throws(ArchiveError) in
                        try tar.write(UnsafeRawBufferPointer(buffer))
                    }
                case .staged(let number): try folders.copyContent(of: stage.name(of: number), to: &tar)
                }
            } catch {
                throw RootError(.systemFailure, path: node.path, archive: error)
            }
        }
    }
}

extension RootNode {
    /// The node as an entry of an archive, without a hard link's target.
    public var entry: ArchiveEntry {
        ArchiveEntry(
            path: path, kind: kind, mode: mode, userID: user, groupID: group, modificationTime: seconds,
            modificationNanoseconds: nanoseconds, size: kind == .regular ? size : 0, linkTarget: target,
            deviceMajor: deviceMajor, deviceMinor: deviceMinor, extendedAttributes: extendedAttributes)
    }
}

extension StageFolders {
    /// Writes a staged file's content into an archive, a piece at a time.
    fileprivate mutating func copyContent<Output: ByteSink & ~Copyable>(
        of name: StagedName, to tar: inout TarWriter<Output>
    ) throws(ArchiveError) {
        let path = String(decoding: name.path, as: UTF8.self)
        let file: RootFile
        do throws(SystemFailure) { file = try directory(of: name).openPrivateFile(name.name) } catch {
            throw ArchiveError(.openFailed, path: path, systemError: error.number)
        }
        try file.copy(to: &tar, path: path)
    }
}

extension RootFile {
    /// Writes the file's bytes into an archive, a piece at a time.
    ///
    /// - Parameters:
    ///   - limit: the most bytes to write.
    ///   - path: what errors call the file.
    /// - Returns: how many bytes were written; less than `limit` where the file has no more.
    @discardableResult
    func copy<Output: ByteSink & ~Copyable>(
        atMost limit: Int = .max, to tar: inout TarWriter<Output>, path: @autoclosure () -> String
    ) throws(ArchiveError) -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readBufferSize, alignment: 16)
        defer { buffer.deallocate() }
        var written = 0
        while written < limit {
            let count: Int
            do throws(SystemFailure) { count = min(limit - written, try read(into: buffer)) } catch {
                throw ArchiveError(.readFailed, path: path(), systemError: error.number)
            }
            guard count > 0 else { break }
            try tar.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            written += count
        }
        return written
    }
}
