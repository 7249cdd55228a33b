public import ApkArchive
internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Inflates packages into a stage, on all processors, and keeps only those whose every byte was proved.
public struct PackageStaging: Sendable {
    /// A package that lies in the stage.
    public struct Progress: Sendable {
        /// Its place in the list.
        public var index: Int
        /// `name-version`.
        public var label: String
        /// The size of its file in bytes.
        public var size: Int
        /// How many packages lie in the stage, this one included.
        public var finished: Int
    }

    private let stage: Stage
    private let threads: Int

    /// - Parameter threads: how many packages are read at once; nil for as many as there are processors.
    public init(stage: Stage, threads: Int? = nil) {
        self.stage = stage
        self.threads = threads ?? Workers.processorCount
    }

    /// Reads packages to their ends.
    ///
    /// - Parameters:
    ///   - sizes: the sizes of the package files, so that large ones begin first; their count is that of the packages.
    ///   - open: gives a package by its place, from any thread. It is asked late, so that few files are open at once.
    ///   - progress: told of each package, from any thread but one at a time.
    /// - Returns: the packages in the order of their places.
    /// - Throws: ``RootError``, or what `open` throws; of several failures the one of the first package.
    public func run(
        sizes: [Int], open: @escaping @Sendable (Int) throws -> VerifiedPackage,
        progress: (@Sendable (Progress) -> Void)? = nil
    ) throws -> [StagedPackage] {
        let finished = Locked(0)
        return try Workers.map(count: sizes.count, threads: threads, sizes: sizes) { index in
            let package = try stagePackage(open(index))
            finished.withLock { finished in
                finished += 1
                progress?(Progress(index: index, label: package.label, size: sizes[index], finished: finished))
            }
            return package
        }
    }

    private func stagePackage(_ package: VerifiedPackage) throws(RootError) -> StagedPackage {
        var staged = StagedPackage(
            record: package.record, replaces: package.replaces, replacesPriority: package.replacesPriority,
            triggers: package.triggers, tags: package.tags, scripts: package.scripts)
        do {
            try readContents(of: package, into: &staged)
        } catch let error as RootError {
            throw error.of(package: staged.label)
        } catch let error as ArchiveError {
            throw RootError(.badPackage, package: staged.label, archive: error)
        } catch {
            throw RootError(.badPackage, package: staged.label, detail: "\(error)")
        }
        return staged
    }

    private func readContents(of package: VerifiedPackage, into staged: inout StagedPackage) throws {
        var contents = try package.open()
        var folders = PackageFolders(stage)
        while let header = try contents.next() {
            if header.isPlaceholder { continue }
            var entry = StagedEntry(header)
            try PathGate.check(entry.path, isDirectory: entry.kind == .directory, package: staged.label)
            if header.kind == .regular { try write(&entry, &contents, &folders) }
            entry.digest = try digest(of: header, contents.checksum ?? header.checksum, package)
            entry.header.checksum = nil
            staged.entries.append(entry)
        }
        // Without the room for more, as all packages of a run are there at once.
        staged.entries = [StagedEntry](staged.entries[...])
        // From here on the package is proved, and what it wrote into the stage may have names.
        _ = try contents.finish()
    }

    /// Writes a regular file into the stage as it shall be, but for an owner that only names a user.
    private func write(
        _ entry: inout StagedEntry, _ contents: inout PackageContents, _ folders: inout PackageFolders
    ) throws {
        do {
            let (number, file) = try folders.createFile(entry.path, mode: entry.header.mode)
            entry.content = .staged(number)
            while let chunk = try contents.nextChunk() { try file.write(chunk) }
            if entry.header.mode & 0o7000 != 0, try !file.changeModeIfAllowed(entry.header.mode) {
                entry.hasLostAttributes = true
            }
            if try !file.setExtendedAttributes(entry.header.extendedAttributes) { entry.hasLostAttributes = true }
            try file.setTime(
                seconds: entry.header.modificationTime, nanoseconds: entry.header.modificationNanoseconds)
        } catch let failure as SystemFailure {
            throw RootError(failure, path: entry.path)
        }
    }

    private func digest(
        of header: ArchiveEntry, _ checksum: [UInt8]?, _ package: VerifiedPackage
    ) throws(ArchiveError) -> FileDigest? {
        var bytes = checksum
        if bytes == nil, header.kind == .symbolicLink {
            bytes = try Digest.of(header.linkTarget, package.fileDigestAlgorithm)
        }
        return bytes.flatMap { FileDigest($0, package.fileDigestAlgorithm) }
    }
}

extension ArchiveEntry {
    /// Whether this is the empty file that build tools put into a package that has nothing else. apk passes it over, and
    /// several packages ship it.
    var isPlaceholder: Bool { path.elementsEqual(".dummy".utf8) && kind == .regular && size == 0 }
}

extension RootFile {
    /// Changes the mode, set-id bits included, unless the process may not give those: some sandboxes forbid it.
    ///
    /// - Returns: false if the mode is without them now.
    func changeModeIfAllowed(_ mode: UInt32) throws(SystemFailure) -> Bool {
        do throws(SystemFailure) {
            try changeMode(mode)
            return true
        } catch {
            guard mode & 0o6000 != 0, error.number == EPERM else { throw error }
            try changeMode(mode & ~0o6000)
            return false
        }
    }

    /// Sets extended attributes as far as the process may.
    ///
    /// - Returns: false if the file system or the process may not hold one of them.
    func setExtendedAttributes(_ attributes: [ArchiveEntry.ExtendedAttribute]) throws(SystemFailure) -> Bool {
        var areSet = true
        for attribute in attributes {
            do throws(SystemFailure) {
                try setExtendedAttribute(attribute.name, attribute.value)
            } catch {
                // The last three: larger than this file system holds; a disk that is full says so at the next write.
                let isLost: Set = [EPERM, EACCES, ENOTSUP, EINVAL, ERANGE, E2BIG, ENOSPC]
                guard isLost.contains(error.number) else { throw error }
                areSet = false
            }
        }
        return areSet
    }
}
