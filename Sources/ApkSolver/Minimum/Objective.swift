internal import ApkFormats

/// What an answer is to have least of.
public enum Objective: String, Sendable, CaseIterable {
    /// The number of packages.
    case packages
    /// The bytes of all files when installed (`I`).
    case size
    /// The bytes to download (`S`); what is installed already costs nothing.
    case download

    /// What one package adds. More than 2^63 − 1 bytes count as that many.
    package func cost(of package: PackageID, in universe: Universe) -> Int64 {
        let row = universe.packages[package.index]
        return switch self {
        case .packages: 1
        case .size: Int64(clamping: row.installedSize)
        case .download: row.traits.contains(.installed) ? 0 : Int64(clamping: row.downloadSize)
        }
    }

    /// What packages cost together; a sum beyond 2^63 − 1 counts as that.
    package func cost(of packages: some Sequence<PackageID>, in universe: Universe) -> Int64 {
        packages.saturatingSum { cost(of: $0, in: universe) }
    }
}
