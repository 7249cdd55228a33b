internal import ApkArchive
internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What a root says about itself: its packages, world, architectures and repositories. Without a root, only the host's
/// repositories.
struct RootSettings {
    /// A file's path and content.
    typealias File = (path: String, bytes: [UInt8])

    var architectures: [String]
    var world: [Dependency] = []
    var database: File?
    /// The files that name repositories: `etc/apk/repositories`, then those of `repositories.d`.
    var repositories: [File]

    /// Reads what there is; a root without any of the files is an empty one.
    init(_ root: String?) throws(RepositoryError) {
        let prefix = root.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? ""
        architectures = [RepositoryOptions.hostArchitecture]
        repositories = try Self.repositories(below: prefix)
        if root != nil, repositories.isEmpty { repositories = try Self.repositories(below: "") }
        guard let root else { return }
        guard Self.isDirectory(root) else { throw RepositoryError(.unreadable, location: root, detail: "no directory") }
        database = try Self.readIfPresent("lib/apk/db/installed", in: prefix)
        if database == nil { database = try Self.readIfPresent("usr/lib/apk/db/installed", in: prefix) }
        if let file = try Self.readIfPresent("etc/apk/world", in: prefix) {
            world = World(parsing: file.bytes).dependencies
        }
        if let file = try Self.readIfPresent("etc/apk/arch", in: prefix) {
            let lines = file.bytes.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
            if !lines.isEmpty { architectures = lines }
        }
    }

    /// The files that name repositories in a root; the host's for an empty prefix.
    private static func repositories(below prefix: String) throws(RepositoryError) -> [File] {
        var files: [File] = []
        if let file = try readIfPresent("etc/apk/repositories", in: prefix) { files.append(file) }
        for path in repositoryDirectoryFiles(below: prefix) {
            if let file = try readIfPresent(path, in: prefix) { files.append(file) }
        }
        return files
    }

    /// Paths below the prefix.
    private static func repositoryDirectoryFiles(below prefix: String) -> [String] {
        func names(_ path: String) -> [String] {
            RootPath.place(of: path, in: prefix).map { Directories.names(in: $0) } ?? []
        }
        return RepositoryList.configurationFiles(
            etc: names("etc/apk/repositories.d"), lib: names("lib/apk/repositories.d"))
    }

    /// Whether a root, or the host for an empty prefix, says which repositories to use.
    static func namesRepositories(below prefix: String) -> Bool {
        RootPath.place(of: "etc/apk/repositories", in: prefix).map { exists($0) } ?? false
            || !repositoryDirectoryFiles(below: prefix).isEmpty
    }

    static func read(_ path: String) throws(RepositoryError) -> [UInt8] {
        // The usual way to say "none", and no regular file.
        if path == "/dev/null" { return [] }
        do throws(ArchiveError) {
            var source = try FileSource(path: path)
            return try source.readAll(limit: 1 << 30)
        } catch {
            throw RepositoryError(.unreadable, location: path, cause: error)
        }
    }

    /// A file of a root with the path that people know it by; nil if there is none.
    private static func readIfPresent(_ path: String, in prefix: String) throws(RepositoryError) -> File? {
        guard let place = RootPath.place(of: path, in: prefix) else {
            throw RepositoryError(
                .unreadable, location: "\(prefix)/\(path)", detail: "leads through more than 40 symbolic links")
        }
        guard exists(place) else { return nil }
        do throws(RepositoryError) { return ("\(prefix)/\(path)", try read(place)) } catch {
            throw RepositoryError(error.code, location: "\(prefix)/\(path)", cause: error.cause)
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The subdirectories of a repository that hold an index, sorted.
    static func architectures(in directory: String) -> [String] {
        Directories.names(in: directory).filter { name in
            guard !name.hasPrefix(".") else { return false }
            return IndexPlace.fileNames.contains { exists("\(directory)/\(name)/\($0)") }
        }
    }
}
