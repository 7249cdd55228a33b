/// How far the solver goes to find an answer.
public enum SolverPolicy: String, Sendable, CaseIterable {
    /// apk's answer where apk finds one; else one that exists.
    case complete
    /// Exactly apk's answer, failures included.
    case apk
}

/// Finds the packages that a world needs, and the steps to install them.
package enum Solver {
    /// What became of a problem.
    package struct Outcome: Sendable {
        package var selection: Selection
        /// The steps; with errors, those of apk's failed attempt.
        package var changes: ChangeSet
        /// Whether the answer comes from the search because apk's way has none.
        package var goesFurther = false
        package var decisions = 0
        package var conflicts = 0

        /// Whether there is an answer.
        package var isSolved: Bool { changes.errorCount == 0 }
    }

    /// Solves a problem.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func solve(_ problem: Problem, policy: SolverPolicy) throws(SolverError) -> Outcome {
        let (selection, changes) = try propagate(problem)
        var outcome = Outcome(selection: selection, changes: changes)
        guard policy == .complete, changes.errorCount > 0, let answer = try CompleteSearch.run(problem) else {
            return outcome
        }
        outcome.selection = answer.selection
        outcome.changes = ChangeSetBuilder.build(problem, answer.selection)
        outcome.goesFurther = true
        outcome.decisions = answer.decisions
        outcome.conflicts = answer.conflicts
        return outcome
    }

    /// The steps that lead from what is installed to a selection.
    package static func changes(_ problem: Problem, _ selection: Selection) -> ChangeSet {
        ChangeSetBuilder.build(problem, selection)
    }

    /// apk's own answer to a problem, failures included.
    ///
    /// - Parameters:
    ///   - forcesBrokenWorld: leaves out the lines of the world that cannot be met, instead of failing.
    ///   - keepsOrder: never takes the shorter way of answers that do not depend on the order of decisions; the answer
    ///     is the same.
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func propagate(
        _ problem: Problem, forcesBrokenWorld: Bool = false, keepsOrder: Bool = false
    ) throws(SolverError) -> (selection: Selection, changes: ChangeSet) {
        if !keepsOrder, let selection = Propagation.runInAnyOrder(problem) {
            let changes = ChangeSetBuilder.build(problem, selection)
            if changes.errorCount == 0 { return (selection, changes) }
        }
        var problem = problem
        while true {
            let selection = try Propagation.run(problem)
            let changes = ChangeSetBuilder.build(problem, selection)
            guard changes.errorCount > 0, forcesBrokenWorld else { return (selection, changes) }
            let kept = problem.world.filter { entry in
                guard !entry.requirement.isConflict else { return true }
                guard let choice = selection.choice(entry.requirement.name) else { return false }
                return !changes.errors.contains(choice.package)
            }
            guard kept.count < problem.world.count else { return (selection, changes) }
            problem.setWorld(kept.map(\.dependency))
            problem.marks = []
        }
    }
}
