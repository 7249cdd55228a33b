internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Files that were fetched and verified, in a directory that any number of processes share.
///
/// Files are called by their SHA-256 and never changed; small references say which file an index's URL or a package's
/// identity stands for. A file gets its name by a rename when it is complete and verified, so readers need no lock, and a
/// process that is killed leaves at most a part in `partial`, which is no entry. What is read is compared with its name
/// first: an entry that was damaged is dropped, as if it had never been there.
///
///     CACHEDIR.TAG                    tells backup programs to pass by
///     v1/objects/SHA256[0:2]/SHA256   index and package files
///     v1/indexes/SHA256-OF-URL        which object a URL's index is, and what its server said
///     v1/keys/SHA256                  the public key that signed the index with this digest
///     v1/packages/IDENTITY            which object the package with this `C:` is
///     v1/layers/DATAHASH              what builders of images know of a package's contents
///     v1/compiled/KEY.universe        verified indexes in the form in which they are used
///     v1/partial/                     transfers under way, with a lock each
public struct Cache: Sendable {
    /// The directory as it was given, or was made for this value.
    public let directory: String
    /// Takes a directory of its own away when the last copy of the value goes.
    private let owner: TemporaryDirectory?

    /// The version of the layout: other versions use other directories.
    var base: String { directory + "/v1" }

    /// Where builders of images keep what they know of packages' contents.
    package var factsDirectory: String { base + "/layers" }
    /// Indexes in the form in which they are used (`CompiledIndex`).
    package var compiledDirectory: String { base + "/compiled" }

    /// - Parameter directory: made with the first thing that is put into it.
    public init(directory: String) {
        self.directory = directory
        owner = nil
    }

    private init(_ temporary: TemporaryDirectory) {
        directory = temporary.path
        owner = temporary
    }

    /// A cache that lasts as long as the value, for those who want none.
    ///
    /// - Throws: ``RepositoryError/Code/unwritable`` where no temporary directory can be made.
    public static func temporary() throws(RepositoryError) -> Cache { Cache(try TemporaryDirectory()) }

    /// `$XDG_CACHE_HOME/apkresolve`, or `~/.cache/apkresolve`; nil where neither variable is set.
    public static var defaultDirectory: String? {
        if let home = environment("XDG_CACHE_HOME"), home.hasPrefix("/") { return home + "/apkresolve" }
        return environment("HOME").map { $0 + "/.cache/apkresolve" }
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}

// MARK: - Objects

extension Cache {
    /// Where the file with this SHA-256 is, if it is there.
    func objectPath(_ sha256: String) -> String { "\(base)/objects/\(sha256.prefix(2))/\(sha256)" }

    /// Opens a file, and compares it with its name.
    ///
    /// - Returns: nil where it is not there, or was damaged and is therefore gone now.
    func object(_ sha256: String) -> OpenFile? {
        let path = objectPath(sha256)
        guard let file = try? OpenFile(path: path) else { return nil }
        guard let found = try? Self.digest(of: file) else { return nil }
        guard found == sha256 else {
            unlink(path)
            return nil
        }
        // The time of the last use decides what is dropped first. On a cache that cannot be written nothing is lost.
        _ = path.withCString { utimensat(AT_FDCWD, $0, nil, 0) }
        return file
    }

    /// Gives a complete and verified file its name.
    ///
    /// - Parameters:
    ///   - path: a file in ``partial``; it is gone afterwards.
    ///   - sha256: its digest.
    func adopt(_ path: String, sha256: String) throws(RepositoryError) {
        let target = objectPath(sha256)
        try makeDirectory(String(target.dropLast(65)))
        guard rename(path, target) == 0 else { throw unwritable(target) }
    }

    /// The SHA-256 of a file as hexadecimal digits.
    static func digest(of file: some RandomAccessFile) throws(ArchiveError) -> String {
        try digest(of: RangeSource(file, 0..<file.size()))
    }

    static func digest(of range: RangeSource) throws(ArchiveError) -> String {
        var source = range
        var digest = try Digest(.sha256)
        var buffer = [UInt8](repeating: 0, count: readBufferSize)
        while true {
            var outcome = Result<Int, ArchiveError>.success(0)
            buffer.withUnsafeMutableBytes { room in
                do throws(ArchiveError) {
                    let count = try source.read(into: room)
                    digest.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
                    outcome = .success(count)
                } catch {
                    outcome = .failure(error)
                }
            }
            if try outcome.get() == 0 { return Hexadecimal.string(digest.finish()) }
        }
    }
}

// MARK: - References and directories

extension Cache {
    /// The content of a small file; nil where it is not there or is larger than one of ours.
    func reference(_ name: String) -> [UInt8]? {
        guard var source = try? FileSource(path: "\(base)/\(name)") else { return nil }
        return try? source.readAll(limit: 16 * 1024)
    }

    /// Writes a small file in one step.
    func setReference(_ name: String, _ bytes: [UInt8]) throws(RepositoryError) {
        let path = "\(base)/\(name)"
        try makeDirectory(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? base)
        try makeDirectory("\(base)/partial")
        var template = Array("\(base)/partial/reference.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw unwritable(path) }
        let temporary = template.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        fchmod(descriptor, 0o644)
        guard close(descriptor) == 0, written == bytes.count, rename(temporary, path) == 0 else {
            let cause = errno
            unlink(temporary)
            errno = cause
            throw unwritable(path)
        }
    }

    func dropReference(_ name: String) { unlink("\(base)/\(name)") }

    /// Makes a directory of the cache with everything above it.
    func makeDirectory(_ path: String) throws(RepositoryError) {
        guard access(path, W_OK) != 0 else { return }
        if !RootSettings.exists(base) {
            try makePath(base)
            tag()
        }
        try makePath(path)
    }

    private func makePath(_ path: String) throws(RepositoryError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw unwritable(path)
        }
        try makePath(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw unwritable(path) }
    }

    private func tag() {
        let text =
            "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of apkresolve; it may be deleted at any time.\n"
        let descriptor = open("\(directory)/CACHEDIR.TAG", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }

    func unwritable(_ path: String) -> RepositoryError {
        RepositoryError(.unwritable, location: path, cause: ArchiveError(.openFailed, path: path, systemError: errno))
    }
}
