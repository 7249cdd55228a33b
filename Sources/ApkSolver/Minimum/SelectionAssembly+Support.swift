extension SelectionAssembly {
    /// Leaves only packages that are needed, if that is an answer.
    ///
    /// - Parameter encoding: the constraints, of which the packages are a model.
    /// - Returns: nil if what is left is an answer; else clauses that hold for every answer and not for this model.
    mutating func makeGrounded(_ encoding: inout ClauseEncoding) -> [[Literal]]? {
        let model = self
        prune()
        if packages.count < model.packages.count, !encoding.allows(exactly: packages) {
            // Something that nobody asks for keeps an `install_if` with a `!` from coming true, or the like.
            let needed = packages
            self = model
            guard makeAllNeeded() else { return unsupportedClauses(needed: needed, encoding) }
        }
        return tagClauses(of: model, &encoding)
    }

    /// Clauses that say what would have to be there besides for the packages that nothing asks for.
    private func unsupportedClauses(needed: Set<PackageID>, _ encoding: ClauseEncoding) -> [[Literal]] {
        let unfounded = packages.subtracting(needed).sorted()
        var missing: [Literal] = []
        var hasRival = false
        for package in unfounded {
            for demand in problem.demands(metBy: package) {
                guard let supporter = demand.dependent else {
                    hasRival = true
                    continue
                }
                if needed.contains(supporter) { hasRival = true }
                if !packages.contains(supporter), let literal = encoding.literal(supporter) { missing.append(literal) }
            }
            if universe.waitsForPresence(package), !problem.ignoresInstallIf {
                if let literals = failingCondition(of: package, needed, encoding) {
                    missing += literals
                } else {
                    hasRival = true
                }
            }
        }
        if hasRival {
            // Something needed would do for what asks for them: the whole set is refused unless something is added.
            return [packages.sorted().compactMap { encoding.literal($0).map { !$0 } } + missing]
        }
        return unfounded.compactMap { package in encoding.literal(package).map { [!$0] + missing } }
    }

    /// Literals of which one must be true before the `install_if` of a package that is not needed can hold: of its first
    /// condition that does not hold by what is needed. Nil if all hold.
    func failingCondition(
        of package: PackageID, _ needed: Set<PackageID>, _ encoding: ClauseEncoding
    ) -> [Literal]? {
        for place in universe.installIfRange(package) {
            let condition = universe.installIf[place]
            let deciders = deciders(of: condition, for: package)
            if condition.isConflict {
                // Broken by each of these that is there: one of them is enough to say.
                if let breaker = deciders.first(where: { packages.contains($0) }) {
                    return encoding.literal(breaker).map { [!$0] }
                }
            } else if !deciders.contains(where: { needed.contains($0) }) {
                return deciders.filter { !packages.contains($0) }.compactMap { encoding.literal($0) }
            }
        }
        return nil
    }

    /// The packages that decide about an `install_if` condition: those that meet it, or for `!x` those that break it.
    func deciders(of condition: Requirement, for package: PackageID) -> [PackageID] {
        universe.providerRange(condition.name).map { universe.providers[$0] }.filter { provider in
            problem.vocabulary.satisfies(condition, provider, owner: package) != condition.isConflict
        }.map(\.package)
    }
}
