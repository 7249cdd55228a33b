/// The packages whose `install_if` holds for a choice of packages.
struct InstallIf {
    private let problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    /// The packages that can be installed and whose conditions all hold; one of them must be that something is there, for
    /// apk never discovers a package that only waits for absences.
    func triggered(by selection: Selection, _ packages: Set<PackageID>) -> Set<PackageID> {
        guard !problem.ignoresInstallIf else { return [] }
        let universe = problem.universe
        var triggered: Set<PackageID> = []
        func look(at name: NameID) {
            for waiting in universe.installIfNames[name.index] {
                for place in universe.providerRange(NameID(Int(waiting))) {
                    let package = universe.providers[place].package
                    let range = universe.installIfRange(package)
                    guard !range.isEmpty, !triggered.contains(package) else { continue }
                    let holds = range.allSatisfy { place in
                        let condition = universe.installIf[place]
                        return problem.vocabulary.satisfies(condition, selection.choice(condition.name), owner: package)
                    }
                    if holds { triggered.insert(package) }
                }
            }
        }
        for package in packages {
            look(at: universe.packages[package.index].name)
            for place in universe.providedRange(package) { look(at: universe.providedNames[place].name) }
        }
        return triggered.filter { universe.waitsForPresence($0) }
    }
}

extension Universe {
    /// Whether one of a package's `install_if` conditions is that something is there.
    func waitsForPresence(_ package: PackageID) -> Bool {
        installIfRange(package).contains { !installIf[$0].isConflict }
    }
}
