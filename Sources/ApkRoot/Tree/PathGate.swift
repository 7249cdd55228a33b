internal import ApkArchive

/// Which paths a package may ship. The shape of names is the archive reader's business; this is about whose they are.
enum PathGate {
    /// Refuses paths that belong to apk, to this program, to image tools or to the kernel.
    ///
    /// - Throws: ``RootError/Code/reservedPath``.
    static func check(_ entry: borrowing StagedEntry, package: String) throws(RootError) {
        let path = entry.path
        var isFirst = true
        var components = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
        guard !path.isEmpty else { return }
        while let component = components.popFirst() {
            let isReserved =
                component.starts(with: ".apk.".utf8) || component.starts(with: ".wh.".utf8)
                || (isFirst && component.starts(with: ".apkresolve".utf8))
            if isReserved || !isComponent(component) { throw refused(path, package) }
            isFirst = false
        }
        guard entry.kind != .directory else { return }
        for reserved in reservedTrees where path.starts(with: reserved) { throw refused(path, package) }
        for reserved in reservedFiles where path == reserved { throw refused(path, package) }
    }

    /// Whether a name may stand between two slashes. The readers refuse the others before; here is the last gate.
    private static func isComponent(_ name: ArraySlice<UInt8>) -> Bool {
        !name.isEmpty && name.count <= 255 && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
            && name.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static func refused(_ path: [UInt8], _ package: String) -> RootError {
        RootError(.reservedPath, path: path, package: package)
    }

    /// Directories in which packages have no files: apk's database, wherever the base layout puts it, and what the
    /// kernel mounts.
    private static let reservedTrees = ["lib/apk/db/", "usr/lib/apk/db/", "lib/apk/exec/", "proc/", "sys/"].map {
        Array($0.utf8)
    }

    /// Files that say what the root is; apk writes them.
    private static let reservedFiles = ["etc/apk/world", "etc/apk/arch"].map { Array($0.utf8) }
}
