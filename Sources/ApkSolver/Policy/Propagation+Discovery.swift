extension Propagation {
    /// Where the walk stands in one name; a walk on the call stack would be as deep as the universe.
    private struct Visit {
        let name: NameID
        var stage = Stage.dependencies
        /// The place in the list of providers.
        var provider: Int
        /// The place in the list that belongs to the stage.
        var place = 0
        /// For ``Stage/dependencies``, whether the current provider's package was new.
        var isOpen = false
    }

    private enum Stage { case dependencies, waiting, waitingForProviders, provided, conditions }

    /// How far the lists that several names share have been walked: everything before is seen, whoever walked there.
    /// Without this a package with a thousand provided names would be walked a million times.
    private struct Cursors {
        /// For a name, the next place in its list of waiting names.
        var waiting: [UInt32]
        /// For a package, the next place in its provided names.
        var provided: [UInt32]
    }

    /// Visits everything that the world can reach, once per name, and numbers the names in post-order: a later number
    /// is decided earlier. What is never reached plays no part.
    mutating func discoverWorld() {
        var stack: [Visit] = []
        var counter: Int32 = 0
        var cursors = Cursors(
            waiting: Array(universe.installIfNames.starts.dropLast())
                + [UInt32](repeating: 0, count: problem.vocabulary.nameCount - universe.names.count),
            provided: universe.packages.map(\.providedStart))
        func open(_ name: NameID, _ names: inout SparseTable<NameState>) {
            guard !names[name.index].marks.contains(.seen) else { return }
            names[name.index].marks.insert(.seen)
            stack.append(Visit(name: name, provider: universe.providerRange(name).lowerBound))
        }
        for entry in problem.world where !entry.requirement.isBroken {
            open(entry.requirement.name, &names)
            while var visit = stack.popLast() {
                let next = step(&visit, &counter, &cursors)
                if let next {
                    stack.append(visit)
                    open(next, &names)
                }
            }
        }
    }

    /// Moves a visit on to the next name that it leads to; nil when the visit is over.
    private mutating func step(_ visit: inout Visit, _ counter: inout Int32, _ cursors: inout Cursors) -> NameID? {
        let providers = universe.providerRange(visit.name)
        while true {
            budget -= 1
            switch visit.stage {
            case .dependencies:
                guard visit.provider < providers.upperBound else {
                    summarize(visit.name)
                    visit.stage = .waiting
                    continue
                }
                let package = universe.providers[visit.provider].package
                let range = universe.dependencyRange(package)
                if !visit.isOpen {
                    visit.isOpen = meet(package)
                    visit.place = visit.isOpen ? range.lowerBound : range.upperBound
                }
                while visit.place < range.upperBound {
                    let name = universe.dependencies[visit.place].name
                    visit.place += 1
                    if !isSeen(name) { return name }
                }
                visit.isOpen = false
                visit.provider += 1
            case .waiting:
                if let next = nextWaiting(for: visit.name, &cursors) { return next }
                visit.provider = providers.lowerBound
                enterWaitingForProviders(&visit, providers, &counter)
            case .waitingForProviders:
                let package = universe.providers[visit.provider].package
                if let next = nextWaiting(for: universe.packages[package.index].name, &cursors) { return next }
                visit.stage = .provided
            case .provided:
                let package = universe.providers[visit.provider].package
                let end = universe.providedRange(package).upperBound
                while cursors.provided[package.index] < end {
                    let name = universe.providedNames[Int(cursors.provided[package.index])].name
                    cursors.provided[package.index] += 1
                    if !isSeen(name) { return name }
                }
                visit.provider += 1
                enterWaitingForProviders(&visit, providers, &counter)
            case .conditions:
                guard visit.provider < providers.upperBound else { return nil }
                let range = universe.installIfRange(universe.providers[visit.provider].package)
                if !visit.isOpen {
                    visit.isOpen = true
                    visit.place = range.lowerBound
                }
                while visit.place < range.upperBound {
                    let name = universe.installIf[visit.place].name
                    visit.place += 1
                    if !isSeen(name) { return name }
                }
                visit.isOpen = false
                visit.provider += 1
            }
        }
    }

    private func isSeen(_ name: NameID) -> Bool { names[name.index].marks.contains(.seen) }

    /// The next unseen name that waits for a name by its `install_if`.
    private func nextWaiting(for name: NameID, _ cursors: inout Cursors) -> NameID? {
        let end = universe.installIfNames.range(name.index).upperBound
        while cursors.waiting[name.index] < end {
            let next = NameID(Int(universe.installIfNames.elements[Int(cursors.waiting[name.index])]))
            cursors.waiting[name.index] += 1
            if !isSeen(next) { return next }
        }
        return nil
    }

    private mutating func enterWaitingForProviders(
        _ visit: inout Visit, _ providers: Range<Int>, _ counter: inout Int32
    ) {
        if visit.provider < providers.upperBound {
            visit.stage = .waitingForProviders
            return
        }
        counter += 1
        names[visit.name.index].order = counter
        visit.stage = .conditions
        visit.provider = providers.lowerBound
        visit.isOpen = false
    }

    /// Notes what is known of a name from its providers alone.
    mutating func summarize(_ name: NameID) {
        var cannotTrigger = true
        var isConcrete = false
        for place in universe.providerRange(name) {
            let package = universe.providers[place].package
            if !packages[package.index].marks.contains(.cannotTrigger) { cannotTrigger = false }
            if universe.packages[package.index].name == name { isConcrete = true }
        }
        if cannotTrigger { names[name.index].marks.insert(.cannotTrigger) }
        if isConcrete { names[name.index].marks.insert(.concrete) }
    }

    /// Sets up a package on first sight; false if it was met before.
    mutating func meet(_ package: PackageID) -> Bool {
        guard !packages[package.index].marks.contains(.seen) else { return false }
        let row = universe.packages[package.index]
        let isInstalled = row.traits.contains(.installed)
        let isLocal = row.traits.contains(.local) || row.installedSize == 0
        let isCached = row.traits.contains(.cachedWithoutRepository)
        let isAvailable = universe.isAvailable(package)
        var marks: PackageState.Marks = .seen
        if isAvailable { marks.insert(.available) }
        if !row.traits.contains(.uninstallable), isAvailable || isLocal || isCached || isInstalled {
            marks.insert(.selectable)
        }
        let repositories = problem.repositories(of: package)
        if isLocal || repositories & problem.vocabulary.repositories(ofTag: 0) != 0 {
            marks.formUnion([.tagPreferred, .tagAllowed])
        }
        if isCached || isInstalled { marks.insert(.tagAllowed) }
        if problem.ignoresInstallIf || universe.installIfRange(package).isEmpty
            || (problem.globalFlags.contains(.available) && !isAvailable)
        {
            marks.insert(.cannotTrigger)
        }
        if !marks.contains(.selectable) { marks.insert(.excludedEarly) }
        packages[package.index].marks = marks
        return true
    }
}

extension Universe {
    /// Whether a repository that can be reached has a package.
    package func isAvailable(_ package: PackageID) -> Bool {
        packages[package.index].repositories & availableRepositories != 0
    }

    /// The repositories that can be reached, one bit each.
    package var availableRepositories: UInt32 {
        var mask: UInt32 = 0
        for (index, repository) in repositories.enumerated() where repository.isAvailable { mask |= 1 << UInt32(index) }
        return mask
    }
}
