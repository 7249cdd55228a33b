public import ApkSolver

/// How requests are to be resolved.
public struct ResolveOptions: Sendable {
    /// How far to go beyond apk's own answer.
    public var policy = SolverPolicy.complete
    /// Upgrade what is installed (with an installed root).
    public var upgrade = false
    /// Prefer what repositories have to what is only installed, even if it is older.
    public var available = false
    /// Prefer the newest version of any repository, pinned or not.
    public var latest = false
    /// Leaves out packages that only `install_if` brings in.
    public var ignoresInstallIf = false
    /// What the answer is to have least of, over all valid answers; nil for apk's own choices.
    public var minimize: Objective?
    /// How many steps the search for the least may take; after them the best found so far is the answer, with a bound.
    public var minimumBudget = 20_000_000
    /// How many steps the solver may take.
    public var stepBudget = 200_000_000
    /// Whether a failure comes with an explanation and proved suggestions; without, only with apk's report.
    public var explains = true

    public init() {}
}
