/// The names that an archive has used so far: each stands in it once, and is one thing.
///
/// Only hashes of names are kept, some 30 bytes each, so that memory stays small whatever names an archive has.
struct EntryNames {
    private struct Place {
        let kind: ArchiveEntry.Kind
        /// Whether the name has no entry yet, only entries below it.
        let isImplied: Bool
    }

    private let limit: Int
    private var places: [NameHash: Place] = [:]

    init(limit: Int) { self.limit = limit }

    /// Notes a name, and the directories above it.
    ///
    /// - Throws: ``ArchiveError/Code/duplicateEntry`` and ``ArchiveError/Code/changedEntryType``;
    ///   ``ArchiveError/Code/limitExceeded`` where these are too many names, directories without an entry included.
    mutating func add(_ path: [UInt8], _ kind: ArchiveEntry.Kind, at offset: Int) throws(ArchiveError) {
        if let earlier = places.updateValue(Place(kind: kind, isImplied: false), forKey: NameHash(path[...])) {
            guard earlier.kind == kind else {
                throw ArchiveError(
                    .changedEntryType, tarOffset: offset, name: path, expected: "each name to be of one type")
            }
            guard earlier.isImplied else {
                throw ArchiveError(.duplicateEntry, tarOffset: offset, name: path, expected: "each name once")
            }
            return
        }
        var rest = path[...]
        while let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
            rest = rest[..<slash]
            let key = NameHash(rest)
            if let place = places[key] {
                guard place.kind == .directory else {
                    throw ArchiveError(
                        .changedEntryType, tarOffset: offset, name: path, expected: "nothing below what is no directory"
                    )
                }
                break
            }
            places[key] = Place(kind: .directory, isImplied: true)
        }
        guard places.count <= limit else {
            throw ArchiveError(
                .limitExceeded, tarOffset: offset, expected: "at most \(limit) entries", option: "entries")
        }
    }
}
