/// Which tags of the world lead to the packages of a set (`apk-solver.md` §5).
///
/// A line of the world hands its tag to all packages that meet it; a package hands its tags to all that meet its
/// dependencies, and to those whose `install_if` it completes.
struct TagReach {
    private let problem: Problem
    /// The tags that reach every package: none, which stands for the repositories without a tag.
    private let common: UInt32
    /// The packages that more tags reach, with all their tags, one bit per tag id.
    private var tags: [PackageID: UInt32] = [:]
    private var pending: [PackageID] = []

    /// - Parameters:
    ///   - packages: the set.
    ///   - conditionsHold: whether a package's `install_if` counts as complete; it is asked where one of the conditions
    ///     is met.
    init(_ problem: Problem, among packages: Set<PackageID>, conditionsHold: (PackageID) -> Bool) {
        self.problem = problem
        common = 1
        for entry in problem.world where entry.tag != 0 && !entry.requirement.isBroken {
            hand(1 << UInt32(entry.tag), to: entry.requirement, owner: nil, packages)
        }
        while let package = pending.popLast() {
            let mask = self[package]
            for place in problem.universe.dependencyRange(package) {
                hand(mask, to: problem.universe.dependencies[place], owner: package, packages)
            }
            guard !problem.ignoresInstallIf else { continue }
            for offer in problem.offers(of: package) {
                for waiting in packagesWaiting(for: offer) where packages.contains(waiting) && conditionsHold(waiting) {
                    add(mask, to: waiting)
                }
            }
        }
    }

    /// The tags that lead to the packages of an answer.
    init(_ problem: Problem, answer packages: Set<PackageID>) {
        var triggered: Set<PackageID>?
        self.init(problem, among: packages) { waiting in
            let known = triggered ?? InstallIf(problem).triggered(by: packages)
            triggered = known
            return known.contains(waiting)
        }
    }

    /// The tags that can lead to the packages of a scope, whatever else is chosen.
    init(_ problem: Problem, possibleIn scope: SearchScope) {
        self.init(problem, among: problem.hasTags ? Set(scope.packages) : []) { _ in true }
    }

    /// Every tag for every package.
    init(everywhereIn problem: Problem) {
        self.problem = problem
        common = .max
    }

    /// The tags that lead to a package, one bit per tag id.
    subscript(package: PackageID) -> UInt32 { tags[package] ?? common }

    /// Whether a package may come from where it is.
    func allows(_ package: PackageID) -> Bool {
        !problem.needsRepository(package)
            || problem.repositories(of: package) & problem.vocabulary.repositories(ofTags: self[package]) != 0
    }

    private mutating func hand(
        _ mask: UInt32, to requirement: Requirement, owner: PackageID?, _ packages: Set<PackageID>
    ) {
        guard !requirement.isConflict else { return }
        for place in problem.universe.providerRange(requirement.name) {
            let provider = problem.universe.providers[place]
            guard packages.contains(provider.package),
                problem.vocabulary.satisfies(requirement, provider, owner: owner)
            else { continue }
            add(mask, to: provider.package)
        }
    }

    private mutating func add(_ mask: UInt32, to package: PackageID) {
        guard self[package] | mask != self[package] else { return }
        tags[package] = self[package] | mask
        pending.append(package)
    }

    /// The packages with an `install_if` condition that an offer meets.
    private func packagesWaiting(for offer: (name: NameID, provider: Provider)) -> [PackageID] {
        let universe = problem.universe
        return universe.installIfNames[offer.name.index].flatMap { name in
            universe.providerRange(NameID(Int(name))).map { universe.providers[$0].package }
        }.filter { waiting in
            universe.installIfRange(waiting).contains { place in
                let condition = universe.installIf[place]
                return condition.name == offer.name && !condition.isConflict
                    && problem.vocabulary.satisfies(condition, offer.provider, owner: waiting)
            }
        }
    }
}
