internal import ApkArchive
internal import ApkRoot

/// One file, by the package and the entry that ship it.
struct EntryID: Hashable {
    /// The place of the package in install order.
    var package: Int
    /// The place of the entry in the package.
    var entry: Int
}

/// The packages of an image, and what their contents turned out to be.
struct PackageSet {
    let list: [OpenedPackage]
    /// In the order of ``list``; nil for what was not read yet.
    var facts: [PackageFacts?]

    init(_ list: [OpenedPackage]) {
        self.list = list
        facts = list.map(\.facts)
    }

    /// The entries of a package that was read.
    func entries(_ place: Int) -> [ArchiveEntry] { facts[place]?.entries ?? [] }

    /// `name-version`.
    func label(_ place: Int) -> String { list[place].label }
}

/// Numbers for all entries of all packages, once they are known: a tree calls their contents by these.
struct EntryNumbers {
    private let starts: [Int]

    init(_ set: PackageSet) {
        var starts = [0]
        for place in set.list.indices { starts.append(starts[place] + set.entries(place).count) }
        self.starts = starts
    }

    func number(_ id: EntryID) -> UInt32 { UInt32(starts[id.package] + id.entry) }

    func id(_ number: UInt32) -> EntryID {
        // The last package that does not start behind the number.
        var (low, high) = (0, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= Int(number) { low = middle } else { high = middle }
        }
        // Packages without entries start where the next one does.
        return EntryID(package: low, entry: Int(number) - starts[low])
    }

    /// Where a node's content comes from.
    func content(of node: RootNode) -> LayerStack.Content {
        switch node.content {
        case .none: .none
        case .staged(let number): .entry(id(number))
        case .bytes(let bytes): .bytes(bytes)
        }
    }
}
