extension Solver {
    /// Takes packages that were chosen before, such as those of a lock, as the answer to a problem.
    ///
    /// - Returns: the outcome with its steps; nil where the packages do not answer the problem, exclude each other, or
    ///   hold one that nothing asks for.
    package static func assess(_ problem: Problem, choosing packages: [PackageID]) -> Outcome? {
        let assembly = SelectionAssembly(problem, packages, Preference(problem))
        let selection = assembly.selection()
        let given = GivenAnswer(problem: problem, packages: packages, selection: selection)
        guard given.isWhole else { return nil }
        let changes = ChangeSetBuilder.build(problem, selection)
        guard changes.errorCount == 0, Set(changes.packages) == Set(packages) else { return nil }
        return Outcome(selection: selection, changes: changes)
    }
}

/// Checks what a walk from the world does not see: the world's own lines, and conflicts with packages that stand for
/// another name.
private struct GivenAnswer {
    let problem: Problem
    let packages: [PackageID]
    let selection: Selection

    var isWhole: Bool {
        let universe = problem.universe
        guard problem.world.allSatisfy({ isMet($0.requirement, owner: nil) }) else { return false }
        return packages.allSatisfy { package in
            let row = universe.packages[package.index]
            return !row.traits.contains(.uninstallable) && selection.choice(row.name)?.package == package
                && universe.dependencyRange(package).allSatisfy { isMet(universe.dependencies[$0], owner: package) }
        }
    }

    private func isMet(_ requirement: Requirement, owner: PackageID?) -> Bool {
        guard !requirement.isBroken else { return false }
        guard requirement.isConflict else {
            return problem.vocabulary.satisfies(requirement, selection.choice(requirement.name), owner: owner)
        }
        let present = Set(packages)
        return problem.universe.providerRange(requirement.name).allSatisfy { place in
            let provider = problem.universe.providers[place]
            return !present.contains(provider.package)
                || problem.vocabulary.satisfies(requirement, provider, owner: owner)
        }
    }
}
