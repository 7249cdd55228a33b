package import ApkFormats

/// What in a world keeps a package installed.
package enum Keepers {
    /// The names in the world from which a chain of met dependencies leads to a package.
    ///
    /// - Parameter chosen: the packages that are installed.
    package static func worldEntries(
        keeping package: PackageID, in problem: Problem, among chosen: Set<PackageID>
    ) -> [String] {
        let universe = problem.universe
        var reached: Set<PackageID> = [package]
        var pending = [package]
        var names: Set<NameID> = []
        while let next = pending.popLast() {
            let offered =
                [universe.packages[next.index].name]
                + universe.providedRange(next).map { universe.providedNames[$0].name }
            for name in offered {
                names.insert(name)
                for element in universe.dependents[name.index] {
                    let dependent = PackageID(Int(element))
                    guard chosen.contains(dependent), reached.insert(dependent).inserted else { continue }
                    pending.append(dependent)
                }
            }
        }
        return problem.world.filter { names.contains($0.requirement.name) && !$0.requirement.isConflict }
            .map { problem.vocabulary.text($0.requirement.name) }
    }
}

extension Universe {
    /// Whether some reachable repository has a package of the same name.
    package func isNameAvailable(_ package: PackageID) -> Bool {
        let name = packages[package.index].name
        return providerRange(name).contains { isAvailable(providers[$0].package) }
    }
}

extension Problem {
    /// The lines of the world whose tag no repository carries.
    package var entriesWithUnknownTag: [Dependency] {
        world.filter { $0.tag != 0 && vocabulary.repositories(ofTag: $0.tag) == 0 }.map(\.dependency)
    }
}
