/// Makes a ``Selection`` of the packages that a search has chosen: which of them stands for each name, which are
/// needed, and which tags they come by.
struct SelectionAssembly {
    let problem: Problem
    let universe: Universe
    private let preference: Preference
    private(set) var packages: Set<PackageID>
    private var chosen: [Provider?] = []

    init(_ problem: Problem, _ packages: [PackageID], _ preference: Preference) {
        self.problem = problem
        universe = problem.universe
        self.preference = preference
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
    }

    /// Drops packages that nothing asks for, until all that remain are needed.
    mutating func prune() {
        while true {
            let needed = neededPackages()
            guard needed.count < packages.count else { return }
            packages = needed
            assignNames()
        }
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

    // MARK: Tags

    /// The tags that reach each package from the world, one bit per tag id.
    private func reachingTags() -> [UInt32] {
        var tags = [UInt32](repeating: 1, count: universe.packages.count)
        var pending: [PackageID] = []
        func hand(_ mask: UInt32, to name: NameID) {
            guard let package = chosen[name.index]?.package, tags[package.index] | mask != tags[package.index] else {
                return
            }
            tags[package.index] |= mask
            pending.append(package)
        }
        for entry in problem.world where !entry.requirement.isBroken && !entry.requirement.isConflict {
            hand(1 << UInt32(entry.tag), to: entry.requirement.name)
        }
        while let package = pending.popLast() {
            for place in universe.dependencyRange(package) where !universe.dependencies[place].isConflict {
                hand(tags[package.index], to: universe.dependencies[place].name)
            }
            for name in universe.installIfNames[universe.packages[package.index].name.index] {
                if let waiting = chosen[Int(name)]?.package,
                    universe.installIfRange(waiting).contains(where: {
                        chosen[universe.installIf[$0].name.index]?.package == package
                    })
                {
                    hand(tags[package.index], to: NameID(Int(name)))
                }
            }
        }
        return tags
    }

    /// Clauses that refuse packages of tagged repositories to which no tag of the world leads; nil if all are allowed.
    ///
    /// A package may only come with a package that brings the tag: one that depends on it, or on what depends on it,
    /// and is not chosen yet.
    func unsupportedTagClause(_ encoding: ClauseEncoding) -> [[Literal]]? {
        let tags = reachingTags()
        let refused = packages.sorted().filter { package in
            let row = universe.packages[package.index]
            guard row.traits.isDisjoint(with: [.local, .installed, .cachedWithoutRepository]), row.installedSize != 0
            else {
                return false
            }
            return problem.repositories(of: package) & problem.vocabulary.repositories(ofTags: tags[package.index]) == 0
        }
        guard !refused.isEmpty else { return nil }
        return refused.compactMap { package in
            guard let literal = encoding.literal(package) else { return nil }
            var reached: Set<PackageID> = [package]
            var pending = [package]
            var outside: Set<PackageID> = []
            while let next = pending.popLast() {
                for supporter in supporters(of: next) where encoding.literal(supporter) != nil {
                    if !packages.contains(supporter) {
                        outside.insert(supporter)
                    } else if reached.insert(supporter).inserted {
                        pending.append(supporter)
                    }
                }
            }
            return [!literal] + outside.sorted().compactMap { encoding.literal($0) }
        }
    }

    private func supporters(of package: PackageID) -> [PackageID] {
        var result: [PackageID] = []
        let names =
            [universe.packages[package.index].name]
            + universe.providedRange(package).map { universe.providedNames[$0].name }
        for name in names { result += universe.dependents[name.index].map { PackageID(Int($0)) } }
        for place in universe.installIfRange(package) {
            result += universe.providerRange(universe.installIf[place].name).map { universe.providers[$0].package }
        }
        return result
    }

    /// The finished selection.
    func selection() -> Selection {
        Selection(
            chosen: chosen, flags: universe.packages.indices.map { preference.flags(of: PackageID($0)) },
            allowedTags: reachingTags())
    }
}
