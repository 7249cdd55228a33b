internal import ApkArchive

/// Which paths a package may ship. The shape of names is the archive reader's business; this is about whose they are.
enum PathGate {
    /// The bytes that a path or the target of a link may not reach; the system refuses them from there on.
    static let mostBytes = 4096
    /// The most bytes of a name between two slashes (Linux's NAME_MAX).
    static let longestComponent = 255

    /// Refuses paths that belong to apk, to this program, to image tools or to the kernel. Both count: the path that a
    /// package writes, and the one where it leads through links.
    ///
    /// - Throws: ``RootError/Code/reservedPath``.
    static func check(
        _ path: [UInt8], isDirectory: Bool, package: @autoclosure () -> String
    ) throws(RootError) {
        guard !path.isEmpty else { return }
        guard path.count < mostBytes else { throw refused(path, package()) }
        var start = 0
        while start <= path.count {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
            let component = path[start..<end]
            // Nearly all names begin with something else than a dot.
            let isReserved =
                component.first == UInt8(ascii: ".")
                && (component.starts(with: ".apk.".utf8) || component.starts(with: ".wh.".utf8)
                    || (start == 0 && component.starts(with: ".apkresolve".utf8)))
            guard !isReserved, isComponent(component) else { throw refused(path, package()) }
            start = end + 1
        }
        guard !isDirectory else { return }
        for reserved in reservedTrees where path[0] == reserved[0] && path.starts(with: reserved) {
            throw refused(path, package())
        }
        for reserved in reservedFiles where path == reserved { throw refused(path, package()) }
    }

    /// Refuses what ``check(_:isDirectory:package:)`` does, and what is in the way of apk's state or the kernel's.
    static func checkScript(_ path: [UInt8], isDirectory: Bool) throws(RootError) {
        try check(path, isDirectory: isDirectory, package: "")
        for reserved in stateDirectories + kernelDirectories where touches(path, reserved, isDirectory: isDirectory) {
            throw refused(path, "")
        }
    }

    /// Whether something at a path would be inside a directory or, unless it is one itself, in its place or in that of
    /// a directory above.
    static func touches(_ path: [UInt8], _ directory: [UInt8], isDirectory: Bool) -> Bool {
        let isWithin = ApkRoot.isPath(path, atOrBelow: directory)
        return isDirectory ? isWithin && path != directory : isWithin || ApkRoot.isPath(directory, atOrBelow: path)
    }

    /// The directories of apk's database and settings, wherever the base layout puts them.
    static let stateDirectories = ["lib/apk", "usr/lib/apk", "etc/apk"].map { Array($0.utf8) }
    private static let kernelDirectories = ["proc", "sys"].map { Array($0.utf8) }

    /// Whether bytes are a path below a root: components between single slashes, none of which leads anywhere else.
    static func isPath(_ path: [UInt8]) -> Bool {
        path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { isComponent($0) }
    }

    /// Whether a name may stand between two slashes. The readers refuse the others before; here is the last gate.
    private static func isComponent(_ name: ArraySlice<UInt8>) -> Bool {
        guard !name.isEmpty, name.count <= longestComponent else { return false }
        if name.first == UInt8(ascii: "."), name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
            return false
        }
        return name.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static func refused(_ path: [UInt8], _ package: String) -> RootError {
        RootError(.reservedPath, path: path, package: package)
    }

    /// Directories in which packages have no files: apk's database, wherever the base layout puts it, and what the
    /// kernel mounts.
    private static let reservedTrees = ["lib/apk/db/", "usr/lib/apk/db/", "lib/apk/exec/", "proc/", "sys/"].map {
        Array($0.utf8)
    }

    /// Files that say what the root is; apk writes them. And directories on the way to what apk writes: as links they
    /// would lead it elsewhere. A base layout may only make links of what is above them.
    private static let reservedFiles = [
        "etc/apk/world", "etc/apk/arch", "etc/apk", "lib/apk", "lib/apk/db", "usr/lib/apk", "usr/lib/apk/db", "proc",
        "sys",
    ].map { Array($0.utf8) }
}
