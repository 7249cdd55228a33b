/// Something about a package that is no reason to refuse it.
public enum PackageWarning: Hashable, Sendable {
    /// The package and the signed index disagree about other packages; the index counts.
    /// - Parameters:
    ///   - field: the key of `.PKGINFO`: `depend`, `provides` or `install_if`.
    ///   - onlyInIndex: what only the index lists, as dependencies are written.
    ///   - onlyInPackage: what only the package lists.
    case relationsDiffer(field: String, onlyInIndex: [String], onlyInPackage: [String])
}
