extension SelectionAssembly {
    /// Clauses that refuse packages of tagged repositories to which no tag of the world leads; nil if all are allowed.
    ///
    /// Every answer meets the clauses, and at least one of them does not hold for the model, so that a search which
    /// goes on with them comes to an end. Only once there are none: then the encoding has got choices.
    ///
    /// - Parameter model: the packages before those were dropped that nothing asks for.
    func tagClauses(of model: SelectionAssembly, _ encoding: inout ClauseEncoding) -> [[Literal]]? {
        guard problem.hasTags else { return nil }
        let tags = TagReach(problem, answer: packages)
        let refused = packages.sorted().filter { !tags.allows($0) }
        guard !refused.isEmpty else { return nil }
        let modelTags = TagReach(problem, answer: model.packages)
        let unreached = refused.filter { !modelTags.allows($0) }
        guard unreached.isEmpty else { return unreached.map { model.tagClause(for: $0, encoding) } }
        // The tag comes by a package that was dropped. It stays only where something asks for it, by a name that it is
        // chosen for: from now on the search chooses.
        guard encoding.choices != nil else {
            encoding.encodeChoices(preference)
            return []
        }
        return model.supportClauses(needed: packages, encoding) ?? [model.refusal(encoding)]
    }

    /// Drops what the walk to the packages does not come by: of those that stand for a name it takes the first.
    mutating func dropUnwalked() {
        while problem.hasTags {
            let walked = packages.intersection(ChangeSetBuilder.build(problem, selection()).packages)
            guard walked.count < packages.count else { return }
            keep(walked)
            prune()
        }
    }

    /// "Not this package, unless something comes in that can bring a tag": what hands tags to it, or to what hands
    /// them on to it.
    private func tagClause(for package: PackageID, _ encoding: ClauseEncoding) -> [Literal] {
        var clause = [package].compactMap { encoding.literal($0).map { !$0 } }
        var reached: Set<PackageID> = [package]
        var pending = [package]
        func look(at supporter: PackageID) {
            guard reached.insert(supporter).inserted else { return }
            if packages.contains(supporter) {
                pending.append(supporter)
            } else if let literal = encoding.literal(supporter) {
                clause.append(literal)
            }
        }
        while let next = pending.popLast() {
            for demand in problem.demands(metBy: next) {
                if let dependent = demand.dependent { look(at: dependent) }
            }
            guard !problem.ignoresInstallIf, universe.waitsForPresence(next) else { continue }
            if let missing = failingCondition(of: next, packages, encoding) {
                clause += missing
            } else {
                for place in universe.installIfRange(next) where !universe.installIf[place].isConflict {
                    for decider in deciders(of: universe.installIf[place], for: next) { look(at: decider) }
                }
            }
        }
        return clause
    }

    /// Clauses that say what would have to ask for one of the packages that nothing asks for; nil where that cannot be
    /// said.
    private func supportClauses(needed: Set<PackageID>, _ encoding: ClauseEncoding) -> [[Literal]]? {
        let unfounded = packages.subtracting(needed).sorted()
        var support: [Literal] = []
        for package in unfounded {
            for demand in problem.demands(metBy: package) {
                if let dependent = demand.dependent, !packages.contains(dependent) {
                    if let literal = encoding.literal(dependent) { support.append(literal) }
                } else if demand.dependent.map({ needed.contains($0) }) ?? true {
                    // Chosen, and yet not reached by the walk: that is not a matter of support.
                    guard fixedChoices[demand.name]?.package != package else { return nil }
                    if let literal = encoding.choiceLiteral(package, for: demand.name) { support.append(literal) }
                }
            }
            guard !problem.ignoresInstallIf, universe.waitsForPresence(package) else { continue }
            guard let missing = failingCondition(of: package, needed, encoding) else { return nil }
            support += missing
        }
        return unfounded.compactMap { package in encoding.literal(package).map { [!$0] + support } }
    }

    /// "Anything but this": these packages with these choices, and no others.
    private func refusal(_ encoding: ClauseEncoding) -> [Literal] {
        let clause = encoding.scope.packages.compactMap { package in
            encoding.literal(package).map { packages.contains(package) ? !$0 : $0 }
        }
        return clause
            + fixedChoices.keys.sorted().compactMap { name in
                fixedChoices[name].flatMap { encoding.choiceLiteral($0.package, for: name) }.map { !$0 }
            }
    }
}
