/// Where the conditions of `install_if` stand while names are decided in any order.
struct ConditionState {
    /// The links of the lists of packages that wait for a decision on a name; `next` is a place plus one, 0 at the end.
    var links: [(package: UInt32, next: Int32)] = []
    /// Packages that wait until it is certain that a name is absent.
    var lastInLine: [PackageID] = []
    /// The packages whose conditions have all come true.
    var triggered: [PackageID] = []
    /// The names that were decided as absent for a condition.
    var absent: [NameID] = []
}

/// `install_if`, for answers in any order.
///
/// A package waits for one condition at a time, first for the one that the fewest packages have
/// (``Universe/wakingPackages``): thousands of packages wait for `docs` or `pyc`, and none of them is looked at before
/// what it belongs to is there.
extension Propagation {
    /// Looks at the packages that wait for a name which was just decided.
    mutating func wakeConditions(on name: NameID) {
        guard !problem.ignoresInstallIf else { return }
        for place in universe.wakingPackages.range(name.index) {
            checkConditions(of: PackageID(Int(universe.wakingPackages.elements[place])))
        }
        var link = Int(names[name.index].firstWaiting)
        names[name.index].firstWaiting = 0
        while link != 0 {
            let (package, next) = conditions.links[link - 1]
            checkConditions(of: PackageID(Int(package)))
            link = Int(next)
        }
    }

    private mutating func checkConditions(of package: PackageID) {
        budget -= 1
        for place in universe.installIfRange(package) {
            let condition = universe.installIf[place]
            let state = names[condition.name.index]
            if condition.isConflict {
                // A package there may be one that came too late in another order: after the name was decided as absent.
                if state.chosen != nil, !state.marks.contains(.requiredEarly) { isOrderSensitive = true }
                guard !state.isLocked else {
                    if problem.vocabulary.satisfies(condition, state.chosen, owner: package) { continue }
                    return
                }
                conditions.lastInLine.append(package)
                return
            }
            guard state.isLocked else {
                conditions.links.append((package.rawValue, state.firstWaiting))
                names[condition.name.index].firstWaiting = Int32(truncatingIfNeeded: conditions.links.count)
                return
            }
            guard problem.vocabulary.satisfies(condition, state.chosen, owner: package) else { return }
        }
        let own = universe.packages[package.index].name
        open(own)
        if packages[package.index].marks.contains(.excludedEarly) { return }
        packages[package.index].marks.insert(.triggered)
        conditions.triggered.append(package)
        names[own.index].marks.formUnion([.triggered, .autoSelectable])
        enqueue(own)
    }

    /// When nothing else is left to do: decides the next name that must be absent for a condition.
    mutating func decideAbsentName() -> Bool {
        guard let package = conditions.lastInLine.popLast() else { return false }
        for place in universe.installIfRange(package) where universe.installIf[place].isConflict {
            let name = universe.installIf[place].name
            guard !names[name.index].isLocked else { continue }
            guard names[name.index].requirers == 0 else {
                isOrderSensitive = true
                return true
            }
            conditions.absent.append(name)
            assign(name, nil)
            break
        }
        checkConditions(of: package)
        return true
    }

    /// Whether the `install_if` of all packages came out in a way that no other order could change.
    func haveConditionsOneOutcome() -> Bool {
        for name in conditions.absent where names[name.index].chosen != nil || names[name.index].requirers > 0 {
            return false
        }
        for package in conditions.triggered {
            let row = universe.packages[package.index]
            guard names[row.name.index].chosen?.package == package else { return false }
            // Whether such a name stands for the package depends on which of them is decided first.
            if row.providerPriority == 0, hasVirtualName(package) { return false }
        }
        return true
    }
}
