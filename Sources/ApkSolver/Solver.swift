/// Finds the packages that a world needs, and the steps to install them.
package enum Solver {
    /// apk's own answer to a problem, failures included.
    ///
    /// - Parameter forcesBrokenWorld: leaves out the lines of the world that cannot be met, instead of failing.
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func propagate(
        _ problem: Problem, forcesBrokenWorld: Bool = false
    ) throws(SolverError) -> (selection: Selection, changes: ChangeSet) {
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
