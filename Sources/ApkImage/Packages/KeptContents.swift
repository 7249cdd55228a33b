internal import ApkArchive
internal import ApkRoot

/// Gives contents of packages' files that were already read: from what was kept of them, or by reading once more.
final class KeptContents: StagedContents {
    private let packages: [OpenedPackage]
    private let facts: [PackageFacts?]
    private let numbers: EntryNumbers
    /// What had to be read again.
    private let fetched = Locked<[UInt32: [UInt8]]>([:])

    init(_ set: PackageSet, _ numbers: EntryNumbers) {
        packages = set.list
        facts = set.facts
        self.numbers = numbers
    }

    func content(of number: UInt32) throws(RootError) -> [UInt8] {
        let id = numbers.id(number)
        if let kept = facts[id.package]?.kept[id.entry] { return kept }
        if let fetched = fetched.withLock({ $0[number] }) { return fetched }
        try fetch([number])
        return fetched.withLock { $0[number] } ?? []
    }

    /// Reads files that are not kept, each package in one pass.
    func fetch(_ wanted: [UInt32]) throws(RootError) {
        var byPackage: [Int: Set<Int>] = [:]
        for number in wanted {
            let id = numbers.id(number)
            if facts[id.package]?.kept[id.entry] == nil { byPackage[id.package, default: []].insert(id.entry) }
        }
        for (place, entries) in byPackage.sorted(by: { $0.key < $1.key }) {
            guard let package = packages[place].verified else { continue }
            do throws(ArchiveError) {
                try fetch(entries, of: package, place)
            } catch {
                throw RootError(.badPackage, package: packages[place].label, archive: error)
            }
        }
    }

    private func fetch(_ entries: Set<Int>, of package: VerifiedPackage, _ place: Int) throws(ArchiveError) {
        var contents = try package.open()
        var found: [UInt32: [UInt8]] = [:]
        var index = 0
        while try contents.next() != nil {
            if entries.contains(index) {
                var bytes: [UInt8] = []
                while let chunk = try contents.nextChunk() { bytes.append(contentsOf: chunk) }
                found[numbers.number(EntryID(package: place, entry: index))] = bytes
            }
            index += 1
        }
        _ = try contents.finish()
        fetched.withLock { $0.merge(found) { _, new in new } }
    }
}
