internal import ApkArchive

/// What one reading of a package's contents tells an image. Made only from contents that were proved, so what is kept of
/// it holds for every package with the same `datahash`.
struct PackageFacts: Sendable, Hashable {
    /// The entries in the archive's order; each checksum is that of the content as it is.
    var entries: [ArchiveEntry] = []
    /// The SHA-256 of the inflated data segment; nil for a v3 package.
    var diffID: BlobDigest?
    /// The contents of small files that users, links and bundles are made from, by their places in ``entries``.
    var kept: [Int: [UInt8]] = [:]

    /// Whether an entry's content is kept, so that it need not be read twice: settings, and certificates for the bundle.
    static func keeps(_ entry: ArchiveEntry) -> Bool {
        guard entry.kind == .regular, entry.size <= 64 << 10 else { return false }
        return entry.path.starts(with: "etc/".utf8) || entry.path.starts(with: "usr/share/ca-certificates/".utf8)
    }

    /// Whether there is anything to install.
    var isEmpty: Bool { entries.allSatisfy { $0.isPlaceholder || $0.path.isEmpty } }
}

extension ArchiveEntry {
    /// Whether this is the empty file that build tools put into a package that has nothing else; no root gets it.
    var isPlaceholder: Bool { path.elementsEqual(".dummy".utf8) && kind == .regular && size == 0 }
}
