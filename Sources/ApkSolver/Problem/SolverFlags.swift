/// What a command asks of the packages that a name or the whole world reaches.
public struct SolverFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Prefer the newest version to the installed one.
    public static let upgrade = SolverFlags(rawValue: 1)
    /// Prefer what a repository has to what is only installed.
    public static let available = SolverFlags(rawValue: 2)
    /// Prefer the newest version of any repository, pinned or not.
    public static let latest = SolverFlags(rawValue: 4)
    /// Install again even if nothing changes.
    public static let reinstall = SolverFlags(rawValue: 8)
    /// Do not prefer the installed version.
    public static let remove = SolverFlags(rawValue: 16)
    /// Keep the installed version.
    public static let installed = SolverFlags(rawValue: 32)
}
