public import ApkArchive

/// What became of a script that apk would have run.
public struct ScriptAccount: Hashable, Sendable {
    /// Raw values are API: they appear in JSON.
    public enum Outcome: String, Hashable, Sendable {
        /// Everything that it does was done without running it.
        case emulated
        /// It does nothing in this root.
        case ignorable
        /// It does something that only running it can do.
        case needsYou = "needs-you"
    }

    /// The package, `name-version`.
    public var package: String
    public var kind: PackageScript.Kind
    public var outcome: Outcome
    /// What was done, or the first line that could not be; a few words.
    public var detail: String
}
