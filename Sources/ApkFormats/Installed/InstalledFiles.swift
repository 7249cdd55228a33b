/// The directories and files of one installed package, in little memory.
///
/// Names stay where they were read, or in one buffer for all: an entry holds the place of its name and the values of
/// its lines, 40 bytes in all.
///
///     names       …F:usr/bin⏎R:env⏎a:0:0:755⏎Z:Q1…⏎R:git⏎Z:Q1…⏎F:usr/lib⏎R:libz.so⏎…
///     directories  (usr/bin, files from 0)  (usr/lib, files from 2)
///     files        (env, …)  (git, …)       (libz.so, …)
public struct InstalledFiles: Sendable {
    struct DirectoryEntry: Sendable {
        var pathStart: UInt32
        var pathLength: UInt32
        /// Its files go on to the next directory's first one.
        var firstFile: UInt32
        var user: UInt32 = 0
        var group: UInt32 = 0
        var mode: UInt16 = 0o755
        var hasExtendedAttributes = false
    }

    struct FileEntry: Sendable {
        var digest = Checksum.Identity(high: 0, middle: 0, low: 0)
        var nameStart: UInt32
        var nameLength: UInt32
        var user: UInt32 = 0
        var group: UInt32 = 0
        var mode: UInt16 = 0o644
        var algorithm: FileDigest.Algorithm?
        var hasExtendedAttributes = false
    }

    /// The bytes that hold all names: the text of a database, or a buffer of the package's own.
    var names: [UInt8]
    var directoryEntries: [DirectoryEntry] = []
    var fileEntries: [FileEntry] = []
    /// The digests of extended attributes, which few files have.
    var directoryExtendedAttributes: [Int: Checksum.Identity] = [:]
    var fileExtendedAttributes: [Int: Checksum.Identity] = [:]

    /// No directories, no files.
    public init() { names = [] }

    init(names: [UInt8]) { self.names = names }
}

extension InstalledFiles {
    /// A directory that a package lists.
    public struct Directory: Sendable {
        /// The path without a slash at either end; empty for the root directory.
        public let path: ArraySlice<UInt8>
        /// Owner and permissions.
        public let attributes: FileAttributes
        /// The places of its files in ``InstalledFiles/files``.
        public let files: Range<Int>
    }

    /// A file, link, device or FIFO that a package lists.
    public struct File: Sendable {
        /// The name in its directory.
        public let name: ArraySlice<UInt8>
        /// Owner and permissions.
        public let attributes: FileAttributes
        /// The digest; nil for devices and FIFOs, and for files that could not be written.
        public let digest: FileDigest?
    }

    /// The directories, in the package's order.
    public var directories: some RandomAccessCollection<Directory> {
        directoryEntries.indices.lazy.map { directory(at: $0) }
    }

    /// The files, grouped by directory in the order of these.
    public var files: some RandomAccessCollection<File> { fileEntries.indices.lazy.map { file(at: $0) } }

    /// The directory at a place in ``directories``.
    public func directory(at index: Int) -> Directory {
        let entry = directoryEntries[index]
        let last = index + 1 < directoryEntries.count ? Int(directoryEntries[index + 1].firstFile) : fileEntries.count
        return Directory(
            path: name(entry.pathStart, entry.pathLength),
            attributes: FileAttributes(
                user: entry.user, group: entry.group, mode: entry.mode,
                extendedAttributes: entry.hasExtendedAttributes ? directoryExtendedAttributes[index] : nil),
            files: Int(entry.firstFile)..<last)
    }

    /// The file at a place in ``files``.
    public func file(at index: Int) -> File {
        let entry = fileEntries[index]
        return File(
            name: name(entry.nameStart, entry.nameLength),
            attributes: FileAttributes(
                user: entry.user, group: entry.group, mode: entry.mode,
                extendedAttributes: entry.hasExtendedAttributes ? fileExtendedAttributes[index] : nil),
            digest: entry.algorithm.map { FileDigest(entry.digest, algorithm: $0) })
    }

    /// The path of a file below the root, such as `usr/bin/env`.
    public func path(of file: Int, in directory: Directory) -> [UInt8] {
        let entry = fileEntries[file]
        let name = name(entry.nameStart, entry.nameLength)
        return directory.path.isEmpty ? Array(name) : directory.path + [UInt8(ascii: "/")] + name
    }

    /// Whether any file's digest is the beginning of a SHA-256.
    var usesTruncatedSHA256: Bool { fileEntries.contains { $0.algorithm == .truncatedSHA256 } }

    private func name(_ start: UInt32, _ length: UInt32) -> ArraySlice<UInt8> {
        names[Int(start)..<(Int(start) + Int(length))]
    }

    /// Takes files off the list, as when another package takes them over. The directories stay.
    ///
    /// - Parameter isRemoved: asked once for each place in ``files``.
    public mutating func removeFiles(where isRemoved: (Int) -> Bool) {
        var kept: [FileEntry] = []
        var keptExtendedAttributes: [Int: Checksum.Identity] = [:]
        kept.reserveCapacity(fileEntries.count)
        for index in directoryEntries.indices {
            let files = directory(at: index).files
            directoryEntries[index].firstFile = UInt32(kept.count)
            for file in files where !isRemoved(file) {
                if let digest = fileExtendedAttributes[file] { keptExtendedAttributes[kept.count] = digest }
                kept.append(fileEntries[file])
            }
        }
        fileEntries = kept
        fileExtendedAttributes = keptExtendedAttributes
    }
}
