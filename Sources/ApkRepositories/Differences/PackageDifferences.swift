public import ApkFormats

/// What two sets of packages are compared by: closures, locks and roots can all be had in this form.
public struct PackageSummary: Hashable, Sendable {
    public var name: String
    public var version: String
    /// The identity (`C`); nil where the source of the set does not tell it.
    public var checksum: Checksum?
    /// The size of the package's file in bytes; nil where unknown.
    public var downloadSize: Int?
    /// The installed size in bytes; nil where unknown.
    public var installedSize: Int?

    public init(
        name: String, version: String, checksum: Checksum? = nil, downloadSize: Int? = nil, installedSize: Int? = nil
    ) {
        self.name = name
        self.version = version
        self.checksum = checksum
        self.downloadSize = downloadSize
        self.installedSize = installedSize
    }

    /// Whether both name the same package, as far as both tell.
    func isSame(as other: PackageSummary) -> Bool {
        guard name == other.name, version == other.version else { return false }
        guard let checksum, let otherChecksum = other.checksum else { return true }
        return checksum.identity == otherChecksum.identity
    }
}

/// How one set of packages differs from another; the lists are sorted by name.
public struct PackageDifferences: Hashable, Sendable {
    /// A package that both sets have, in different versions or builds.
    public struct Change: Hashable, Sendable {
        public var old: PackageSummary
        public var new: PackageSummary
    }

    public private(set) var added: [PackageSummary] = []
    public private(set) var removed: [PackageSummary] = []
    public private(set) var changed: [Change] = []

    public init(from old: [PackageSummary], to new: [PackageSummary]) {
        let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        func sorted(_ packages: some Sequence<PackageSummary>) -> [PackageSummary] {
            packages.sorted { isNameOrdered($0.name.utf8, before: $1.name.utf8) }
        }
        added = sorted(after.values.filter { before[$0.name] == nil })
        removed = sorted(before.values.filter { after[$0.name] == nil })
        changed = sorted(after.values).compactMap { package in
            guard let old = before[package.name], !old.isSame(as: package) else { return nil }
            return Change(old: old, new: package)
        }
    }

    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    /// How many bytes more the new set takes when installed; nil where a size is unknown.
    public var installedGrowth: Int? { growth(\.installedSize) }

    /// How many bytes more the new set's files have; nil where a size is unknown.
    public var downloadGrowth: Int? { growth(\.downloadSize) }

    /// How many bytes must be fetched to get from the old set to the new one; nil where a size is unknown.
    public var bytesToFetch: Int? { sum((added + changed.map(\.new)).map(\.downloadSize)) }

    private func growth(_ size: (PackageSummary) -> Int?) -> Int? {
        guard let more = sum((added + changed.map(\.new)).map(size)),
            let less = sum((removed + changed.map(\.old)).map(size))
        else { return nil }
        return more - less
    }

    private func sum(_ sizes: [Int?]) -> Int? {
        sizes.contains(nil) ? nil : sizes.saturatingSum { $0 ?? 0 }
    }
}
