public import ApkFormats

extension Universe {
    /// The text of a name.
    public func text(_ name: NameID) -> String { text(at: names.range(name.index)) }

    /// The text of a version; empty for none.
    package func text(_ version: VersionID) -> String { text(at: versions.range(version.index)) }

    /// A package's name.
    public func name(of package: PackageID) -> String { text(packages[package.index].name) }

    /// A package's version.
    public func version(of package: PackageID) -> String { text(packages[package.index].version) }

    /// A package as apk names it: `name-version`.
    public func label(of package: PackageID) -> String { "\(name(of: package))-\(version(of: package))" }

    /// A package's traits.
    public func traits(of package: PackageID) -> PackageTraits { packages[package.index].traits }

    /// A package's record.
    package func record(of package: PackageID) -> IndexRecord {
        if let record = info(of: package)?.indexRecord { return record }
        let bytes = Array(records[recordRange(of: package)])
        return IndexRecord(text: bytes, range: 0..<bytes.count)
    }

    /// Whether a repository lists a package, given its index in ``repositories``.
    package func isListed(_ package: PackageID, byRepository index: Int) -> Bool {
        packages[package.index].repositories & (1 << UInt32(index)) != 0
    }

    /// A package's identity as its index gives it (`C`).
    public func checksum(of package: PackageID) -> Checksum? { Checksum(field("C", of: package)) }

    /// The size of a package's file in bytes (`S`).
    public func downloadSize(of package: PackageID) -> UInt64 { packages[package.index].downloadSize }

    /// The size of a package's files when installed, in bytes (`I`).
    public func installedSize(of package: PackageID) -> UInt64 { packages[package.index].installedSize }

    /// The first repository that lists a package, as an index into ``repositories``; nil if none does.
    public func repository(of package: PackageID) -> Int? {
        let mask = packages[package.index].repositories
        return mask == 0 ? nil : mask.trailingZeroBitCount
    }

    private func text(at range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
}

extension Universe {
    /// Calls `body` with the bytes of each name that some package has or provides, in the order of ids.
    package func forEachProvidedName(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        text.withUnsafeBufferPointer { bytes in
            for index in 0..<names.count where !providerRange(NameID(index)).isEmpty {
                body(UnsafeBufferPointer(rebasing: bytes[names.range(index)]))
            }
        }
    }
}

extension Universe {
    /// The installed packages in the order of the database.
    public var installedPackages: [PackageID] { installed }
}
