/// Makes a ``Selection`` of the packages that a search has chosen: which of them stands for each name, which are
/// needed, and which tags they come by.
struct SelectionAssembly {
    let problem: Problem
    let universe: Universe
    let preference: Preference
    private(set) var packages: Set<PackageID>
    /// Choices that were made already, as far as their packages remain.
    let fixedChoices: [NameID: Provider]
    private var chosen: [Provider?] = []

    init(
        _ problem: Problem, _ packages: [PackageID], _ preference: Preference, fixedChoices: [NameID: Provider] = [:]
    ) {
        self.problem = problem
        universe = problem.universe
        self.preference = preference
        self.fixedChoices = fixedChoices
        self.packages = Set(packages)
        assignNames()
    }

    /// Chooses a package for each name that some package offers.
    private mutating func assignNames() {
        chosen = [Provider?](repeating: nil, count: problem.vocabulary.nameCount)
        func offer(_ name: NameID, _ provider: Provider) {
            if let known = chosen[name.index], !preference.precedes(provider, known, for: name) { return }
            chosen[name.index] = provider
        }
        for package in packages.sorted() {
            let row = universe.packages[package.index]
            offer(row.name, Provider(package: package, version: row.version))
            for place in universe.providedRange(package) {
                let provided = universe.providedNames[place]
                offer(provided.name, Provider(package: package, version: provided.version))
            }
        }
        for (name, provider) in fixedChoices where packages.contains(provider.package) { chosen[name.index] = provider }
    }

    /// Drops packages that nothing asks for, until all that remain are needed.
    mutating func prune() {
        while true {
            let needed = neededPackages()
            guard needed.count < packages.count else { return }
            keep(needed)
        }
    }

    /// Drops all other packages.
    mutating func keep(_ packages: Set<PackageID>) {
        self.packages = packages
        assignNames()
    }

    func neededPackages() -> Set<PackageID> {
        var needed: Set<PackageID> = []
        var pending: [NameID] = []
        func want(_ requirement: Requirement) { if !requirement.isConflict { pending.append(requirement.name) } }
        for entry in problem.world where !entry.requirement.isBroken { want(entry.requirement) }
        var waiting = packages.sorted().filter { !problem.ignoresInstallIf && universe.waitsForPresence($0) }
        while true {
            while let name = pending.popLast() {
                guard let package = chosen[name.index]?.package, needed.insert(package).inserted else { continue }
                for place in universe.dependencyRange(package) { want(universe.dependencies[place]) }
            }
            let complete = waiting.filter { package in
                !needed.contains(package)
                    && universe.installIfRange(package).allSatisfy { place in
                        let condition = universe.installIf[place]
                        let choice = chosen[condition.name.index]
                        let isThere = condition.isConflict || (choice.map { needed.contains($0.package) } ?? false)
                        return isThere && problem.vocabulary.satisfies(condition, choice, owner: package)
                    }
            }
            guard !complete.isEmpty else { return needed }
            waiting.removeAll { complete.contains($0) }
            for package in complete { pending.append(universe.packages[package.index].name) }
        }
    }

    /// Lets packages stand for names that others of equal right stand for, until nothing is left that is not needed.
    ///
    /// - Returns: false if that cannot be found; the choices then are as they were.
    mutating func makeAllNeeded() -> Bool {
        let before = chosen
        var needed = neededPackages()
        while needed.count < packages.count {
            let grown = packages.subtracting(needed).sorted().contains { package in
                for place in universe.providedRange(package) {
                    let provided = universe.providedNames[place]
                    let known = chosen[provided.name.index]
                    guard known?.package != package else { continue }
                    chosen[provided.name.index] = Provider(package: package, version: provided.version)
                    let now = neededPackages()
                    if now.isStrictSuperset(of: needed) {
                        needed = now
                        return true
                    }
                    chosen[provided.name.index] = known
                }
                return false
            }
            if !grown {
                chosen = before
                return false
            }
        }
        return true
    }

    /// The finished selection.
    func selection() -> Selection {
        let tags = TagReach(problem, answer: packages)
        return Selection(
            chosen: chosen, flags: universe.packages.indices.map { preference.flags(of: PackageID($0)) },
            allowedTags: universe.packages.indices.map { tags[PackageID($0)] })
    }
}
