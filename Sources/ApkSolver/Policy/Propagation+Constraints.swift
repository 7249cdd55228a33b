extension Propagation {
    /// Who asks: a package, or the world.
    enum Asker {
        case package(PackageID)
        case world(tags: UInt32, flags: SolverFlags)

        var package: PackageID? { if case .package(let package) = self { package } else { nil } }
    }

    /// Applies a constraint: its name is wanted once more, providers that do not meet it are out, the others inherit
    /// flags and tags (`apk-solver.md` §7).
    mutating func apply(_ requirement: Requirement, from asker: Asker) {
        let name = requirement.name
        open(name)
        if !requirement.isConflict {
            names[name.index].requirers += 1
            if names[name.index].requirers == 1 { requirersChanged(name) }
        }
        let owner = asker.package
        for place in universe.providerRange(name) {
            budget -= 1
            let provider = universe.providers[place]
            if problem.vocabulary.satisfies(requirement, provider, owner: owner) {
                inherit(provider.package, from: asker)
            } else {
                packages[provider.package.index].conflicts += 1
                if packages[provider.package.index].isSelectable { disqualify(provider.package) }
            }
        }
    }

    mutating func requirersChanged(_ name: NameID) {
        if !hasDecided { names[name.index].marks.insert(.requiredEarly) }
        enqueue(name)
        recheckInstallIf(waitingFor: name)
        markDirty(name)
    }

    /// Hands flags and tags down to a package.
    mutating func inherit(_ package: PackageID, from asker: Asker) {
        // Any order is for problems without tags and flags, in which one package has none for another.
        if isOrderFree, case .package = asker { return }
        let index = package.index
        let repositories = problem.repositories(of: package)
        switch asker {
        case .package(let owner):
            let flags = packages[owner.index].inheritable
            packages[index].flags.formUnion(flags)
            packages[index].inheritable.formUnion(flags)
            packages[index].allowedTags |= packages[owner.index].allowedTags
        case .world(let tags, let flags):
            packages[index].flags.formUnion(flags)
            packages[index].inheritable.formUnion(flags)
            packages[index].allowedTags |= tags
            if repositories & problem.vocabulary.repositories(ofTags: tags) != 0 {
                packages[index].marks.insert(.tagPreferred)
            } else {
                packages[index].marks.remove(.tagPreferred)
            }
        }
        if repositories & problem.vocabulary.repositories(ofTags: packages[index].allowedTags) != 0 {
            packages[index].marks.insert(.tagAllowed)
        }
    }

    /// Takes a package out of the choice for good.
    mutating func disqualify(_ package: PackageID) {
        packages[package.index].marks.remove(.selectable)
        if !hasDecided { packages[package.index].marks.insert(.excludedEarly) }
        let name = universe.packages[package.index].name
        recheckDependents(of: name)
        for place in universe.providedRange(package) { recheckDependents(of: universe.providedNames[place].name) }
        recheckInstallIf(waitingFor: package)
    }

    /// Asks for a look at the dependencies of all names that depend on a name.
    ///
    /// Only names that have been looked at once wait in a list; the others find the mark when their turn comes.
    mutating func recheckDependents(of name: NameID) {
        names[name.index].marks.insert(.recheckedDependents)
        collected.removeAll(keepingCapacity: true)
        var link = Int(names[name.index].firstWatcher)
        while link != 0 {
            budget -= 1
            let watcher = watchers[link - 1]
            names[Int(watcher.name)].marks.insert(.recheckDependencies)
            if becomesDirty(NameID(Int(watcher.name))) { collected.append(watcher.name) }
            link = Int(watcher.next)
        }
        // apk walks its table of names; only the few that really wait need that order.
        if collected.count > 1, !isOrderFree {
            collected.sort { universe.nameOrder(NameID(Int($0))) < universe.nameOrder(NameID(Int($1))) }
        }
        dirty.append(contentsOf: collected)
    }

    /// Puts a name into the lists of all names that its providers depend on.
    mutating func watchDependencies(of name: NameID) {
        guard !names[name.index].marks.contains(.watchesDependencies) else { return }
        names[name.index].marks.insert(.watchesDependencies)
        var wasRechecked = false
        for place in universe.providerRange(name) {
            for place in universe.dependencyRange(universe.providers[place].package) {
                let dependency = universe.dependencies[place].name.index
                let first = names[dependency].firstWatcher
                if names[dependency].marks.contains(.recheckedDependents) { wasRechecked = true }
                if first != 0, watchers[Int(first) - 1].name == name.rawValue { continue }
                watchers.append((name.rawValue, first))
                names[dependency].firstWatcher = Int32(truncatingIfNeeded: watchers.count)
            }
        }
        if wasRechecked { names[name.index].marks.insert(.recheckDependencies) }
    }

    /// Asks for a look at the conditions of all names that wait for one of a package's names.
    mutating func recheckInstallIf(waitingFor package: PackageID) {
        guard !isOrderFree else { return }
        recheckInstallIf(waitingFor: universe.packages[package.index].name)
        for place in universe.providedRange(package) {
            recheckInstallIf(waitingFor: universe.providedNames[place].name)
        }
    }

    mutating func recheckInstallIf(waitingFor name: NameID) {
        guard !isOrderFree else { return }
        for place in universe.installIfNames.range(name.index) {
            budget -= 1
            let waiting = NameID(Int(universe.installIfNames.elements[place]))
            guard discovery.contains(waiting) else { continue }
            open(waiting)
            guard !names[waiting.index].marks.contains(.cannotTrigger) else { continue }
            names[waiting.index].marks.insert(.recheckInstallIf)
            markDirty(waiting)
        }
    }

    /// Puts a name at the end of the queue of names to reconsider.
    mutating func markDirty(_ name: NameID) {
        if becomesDirty(name) { dirty.append(name.rawValue) }
    }

    private mutating func becomesDirty(_ name: NameID) -> Bool {
        let state = names[name.index]
        guard !state.isLocked, !state.marks.contains(.dirty),
            state.requirers > 0 || state.marks.contains(.recheckInstallIf)
        else { return false }
        names[name.index].marks.insert(.dirty)
        return true
    }
}
