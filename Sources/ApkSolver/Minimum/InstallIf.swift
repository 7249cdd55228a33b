/// Whose `install_if` holds for a set of packages.
struct InstallIf {
    private let problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    /// The packages that can be installed and whose conditions all hold; one of them must be that something is there:
    /// nothing leads to a package that only waits for absences.
    func triggered(by packages: Set<PackageID>) -> Set<PackageID> {
        guard !problem.ignoresInstallIf else { return [] }
        let universe = problem.universe
        var triggered: Set<PackageID> = []
        func look(at name: NameID) {
            for waiting in universe.installIfNames[name.index] {
                for place in universe.providerRange(NameID(Int(waiting))) {
                    let package = universe.providers[place].package
                    if !triggered.contains(package), holds(package, for: packages) { triggered.insert(package) }
                }
            }
        }
        for package in packages {
            look(at: universe.packages[package.index].name)
            for place in universe.providedRange(package) { look(at: universe.providedNames[place].name) }
        }
        return triggered
    }

    /// Whether a package waits for absences alone. apk installs such a one if it came to look at it for another reason.
    func isByAbsence(_ package: PackageID) -> Bool {
        !problem.ignoresInstallIf && !problem.universe.installIfRange(package).isEmpty
            && !problem.universe.waitsForPresence(package)
    }

    /// Whether all conditions of a package hold, one of them by something that is there.
    func holds(_ package: PackageID, for packages: Set<PackageID>) -> Bool {
        let universe = problem.universe
        return !problem.ignoresInstallIf && universe.waitsForPresence(package)
            && universe.installIfRange(package).allSatisfy { holds(universe.installIf[$0], of: package, packages) }
    }

    private func holds(_ condition: Requirement, of owner: PackageID, _ packages: Set<PackageID>) -> Bool {
        let present = problem.universe.providerRange(condition.name).map { problem.universe.providers[$0] }
            .filter { packages.contains($0.package) }
        func isMet(_ provider: Provider) -> Bool { problem.vocabulary.satisfies(condition, provider, owner: owner) }
        return condition.isConflict ? present.allSatisfy(isMet) : present.contains(where: isMet)
    }
}

extension Universe {
    /// Whether one of a package's `install_if` conditions is that something is there.
    func waitsForPresence(_ package: PackageID) -> Bool {
        installIfRange(package).contains { !installIf[$0].isConflict }
    }
}
