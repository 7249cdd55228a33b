public import ApkArchive
public import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What a root says of itself before a run: the files of apk in it.
public struct RootState: Sendable {
    /// The installed packages.
    public internal(set) var database = InstalledDatabase()
    /// The patterns of directories that packages wait for.
    public internal(set) var triggers = TriggersFile()
    /// The scripts of the installed packages.
    public internal(set) var scripts: [Checksum.Identity: [PackageScript]] = [:]
    /// What is asked for; nil without a file.
    public internal(set) var world: World?
    /// Whether there are these files already.
    var hasArchitecture = false
    var hasRepositories = false
    var hasLock = false
    /// Whether there is anything in `etc/apk/keys`.
    var hasKeys = false
    /// Whether the scripts are kept uncompressed, the only way that apk 2 knows and the first that apk 3 looks for.
    var hasPlainScripts = false
    /// Whether the scripts are kept as apk 3 does it in roots of its own.
    var hasCompressedScripts = false
    /// Where apk's database is, as apk writes it, and where that is without a link on the way.
    var databasePath = Array("lib/apk/db".utf8)
    /// What the disk may not hold.
    var metadata = RootMetadata()
    /// Whose files are root's: a plain user's who made the root and has apk's database, as apk itself sees it.
    var maker = Journal.Owner(user: 0, group: 0)

    /// A root in which nothing is.
    public init() {}

    /// Reads a root without locking or changing it; there need not be any.
    ///
    /// - Throws: ``RootError``, as ``StagingRoot`` does.
    public init(path: String) throws(RootError) {
        let root: Directory
        do throws(SystemFailure) { root = try Directory.open(path: path, system: SystemInterface()) } catch {
            guard error.number == ENOENT else {
                throw RootError(.noRoot, path: Array(path.utf8), call: error.call.rawValue, systemError: error.number)
            }
            self.init()
            return
        }
        var view = RootView(root)
        try self.init(&view)
    }

    init(_ view: inout RootView) throws(RootError) {
        // apk looks at lib/apk/db, which a merged base layout leads to usr/lib; other tools wrote usr/lib/apk/db alone.
        let elsewhere = Array("usr/lib/apk/db".utf8)
        let plain = databasePath + Array("/installed".utf8)
        if try view.followedContent(of: plain) == nil,
            try view.followedContent(of: elsewhere + Array("/installed".utf8)) != nil
        {
            databasePath = elsewhere
        }
        func content(_ name: String) throws(RootError) -> [UInt8]? {
            try view.followedContent(of: joined(databasePath, name.utf8))
        }
        if let text = try content("installed") {
            database = try Self.read("installed", databasePath) { () throws(FormatError) in
                try InstalledDatabase(parsing: text)
            }
        }
        if let text = try content("triggers") {
            triggers = try Self.read("triggers", databasePath) { () throws(FormatError) in
                try TriggersFile(parsing: text)
            }
        }
        let compressed = joined(databasePath, "scripts.tar.gz".utf8)
        hasCompressedScripts = try view.kind(of: view.followed(compressed)) == .regular
        if let archive = try content("scripts.tar") {
            hasPlainScripts = true
            scripts = try ScriptsArchive.read(archive, path: joined(databasePath, "scripts.tar".utf8))
        } else if let archive = try content("scripts.tar.gz") {
            scripts = try ScriptsArchive.read(ScriptsArchive.inflate(archive, path: compressed), path: compressed)
        }
        if let text = try content("apkresolve.mtree") {
            metadata = try RootMetadata(parsing: text, path: joined(databasePath, RootMetadata.fileName))
            // apk removes packages without knowing of devices that could not be made.
            metadata.remove(try metadata.unlistedDevices(database, &view))
        }
        let place = try view.followed(joined(databasePath, RootMetadata.fileName))
        var owner = try view.statusOnDisk(of: Array(parentPath(place)))
        if owner == nil { owner = try view.statusOnDisk(of: []) }
        if let owner, owner.user != 0 { maker = Journal.Owner(user: owner.user, group: owner.group) }
        hasLock = try view.kind(of: view.followed(joined(databasePath, "lock".utf8))) == .regular
        hasKeys = try !view.names(in: view.followed(Array("etc/apk/keys".utf8))).isEmpty
        world = try view.followedContent(of: Array("etc/apk/world".utf8)).map { World(parsing: $0) }
        hasArchitecture = try view.followedContent(of: Array("etc/apk/arch".utf8)) != nil
        hasRepositories = try view.followedContent(of: Array("etc/apk/repositories".utf8)) != nil
    }

    private static func read<Value>(
        _ name: String, _ directory: [UInt8], _ body: () throws(FormatError) -> Value
    ) throws(RootError) -> Value {
        do throws(FormatError) { return try body() } catch {
            throw RootError(.malformedState, path: joined(directory, name.utf8), format: error)
        }
    }
}

extension RootView {
    /// The content of a regular file that a path leads to, links read inside the root; nil if there is none.
    mutating func followedContent(of path: [UInt8]) throws(RootError) -> [UInt8]? {
        var path = path
        for _ in 0...40 {
            path = try followed(path)
            guard case .symbolicLink(let target)? = try kind(of: path) else { return try content(of: path) }
            path =
                target.first == UInt8(ascii: "/")
                ? Array(target.drop { $0 == UInt8(ascii: "/") }) : joined(parentPath(path), target)
        }
        return nil
    }

    /// The path with links among its directories followed inside the root, above which there is nothing; the path itself
    /// where they are too many.
    mutating func followed(_ path: [UInt8]) throws(RootError) -> [UInt8] {
        var physical: [UInt8] = []
        var pending = Array(parentPath(path).split(separator: UInt8(ascii: "/")).reversed())
        var links = 0
        while let component = pending.popLast() {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                physical = Array(parentPath(physical))
                continue
            }
            let next = joined(physical, component)
            if case .symbolicLink(let target)? = try kind(of: next) {
                links += 1
                guard links <= 40 else { return path }
                if target.first == UInt8(ascii: "/") { physical = [] }
                pending += target.split(separator: UInt8(ascii: "/")).reversed()
            } else {
                physical = next
            }
        }
        return joined(physical, lastComponent(path))
    }
}
