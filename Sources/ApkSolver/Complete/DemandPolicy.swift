/// Decides what is asked for and still open, in the order of a walk from the world, and nothing else.
///
/// Requirements on names that a package is really called come first: what they bring often meets the virtual ones.
struct DemandPolicy: DecisionPolicy {
    private let problem: Problem
    private let universe: Universe
    private let preference: Preference
    /// For each package of the universe the variable's number, or -1.
    private let variables: [Int32]
    /// The number of the walk that last came by a package.
    private var visits: [UInt32]
    private var visit: UInt32 = 0
    private var candidates: [Requirement: [Provider]] = [:]

    init(_ encoding: ClauseEncoding, _ preference: Preference) {
        problem = encoding.problem
        universe = problem.universe
        self.preference = preference
        variables = universe.packages.indices.map { index in
            encoding.literal(PackageID(index)).map { Int32($0.variable) } ?? -1
        }
        visits = [UInt32](repeating: 0, count: variables.count)
    }

    mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal? {
        visit += 1
        var virtualDemand: Literal?
        var pending: [PackageID] = []
        for entry in problem.world where !entry.requirement.isBroken && !entry.requirement.isConflict {
            if let literal = meet(entry.requirement, assignment, &pending, &virtualDemand) { return literal }
            while let package = pending.popLast() {
                for place in universe.dependencyRange(package) where !universe.dependencies[place].isConflict {
                    if let literal = meet(universe.dependencies[place], assignment, &pending, &virtualDemand) {
                        return literal
                    }
                }
            }
        }
        // What an `install_if` or a learned clause has brought in has wishes, too.
        for index in variables.indices where variables[index] >= 0 && visits[index] != visit {
            guard assignment.isTrue(Literal(variable: Int(variables[index]))) else { continue }
            for place in universe.dependencyRange(PackageID(index)) where !universe.dependencies[place].isConflict {
                if let literal = meet(universe.dependencies[place], assignment, &pending, &virtualDemand) {
                    return literal
                }
            }
        }
        return virtualDemand
    }

    /// Walks on through the packages that meet a requirement.
    ///
    /// - Returns: the provider to try if the requirement is open and on a concrete name; the first of the other open
    ///   ones is left in `virtualDemand`.
    private mutating func meet(
        _ requirement: Requirement, _ assignment: borrowing Assignment, _ pending: inout [PackageID],
        _ virtualDemand: inout Literal?
    ) -> Literal? {
        var isMet = false
        var open: Literal?
        var isConcrete = false
        for provider in candidates(requirement) {
            let literal = Literal(variable: Int(variables[provider.package.index]))
            if assignment.isTrue(literal) {
                isMet = true
                if visits[provider.package.index] != visit {
                    visits[provider.package.index] = visit
                    pending.append(provider.package)
                }
            } else if open == nil, assignment.isOpen(literal) {
                open = literal
                isConcrete = provider.version.isVersioned
            }
        }
        guard !isMet, let open else { return nil }
        if isConcrete { return open }
        if virtualDemand == nil { virtualDemand = open }
        return nil
    }

    private mutating func candidates(_ requirement: Requirement) -> [Provider] {
        if let known = candidates[requirement] { return known }
        let found = universe.providerRange(requirement.name).map { universe.providers[$0] }.filter { provider in
            variables[provider.package.index] >= 0 && problem.vocabulary.satisfies(requirement, provider, owner: nil)
        }
        let sorted = found.sorted { preference.precedes($0, $1, for: requirement.name) }
        candidates[requirement] = sorted
        return sorted
    }
}
