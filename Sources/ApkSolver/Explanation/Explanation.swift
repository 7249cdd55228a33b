public import ApkFormats

/// Why there is no answer: facts that contradict each other, none of which can be left out.
///
/// Facts are values; the sentences are made by who shows them.
public struct Explanation: Sendable, Hashable {
    /// One fact and where it comes from.
    public enum Fact: Sendable, Hashable {
        /// A line of the world asks for something.
        case request(Dependency, Offer)
        /// A package's record asks for something (`D`).
        case dependency(of: PackageID, Dependency, Offer)
        /// Only one package can have a name: two versions of one package, or versioned provides.
        case exclusive(name: String, packages: [PackageID])
        /// A package provides one name twice, and so excludes itself.
        case selfConflict(PackageID)
        /// A package cannot be installed at all.
        case excluded(PackageID, Exclusion)
    }

    /// What there is for a dependency.
    public enum Offer: Sendable, Hashable {
        /// No package is called so or provides the name.
        case nothing
        /// Packages have the name, in versions that do not fit.
        case otherVersions([PackageID])
        /// These packages would do, or, for a conflict, these are the ones that must not be there.
        case packages([PackageID])
    }

    /// Why a package cannot be installed.
    public enum Exclusion: Sendable, Hashable {
        /// Its architecture is another.
        case architecture(String)
        /// Its record has a broken dependency or a field that this program does not know.
        case brokenRecord
        /// Only repositories with these tags have it, and nothing asks with one of them.
        case tags([String])
        /// The repositories that have it cannot be reached.
        case unavailable
    }

    /// The facts: requests first, then in the order of packages.
    public var facts: [Fact]
    /// False if the step budget ended before every fact was proved necessary.
    public var isMinimal: Bool
}

extension Explanation {
    /// Explains why a problem has no answer; nil if it has one.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func explain(_ problem: Problem) throws(SolverError) -> Explanation? {
        var encoding = ClauseEncoding(problem, tellsFacts: true)
        switch encoding.minimalCore(budget: problem.stepBudget) {
        case .satisfiable: return nil
        case .budgetExhausted: throw SolverError(.stepBudget, detail: "\(problem.stepBudget)")
        case .core(let selectors, let isMinimal):
            let needed = Set(selectors)
            let origins = zip(encoding.selectors, encoding.facts).filter { needed.contains($0.0) }.map(\.1)
            return Explanation(facts: origins.map { fact($0, problem) }, isMinimal: isMinimal)
        }
    }

    private static func fact(_ origin: ClauseOrigin, _ problem: Problem) -> Fact {
        let universe = problem.universe
        switch origin {
        case .request(let index):
            let entry = problem.world[index]
            return .request(entry.dependency, offer(entry.requirement, owner: nil, problem))
        case .dependency(let package, let place):
            let requirement = universe.dependencies[place]
            return .dependency(
                of: package, problem.dependency(requirement), offer(requirement, owner: package, problem))
        case .exclusive(let name):
            let packages = universe.providerRange(name).map { universe.providers[$0].package }
            return .exclusive(name: universe.text(name), packages: packages)
        case .selfConflict(let package): return .selfConflict(package)
        case .excluded(let package): return .excluded(package, exclusion(package, problem))
        }
    }

    private static func offer(_ requirement: Requirement, owner: PackageID?, _ problem: Problem) -> Offer {
        let universe = problem.universe
        let providers = universe.providerRange(requirement.name).map { universe.providers[$0] }
        guard !providers.isEmpty else { return .nothing }
        let fitting = providers.filter {
            problem.vocabulary.satisfies(requirement, $0, owner: owner) != requirement.isConflict
        }
        return fitting.isEmpty ? .otherVersions(providers.map(\.package)) : .packages(fitting.map(\.package))
    }

    private static func exclusion(_ package: PackageID, _ problem: Problem) -> Exclusion {
        let universe = problem.universe
        let row = universe.packages[package.index]
        if row.traits.contains(.foreignArchitecture) { return .architecture(universe.architecture(of: package)) }
        if row.traits.contains(.uninstallable) { return .brokenRecord }
        guard universe.isAvailable(package) else { return .unavailable }
        let tags = universe.tags.indices.dropFirst().filter { universe.tagRepositories[$0] & row.repositories != 0 }
        return .tags(tags.map { universe.tags[$0] })
    }
}

extension Problem {
    /// A requirement as a value.
    package func dependency(_ requirement: Requirement) -> Dependency {
        Dependency(
            name: vocabulary.text(requirement.name), relation: requirement.relation,
            version: vocabulary.text(requirement.version))
    }
}
