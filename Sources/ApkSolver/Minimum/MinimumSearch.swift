/// Finds the answer that costs least among all valid ones, with a proof.
///
/// An answer is valid if it meets the world and every dependency, holds no two packages that exclude each other, and
/// holds nothing that nobody asks for: each package meets a request or a dependency, or its `install_if` brings it in. An
/// `install_if` is obeyed, except for packages that no answer can hold and for those that the given answer (apk's own,
/// where there is one) does without, for apk leaves out what is in the way of an earlier choice. So the given answer is
/// valid, and none that is found costs more.
///
/// Virtual names without a priority and older versions may be chosen too. With an installed root, what is installed and
/// stays in the given answer stays as it is: choices are only free for what is new.
package struct MinimumSearch {
    /// The result of a search.
    package struct Found: Sendable {
        /// The packages; nil if the given answer is the one.
        package var selection: Selection?
        package var packages: [PackageID]
        /// What the packages cost.
        package var value: Int64
        /// No valid answer costs less.
        package var lowerBound: Int64
        package var decisions = 0
        package var conflicts = 0

        package var isProved: Bool { lowerBound >= value }
    }

    private let problem: Problem
    private let preference: Preference
    private let given: [PackageID]
    private var encoding: ClauseEncoding
    /// True in every answer that is looked for.
    private var fixed: [Literal] = []
    /// What decides between answers of equal cost: the given answer's packages, then the absence of others.
    private var preferred: [Literal] = []

    /// Prepares searches from an answer.
    ///
    /// - Parameter answer: without errors.
    package init(_ problem: Problem, from answer: Solver.Outcome) {
        self.problem = problem
        preference = Preference(problem)
        given = answer.changes.packages
        let packages = Set(given)
        let unmet = InstallIf(problem).triggered(by: packages).subtracting(packages)
        encoding = ClauseEncoding(problem, obeyingInstallIfExcept: unmet, knowing: packages)
        for package in given {
            guard let literal = encoding.literal(package) else { continue }
            preferred.append(literal)
            if problem.universe.packages[package.index].traits.contains(.installed) { fixed.append(literal) }
        }
        for package in encoding.scope.packages where !packages.contains(package) {
            if let literal = encoding.literal(package) { preferred.append(!literal) }
        }
    }

    /// Finds the cheapest valid answer.
    ///
    /// - Parameter budget: in steps of the search.
    package mutating func minimize(_ objective: Objective, budget: Int) -> Found {
        let universe = problem.universe
        let value = objective.cost(of: given, in: universe)
        var found = Found(packages: given, value: value, lowerBound: 0)
        guard !encoding.forces(given) else {
            found.lowerBound = value
            return found
        }
        let weight = { objective.cost(of: $0, in: universe) }
        if let better = search(weight, assuming: fixed, budget: budget, keeping: &found), better.value < value {
            found.selection = better.selection
            found.packages = better.packages
            found.value = better.value
        }
        found.lowerBound = min(found.lowerBound, found.value)
        return found
    }

    /// Finds the cheapest valid answer that holds one of `wanted` and none of `refused`.
    ///
    /// - Parameter objective: nil to change as little as possible: the fewest bytes of packages that are not in the
    ///   given answer.
    /// - Returns: nil if there is none, or none was found within the budget.
    package func alternative(
        with wanted: [PackageID], without refused: [PackageID], minimizing objective: Objective?, budget: Int
    ) -> Found? {
        let universe = problem.universe
        let literals = wanted.compactMap { encoding.literal($0) }
        guard !literals.isEmpty else { return nil }
        var search = self
        search.encoding.add(literals)
        let known = Set(given)
        let weight: (PackageID) -> Int64 = { package in
            if let objective { return objective.cost(of: package, in: universe) }
            return known.contains(package) ? 0 : 1 + Objective.size.cost(of: package, in: universe)
        }
        var found = Found(packages: [], value: .max, lowerBound: 0)
        let assumptions = fixed.filter { literal in !refused.contains { encoding.literal($0) == literal } }
        let exclusions = refused.compactMap { encoding.literal($0).map { !$0 } }
        guard let best = search.search(weight, assuming: assumptions + exclusions, budget: budget, keeping: &found)
        else {
            return nil
        }
        found.selection = best.selection
        found.packages = best.packages
        found.value = best.value
        return found
    }

    /// Searches until the best model is an answer in which everything is needed.
    ///
    /// - Parameter found: is told the counts and the best lower bound.
    private mutating func search(
        _ weight: (PackageID) -> Int64, assuming assumptions: [Literal], budget: Int, keeping found: inout Found
    ) -> (selection: Selection, packages: [PackageID], value: Int64)? {
        let packages = encoding.scope.packages
        // Together the weights must fit 64 bits; only sizes that no disk can hold come near.
        let most = Int64.max / Int64(packages.count + 1)
        let objective = packages.compactMap { package in
            encoding.literal(package).map { WeightedLiteral(literal: $0, weight: min(most, weight(package))) }
        }
        var remaining = budget
        while true {
            var options = Optimum.Options()
            options.budget = remaining
            options.tieBudget = remaining / 2
            let before = encoding.learner.statistics.steps
            let outcome = Optimum.find(
                in: encoding.learner, minimizing: objective, assumptions: assumptions, preferring: preferred,
                options: options)
            guard case .found(let best) = outcome else { return nil }
            found.lowerBound = max(found.lowerBound, best.lowerBound)
            found.decisions += best.statistics.decisions
            found.conflicts += best.statistics.conflicts
            remaining -= max(1, best.statistics.steps - before)
            let chosen = packages.filter { package in encoding.literal(package).map { best.model[$0] } ?? false }
            var assembly = SelectionAssembly(
                problem, chosen, preference, fixedChoices: encoding.choices(in: best.model))
            let clauses = assembly.makeGrounded(&encoding)
            guard let clauses else {
                let kept = assembly.packages.sorted()
                return (assembly.selection(), kept, kept.reduce(0) { $0 + min(most, weight($1)) })
            }
            guard remaining > 0 else { return nil }
            for clause in clauses { encoding.add(clause) }
        }
    }
}
