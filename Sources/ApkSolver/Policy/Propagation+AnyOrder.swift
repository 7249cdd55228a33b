/// Answers that do not depend on the order in which names are decided.
///
/// apk decides names in an order that comes from a walk over everything that the world can reach, which is nearly the
/// whole universe for nearly every request. Most answers are the same in any order, and are found here without the
/// walk, in time proportional to the answer; ``isSameInEveryOrder()`` recognises them, and all others are asked again
/// in apk's order.
///
/// Why that is enough: let *F* be a run without errors that passes the checks, and *R* apk's own. By induction over the
/// steps of *R*: what is required in *R* is required in *F*, what is decided in *R* is decided alike in *F*, and no
/// package that *F* chose is ever out of the choice in *R*.
/// - A requirement of *R* comes from the world or from a package that *F* chose too; so does each constraint that
///   takes packages out of the choice, and *F* has no error, so its packages meet them all.
/// - A name's choice in *R* is the best provider in the choice. *F*'s choice is among them, may always be taken without
///   being asked for, and is better by facts that no run changes than each provider that could be in its place: the
///   others were out before anything was decided (up to there all runs are the same), or nobody asks for them by their
///   own name in *F*, hence neither in *R*.
/// - A package that comes by its `install_if` has its conditions met in *F* too, and *F* chose all of those. Conditions
///   on absence hold only for names that nothing in *F* wants or offers.
/// - Two packages of *F* offer no name together, so that it does not matter which of them came first.
///
/// *R* ends with everything that *F* has, as it can only end when every requirement is decided.
extension Propagation {
    /// Chooses packages for a problem in whatever order; nil where apk's order could lead to another choice.
    static func runInAnyOrder(_ problem: Problem) -> Selection? {
        // Tags, flags and installed packages make a preference of what came first.
        guard problem.universe.hasUsualConditions, problem.universe.tags.count == 1, problem.universe.installed.isEmpty,
            problem.globalFlags.isEmpty,
            problem.marks.allSatisfy({ $0.flags.isEmpty && $0.inheritable.isEmpty }),
            problem.world.allSatisfy({ $0.tag == 0 })
        else { return nil }
        var propagation = Propagation(problem, isOrderFree: true)
        propagation.start()
        while !propagation.isOrderSensitive, propagation.errorCount == 0, propagation.budget > 0 {
            if let name = propagation.nextDirty() {
                propagation.reconsider(name)
            } else if let name = propagation.queue.next(propagation.names) {
                propagation.decide(name)
            } else if propagation.decideAbsentName() {
                continue
            } else {
                return propagation.isSameInEveryOrder() ? Selection(propagation) : nil
            }
        }
        return nil
    }

    private func isSameInEveryOrder() -> Bool {
        guard errorCount == 0, !isOrderSensitive else { return false }
        guard haveConditionsOneOutcome() else { return false }
        return lockedNames.allSatisfy { index in
            let name = NameID(Int(index))
            guard let chosen = names[name.index].chosen else { return true }
            return names[name.index].requirers == 0 || isBestInEveryOrder(chosen, for: name)
        }
    }

    private func isBestInEveryOrder(_ chosen: Provider, for name: NameID) -> Bool {
        let own = universe.packages[chosen.package.index]
        guard
            chosen.version.isVersioned || own.providerPriority > 0
                || names[own.name.index].marks.contains(.requiredEarly)
        else { return false }
        var isBehindChosen = false
        for place in universe.providerRange(name) {
            let other = universe.providers[place]
            if other.package == chosen.package {
                isBehindChosen = true
                continue
            }
            if packages[other.package.index].marks.contains(.excludedEarly) || !isAutoSelectable(other) { continue }
            let difference = compareFixed(chosen, other)
            guard difference > 0 || (difference == 0 && isBehindChosen) else { return false }
        }
        return true
    }
}
