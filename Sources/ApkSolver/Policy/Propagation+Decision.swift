extension Propagation {
    /// Queues a name for a decision, or moves it to a more urgent queue.
    ///
    /// - Parameter requeue: whether its place must be found anew because it became, or ceased to be, auto-selectable.
    mutating func enqueue(_ name: NameID, requeue: Bool = false) {
        let state = names[name.index]
        guard !state.isLocked else { return }
        let isNow =
            state.requirers > 0 && state.marks.isSuperset(of: [.dependentsDone, .autoSelectable])
            && !state.marks.contains(.hasOptions)
        if state.queue == .now { return }
        if state.queue == .none {
            guard state.requirers > 0 || !state.marks.isDisjoint(with: [.triggered, .awaited]) else { return }
        } else {
            guard isNow || requeue else { return }
        }
        let target: NameState.Queue =
            isNow ? .now : state.marks.contains(.autoSelectable) ? .selectable : .unresolved
        guard target != state.queue else { return }
        names[name.index].queue = target
        queue.insert(name, into: target, priority: priority(of: name))
    }

    /// Explicit names first, then names that a package is really called, then the later discovered.
    private func priority(of name: NameID) -> Int64 {
        guard !isOrderFree else { return 0 }
        let state = names[name.index]
        return (state.marks.contains(.explicit) ? 1 << 40 : 0) + (state.marks.contains(.concrete) ? 1 << 39 : 0)
            + Int64(discovery.order[name.index])
    }

    /// Gives a name its best provider, or none, for good (`apk-solver.md` §10).
    mutating func decide(_ name: NameID) {
        hasDecided = true
        names[name.index].queue = .none
        let state = names[name.index]
        var best: Provider?
        if state.requirers > 0 || state.marks.contains(.triggered) {
            for place in universe.providerRange(name) {
                budget -= 1
                let provider = universe.providers[place]
                let marks = packages[provider.package.index].marks
                if state.requirers == 0, !marks.isSuperset(of: [.triggered, .tagAllowed, .selectable]) { continue }
                guard isAutoSelectable(provider) else { continue }
                if let current = best, !isBetter(provider, than: current) { continue }
                best = provider
            }
        }
        guard let best else {
            assign(name, nil)
            if state.requirers > 0 { errorCount += 1 }
            return
        }
        if !packages[best.package.index].marks.isSuperset(of: [.selectable, .tagAllowed]) { markError(best.package) }
        let row = universe.packages[best.package.index]
        assign(row.name, Provider(package: best.package, version: row.version))
        for place in universe.providedRange(best.package) {
            let provided = universe.providedNames[place]
            assign(provided.name, Provider(package: best.package, version: provided.version))
        }
        for place in universe.dependencyRange(best.package) {
            apply(universe.dependencies[place], from: .package(best.package))
        }
    }

    mutating func assign(_ name: NameID, _ provider: Provider?) {
        open(name)
        let state = names[name.index]
        if state.isLocked {
            let areVirtual = !(state.chosen?.version.isVersioned ?? false) && !(provider?.version.isVersioned ?? false)
            if areVirtual {
                if state.chosen?.package != provider?.package { isOrderSensitive = true }
                return
            }
            if let provider { markError(provider.package) }
            if let chosen = state.chosen { markError(chosen.package) }
            return
        }
        names[name.index].marks.insert(.locked)
        lockedNames.append(name.rawValue)
        names[name.index].chosen = provider
        names[name.index].queue = .none
        for place in universe.providerRange(name) {
            let other = universe.providers[place]
            if other.package == provider?.package { continue }
            if !other.version.isVersioned, !(provider?.version.isVersioned ?? false) { continue }
            disqualify(other.package)
        }
        recheckDependents(of: name)
        if let provider {
            recheckInstallIf(waitingFor: provider.package)
        } else {
            recheckInstallIf(waitingFor: name)
        }
        if isOrderFree { wakeConditions(on: name) }
    }

    private mutating func markError(_ package: PackageID) {
        guard !packages[package.index].marks.contains(.error) else { return }
        packages[package.index].marks.insert(.error)
        errorCount += 1
    }
}
