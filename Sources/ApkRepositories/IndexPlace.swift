internal import ApkFormats

/// Where the index of a repository on this machine lies, under whichever of the names that distributions use.
struct IndexPlace {
    /// The index file.
    let path: String
    /// The repository that the file is the index of.
    let repository: Repository

    /// What distributions call their indexes. What is in a file is seen from its first bytes: Chimera's `APKINDEX.tar.gz`
    /// is an index of apk v3.
    static let fileNames = ["APKINDEX.tar.gz", "Packages.adb", "packages.adb", "APKINDEX.adb"]

    /// Looks first where apk would, at `indexPath`; then for the other names, in the architecture's directory and, as
    /// OpenWrt has it, in the repository's own. An `index.json` is not signed and no index of apk: it stands for the
    /// index beside it.
    init?(_ source: RepositoryList.Source, indexPath: String, architecture: String) {
        let listing = "/index.json"
        guard let base = source.repository.localPath else { return nil }
        if !base.hasSuffix(listing), RootSettings.exists(indexPath) {
            path = indexPath
            repository = source.repository
            return
        }
        let directory = base.hasSuffix(listing) ? String(base.dropLast(listing.utf8.count)) : base
        var directories = [directory]
        if (try? PathComponent(architecture)) != nil { directories.insert("\(directory)/\(architecture)", at: 0) }
        for directory in directories {
            for name in Self.fileNames where RootSettings.exists("\(directory)/\(name)") {
                path = "\(directory)/\(name)"
                repository = Repository(url: path, layout: .ndx)
                return
            }
        }
        return nil
    }
}
