extension Propagation {
    /// Meets a name's providers on first sight.
    mutating func open(_ name: NameID) {
        guard !names[name.index].marks.contains(.opened) else { return }
        names[name.index].marks.insert(.opened)
        for place in universe.providerRange(name) { meet(universe.providers[place].package) }
        summarize(name)
    }

    /// Notes what is known of a name from its providers alone.
    private mutating func summarize(_ name: NameID) {
        var cannotTrigger = true
        var isConcrete = false
        for place in universe.providerRange(name) {
            let package = universe.providers[place].package
            if !neverTriggers(package) { cannotTrigger = false }
            if universe.packages[package.index].name == name { isConcrete = true }
        }
        if cannotTrigger { names[name.index].marks.insert(.cannotTrigger) }
        if isConcrete { names[name.index].marks.insert(.concrete) }
    }

    /// Whether a package's `install_if` plays no part, whatever is decided.
    private func neverTriggers(_ package: PackageID) -> Bool {
        problem.ignoresInstallIf || universe.installIfRange(package).isEmpty
            || (problem.globalFlags.contains(.available) && !universe.isAvailable(package))
    }

    /// Sets up a package on first sight.
    private mutating func meet(_ package: PackageID) {
        guard !packages[package.index].marks.contains(.seen) else { return }
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
        if neverTriggers(package) { marks.insert(.cannotTrigger) }
        if !marks.contains(.selectable) { marks.insert(.excludedEarly) }
        packages[package.index].marks = marks
    }
}

extension Universe {
    /// Whether a repository that can be reached has a package.
    package func isAvailable(_ package: PackageID) -> Bool {
        packages[package.index].repositories & availableRepositories != 0
    }
}
