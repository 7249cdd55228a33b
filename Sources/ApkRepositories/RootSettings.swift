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
    var repositories: File?

    /// Reads what there is; a root without any of the files is an empty one.
    init(_ root: String?) throws(RepositoryError) {
        let prefix = root.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? ""
        architectures = [RepositoryOptions.hostArchitecture]
        repositories = try Self.readIfPresent(prefix + "/etc/apk/repositories")
        guard let root else { return }
        guard Self.isDirectory(root) else { throw RepositoryError(.unreadable, location: root, detail: "no directory") }
        database = try Self.readIfPresent(prefix + "/lib/apk/db/installed")
        if database == nil { database = try Self.readIfPresent(prefix + "/usr/lib/apk/db/installed") }
        if let file = try Self.readIfPresent(prefix + "/etc/apk/world") {
            world = World(parsing: file.bytes).dependencies
        }
        if let file = try Self.readIfPresent(prefix + "/etc/apk/arch") {
            let lines = file.bytes.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
            if !lines.isEmpty { architectures = lines }
        }
    }

    static func read(_ path: String) throws(RepositoryError) -> [UInt8] {
        do throws(ArchiveError) {
            var source = try FileSource(path: path)
            return try source.readAll(limit: 1 << 30)
        } catch {
            throw RepositoryError(.unreadable, location: path, cause: error)
        }
    }

    private static func readIfPresent(_ path: String) throws(RepositoryError) -> File? {
        exists(path) ? (path, try read(path)) : nil
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The subdirectories of a repository that hold an index, sorted.
    static func architectures(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            if IndexPlace.fileNames.contains(where: { exists("\(directory)/\(name)/\($0)") }) { names.append(name) }
        }
        return names.sorted()
    }
}
