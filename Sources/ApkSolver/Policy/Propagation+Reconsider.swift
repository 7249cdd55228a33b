extension Propagation {
    /// Looks at all providers of a name again and passes on what every remaining option has in common
    /// (`apk-solver.md` §8).
    mutating func reconsider(_ name: NameID) {
        watchDependencies(of: name)
        let checksDependencies = names[name.index].marks.contains(.recheckDependencies)
        let checksInstallIf = names[name.index].marks.contains(.recheckInstallIf)
        names[name.index].marks.subtract([.recheckDependencies, .recheckInstallIf])

        var isTriggered = false
        var cannotTrigger = true
        var isAutoSelectable = false
        var optionCount: Int32 = 0
        var hasOptionOutsideTags = false
        var firstOption: Provider?
        for place in universe.providerRange(name) {
            budget -= 1
            let provider = universe.providers[place]
            let index = provider.package.index
            packages[index].marks.remove(.merged)
            if checksDependencies, packages[index].isSelectable, !haveSatisfiableDependencies(provider.package) {
                disqualify(provider.package)
            }
            guard packages[index].isSelectable else { continue }
            if checksInstallIf { checkInstallIf(provider.package) }
            let state = packages[index]
            if state.marks.contains(.triggered) { isTriggered = true }
            if !state.marks.contains(.cannotTrigger) { cannotTrigger = false }
            guard names[name.index].requirers > 0 else { continue }
            packages[index].marks.insert(.merged)
            if !state.marks.contains(.tagAllowed) { hasOptionOutsideTags = true }
            if self.isAutoSelectable(provider) { isAutoSelectable = true }
            if firstOption == nil { firstOption = provider }
            optionCount += 1
        }
        isAutoSelectable = isAutoSelectable || isTriggered
        let wasAutoSelectable = names[name.index].marks.contains(.autoSelectable)
        var marks = names[name.index].marks
        marks.subtract([.triggered, .cannotTrigger, .hasOptions, .autoSelectable])
        if isTriggered { marks.insert(.triggered) }
        if cannotTrigger { marks.insert(.cannotTrigger) }
        if optionCount > 1 || hasOptionOutsideTags { marks.insert(.hasOptions) }
        if isAutoSelectable { marks.insert(.autoSelectable) }
        names[name.index].marks = marks
        if let firstOption { merge(name, first: firstOption, count: optionCount) }
        names[name.index].marks.remove(.dependentsDone)
        if areDependentsDone(name) { names[name.index].marks.insert(.dependentsDone) }
        enqueue(name, requeue: wasAutoSelectable != isAutoSelectable)
    }

    /// Whether each dependency of a package could still be met.
    private mutating func haveSatisfiableDependencies(_ package: PackageID) -> Bool {
        for place in universe.dependencyRange(package) {
            if !isSatisfiable(universe.dependencies[place], owner: package) { return false }
        }
        return true
    }

    private mutating func isSatisfiable(_ requirement: Requirement, owner: PackageID) -> Bool {
        let state = names[requirement.name.index]
        if state.isLocked { return problem.vocabulary.satisfies(requirement, state.chosen, owner: owner) }
        if state.requirers == 0, requirement.isConflict { return true }
        open(requirement.name)
        for place in universe.providerRange(requirement.name) {
            budget -= 1
            let provider = universe.providers[place]
            if packages[provider.package.index].isSelectable,
                problem.vocabulary.satisfies(requirement, provider, owner: owner)
            {
                return true
            }
        }
        return false
    }

    /// Finds out whether a package's `install_if` has come true, or never can.
    private mutating func checkInstallIf(_ package: PackageID) {
        let range = universe.installIfRange(package)
        if packages[package.index].marks.isDisjoint(with: [.triggered, .cannotTrigger]) {
            var isTriggered = true
            for place in range {
                let condition = universe.installIf[place]
                let state = names[condition.name.index]
                guard state.isLocked else {
                    isTriggered = false
                    if condition.isConflict {
                        // "Not there" is only known once somebody has decided so.
                        open(condition.name)
                        names[condition.name.index].marks.insert(.awaited)
                        enqueue(condition.name)
                    }
                    break
                }
                guard problem.vocabulary.satisfies(condition, state.chosen, owner: package) else {
                    isTriggered = false
                    packages[package.index].marks.insert(.cannotTrigger)
                    break
                }
            }
            if isTriggered { packages[package.index].marks.insert(.triggered) }
        }
        guard packages[package.index].marks.contains(.triggered) else { return }
        for place in range {
            if let chosen = names[universe.installIf[place].name.index].chosen {
                inherit(package, from: .package(chosen.package))
            } else {
                inherit(package, from: .world(tags: 0, flags: []))
            }
        }
    }

    /// Passes on what all options of a name have in common.
    private mutating func merge(_ name: NameID, first: Provider, count: Int32) {
        let option = count == 1 ? first.package.rawValue + 1 : 0
        // The only option of before has said everything. In apk's order that counts for the ranks of broken packages.
        if isOrderFree, count == 1, names[name.index].mergedOption == option { return }
        names[name.index].mergedOption = option
        var options: Int32 = 0
        for place in universe.providerRange(name) where options < count {
            let provider = universe.providers[place]
            guard packages[provider.package.index].marks.contains(.merged) else { continue }
            countAgreement(of: provider, option: options)
            options += 1
        }
        mergeOptions(of: name, first: first, count: count)
    }

    /// Counts, for each name that an option depends on or offers, in how many options it occurs: a name's count only
    /// rises while it occurs in every option so far.
    private mutating func countAgreement(of provider: Provider, option: Int32) {
        for place in universe.dependencyRange(provider.package) where !universe.dependencies[place].isConflict {
            let name = universe.dependencies[place].name.index
            if names[name].agreeingDependencies == option { names[name].agreeingDependencies += 1 }
        }
        countOffer(universe.packages[provider.package.index].name, provider.version, option)
        for place in universe.providedRange(provider.package) {
            countOffer(universe.providedNames[place].name, universe.providedNames[place].version, option)
        }
    }

    private mutating func countOffer(_ name: NameID, _ version: VersionID, _ option: Int32) {
        if names[name.index].agreeingProviders == option { names[name.index].agreeingProviders += 1 }
        // Only names of the first option can turn out common, and only those are cleared again.
        if !version.isVersioned, names[name.index].agreeingProviders > 0 {
            names[name.index].marks.insert(.offeredVirtually)
        }
    }

    /// Applies what all options of a name agree on.
    private mutating func mergeOptions(of name: NameID, first: Provider, count: Int32) {
        for place in universe.providerRange(name) {
            let index = universe.providers[place].package.index
            if packages[index].marks.contains(.merged) {
                packages[index].marks.insert(.used)
            } else {
                packages[index].marks.remove(.used)
            }
        }
        for place in universe.dependencyRange(first.package) {
            let requirement = universe.dependencies[place]
            let common = requirement.name.index
            let isCommon = names[common].agreeingDependencies == count
            names[common].agreeingDependencies = 0
            guard isCommon else { continue }
            if count == 1 {
                apply(requirement, from: .package(first.package))
            } else if names[common].requirers == 0 {
                names[common].requirers = 1
                open(requirement.name)
                requirersChanged(requirement.name)
                for place in universe.providerRange(requirement.name) {
                    inherit(universe.providers[place].package, from: .package(first.package))
                }
            }
        }
        excludeOthers(from: universe.packages[first.package.index].name, than: name, count: count)
        for place in universe.providedRange(first.package) {
            excludeOthers(from: universe.providedNames[place].name, than: name, count: count)
        }
    }

    /// A name that every option offers will be taken by one of them, so packages that are no options are out.
    private mutating func excludeOthers(from offered: NameID, than name: NameID, count: Int32) {
        let isCommon = names[offered.index].agreeingProviders == count
        let isVirtual = names[offered.index].marks.contains(.offeredVirtually)
        names[offered.index].agreeingProviders = 0
        names[offered.index].marks.remove(.offeredVirtually)
        // Where every provider is an option there is nobody else.
        guard isCommon, offered != name, universe.providerRange(offered).count > count else { return }
        open(offered)
        for place in universe.providerRange(offered) {
            let provider = universe.providers[place]
            guard packages[provider.package.index].isSelectable, !offers(provider.package, name) else { continue }
            if isVirtual, !provider.version.isVersioned || hasVirtualName(provider.package) { continue }
            disqualify(provider.package)
        }
    }

    private func offers(_ package: PackageID, _ name: NameID) -> Bool {
        if universe.packages[package.index].name == name { return true }
        return universe.providedRange(package).contains { universe.providedNames[$0].name == name }
    }

    func hasVirtualName(_ package: PackageID) -> Bool {
        universe.providedRange(package).contains { !universe.providedNames[$0].version.isVersioned }
    }

    /// Whether all discovered names that depend on a name are decided.
    private mutating func areDependentsDone(_ name: NameID) -> Bool {
        guard !isOrderFree else { return true }
        func isOpen(_ name: NameID) -> Bool { discovery.contains(name) && !names[name.index].isLocked }
        for element in universe.dependents[name.index] {
            budget -= 1
            let package = PackageID(Int(element))
            if isOpen(universe.packages[package.index].name) { return false }
            if universe.providedRange(package).contains(where: { isOpen(universe.providedNames[$0].name) }) {
                return false
            }
        }
        return true
    }
}
