package import ApkFormats
package import ApkSolver

extension Transcript {
    /// What a transcript run may print and overlook.
    package struct Options: Sendable {
        /// `-v`: also what is no longer available, and counts in the closing line.
        package var isVerbose = false
        /// `--force-broken-world`: leave out what cannot be met.
        package var forcesBrokenWorld = false
        /// Where the lists of a report wrap.
        package var width = 50

        package init() {}
    }

    /// What apk would print for an operation on a world, with nothing changed (`apk --simulate`), and how many errors
    /// it would end with.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`, `invalid-request` or `not-installed`.
    package static func simulate(
        _ operation: Operation, universe: Universe, world: [Dependency], options: Options = Options()
    ) throws(SolverError) -> (text: DisplayText, errorCount: Int) {
        guard let transaction = try Transaction.make(operation, universe: universe, world: world) else {
            return ("", 0)
        }
        var transcript = Transcript(transaction.problem.universe, width: options.width)
        transcript.indexWarnings()
        let unknownTags = transaction.problem.entriesWithUnknownTag
        if !unknownTags.isEmpty, !options.forcesBrokenWorld {
            transcript.unknownTags(unknownTags)
            return (transcript.text, 99)
        }
        let (_, changes) = try Solver.propagate(transaction.problem, forcesBrokenWorld: options.forcesBrokenWorld)
        guard changes.errorCount == 0 else {
            transcript.failure(FailureReport(transaction.problem, changes))
            return (transcript.text, min(changes.errorCount, 99))
        }
        if transaction.isPreUpgrade { transcript.line("Preupgrading:") }
        if case .remove = operation { transcript.keptRemovals(transaction, changes) }
        if options.isVerbose { transcript.unavailable(changes.packages) }
        transcript.changes(changes.changes)
        transcript.success(changes.packages, isVerbose: options.isVerbose)
        return (transcript.text, 0)
    }

    /// The warnings that apk prints once after it has read the repositories.
    private mutating func indexWarnings() {
        let broken = universe.problems.filter { $0.repository != nil && $0.error.code != .unknownField }
        let unknown = universe.problems.filter { $0.error.code == .unknownField }
        if !unknown.isEmpty {
            let effect = unknown.contains(where: \.isFatal) ? "are not installable." : "might not function properly."
            line("WARNING: This apk-tools is OLD! Some packages \(effect)")
        }
        if !broken.isEmpty {
            let effect = broken.contains(where: \.isFatal) ? "are not installable." : "might not function properly."
            line("WARNING: The indexes contain broken packages which \(effect)")
        }
    }

    private mutating func unknownTags(_ dependencies: [Dependency]) {
        for dependency in dependencies {
            line("WARNING: The repository tag for world dependency '\(dependency)' does not exist")
        }
        line("ERROR: Not committing changes due to missing repository tags. Use --force-broken-world to override.")
    }

    /// Which packages stay although they were to go, and what in the world keeps them.
    private mutating func keptRemovals(_ transaction: Transaction, _ changes: ChangeSet) {
        let kept = Set(changes.packages)
        var lines: [String] = []
        for name in transaction.removals {
            guard let package = kept.first(where: { universe.name(of: $0) == name }) else { continue }
            let keepers = Keepers.worldEntries(keeping: package, in: transaction.problem, among: kept)
            lines.append("  \(name): \(keepers.joined(separator: " "))")
        }
        guard !lines.isEmpty else { return }
        line("World updated, but the following packages are not removed due to:")
        lines.forEach { line("\($0)") }
        line("")
    }

    private mutating func unavailable(_ packages: [PackageID]) {
        let names = packages.filter { !universe.isNameAvailable($0) }.map { universe.name(of: $0) }
        guard !names.isEmpty else { return }
        line("NOTE: Consider running apk upgrade with --prune and/or --available.")
        line("The following packages are no longer available from a repository:")
        list("  ", names.sorted { isNameOrdered($0.utf8, before: $1.utf8) })
    }
}
