internal import ApkArchive
internal import ApkRoot

/// Which entries of packages a written layer gets, and as what. The same rule writes the layer and foretells it.
struct LayerRule {
    private let placement: Placement?
    private let defersSettings: Bool
    private var written: Set<[UInt8]> = []
    private var deferred: Set<[UInt8]> = []

    /// - Parameters:
    ///   - placement: where each entry belongs; nil to take entries as the packages have them, the first of a name.
    ///   - defersSettings: leaves out small settings, because scripts may want them changed: they follow with what no
    ///     package has. For a layer that is the only one.
    init(placement: Placement?, defersSettings: Bool) {
        self.placement = placement
        self.defersSettings = defersSettings
    }

    /// What an entry becomes; nil if it is left out.
    mutating func place(_ entry: ArchiveEntry, _ id: EntryID) -> ArchiveEntry? {
        guard !entry.isPlaceholder, !entry.path.isEmpty else { return nil }
        guard let placed = placement.map({ $0.entry(id) }) ?? asArchived(entry) else { return nil }
        return written.insert(placed.path).inserted ? placed : nil
    }

    private mutating func asArchived(_ entry: ArchiveEntry) -> ArchiveEntry? {
        guard defersSettings else { return entry }
        let isLinkToDeferred = entry.kind == .hardLink && deferred.contains(LayerStack.linkTarget(of: entry))
        guard PackageFacts.keeps(entry) || isLinkToDeferred else { return entry }
        deferred.insert(entry.path)
        return nil
    }
}
