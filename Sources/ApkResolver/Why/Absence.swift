public import ApkFormats
public import ApkSolver

/// Why a name is not in an answer, and what it would take to have it there.
public struct Absence: Sendable {
    /// One reason, from what the answer and the indexes hold.
    public enum Reason: Sendable, Hashable {
        /// No package is called so or provides the name; these names are similar.
        case unknownName(similar: [String])
        /// The answer asks for something that a package of the name would meet, and another one meets it.
        case passedOver(PackageID, edge: Edge, because: Rank)
        /// A package of the name waits for these conditions of its `install_if`.
        case waits(PackageID, [Dependency])
        /// No request and no dependency in the answer asks for the name; these packages would.
        case notAskedFor(by: [PackageID])
        /// It cannot be there together with the requests.
        case impossible(Explanation, [Suggestion])
    }

    /// What decides between two packages for one name.
    public enum Rank: Sendable, Hashable {
        /// The other one is there anyway: something asks for it by its own name.
        case presentAnyway
        /// The answer is to have the least of something.
        case minimum(Objective)
        /// apk never chooses a package for a name that it provides without a version or priority.
        case withoutPriority
        /// The other one offers a higher version.
        case version
        /// The other one has the higher `provider_priority`.
        case priority(UInt16, UInt16)
        /// The other one is installed.
        case installed
        /// The other one's repository, or its record, comes first.
        case order
    }

    /// What changes if the name is asked for as well.
    public struct Cost: Sendable, Hashable {
        /// Packages that come and that go, in the order of installation.
        public let added: [PackageID]
        public let removed: [PackageID]
        /// In bytes; negative if the answer would be smaller.
        public let installedDifference: Int
        public let downloadDifference: Int
    }

    public let name: String
    public let reasons: [Reason]
    /// Nil where it cannot be there.
    public let cost: Cost?
}

extension Resolver {
    /// Finds out why no package of an answer is called so or provides the name.
    ///
    /// - Parameters:
    ///   - resolution: an answer of this resolver to the same options.
    /// - Throws: ``ResolutionError`` for a name that is none.
    public func absence(
        of name: String, in resolution: Resolution, options: ResolveOptions = ResolveOptions()
    ) throws(ResolutionError) -> Absence {
        var reasons: [Absence.Reason] = []
        var cost: Absence.Cost?
        let candidates = providers(of: name)
        if candidates.isEmpty {
            reasons.append(.unknownName(similar: NearestNames.find(name, in: universe, most: 3)))
        } else {
            let finder = AbsenceFinder(resolution, candidates)
            reasons = finder.passedOver + finder.waiting
            if finder.passedOver.isEmpty { reasons.append(.notAskedFor(by: finder.askers)) }
            do throws(ResolutionError) {
                let other = try resolve(resolution.requests + [name], options: options)
                cost = Absence.Cost(from: resolution, to: other)
            } catch  where error.code == .unsatisfiable {
                if let explanation = error.explanation {
                    reasons.append(.impossible(explanation, error.suggestions))
                }
            }
        }
        return Absence(name: name, reasons: reasons, cost: cost)
    }

    /// The packages that are called so or provide the name of a request.
    private func providers(of request: String) -> [PackageID] {
        guard let dependency = Dependency(request), let name = universe.name(dependency.name) else { return [] }
        var packages: [PackageID] = []
        for place in universe.providerRange(name) where !packages.contains(universe.providers[place].package) {
            packages.append(universe.providers[place].package)
        }
        return packages
    }
}

extension Absence.Cost {
    fileprivate init(from before: Resolution, to after: Resolution) {
        let (old, new) = (Set(before.packages), Set(after.packages))
        let universe = after.universe
        let added = after.packages.filter { !old.contains($0) }
        let removed = before.packages.filter { !new.contains($0) }
        func difference(_ objective: Objective) -> Int {
            Int(objective.cost(of: added, in: universe) - objective.cost(of: removed, in: universe))
        }
        self.added = added
        self.removed = removed
        installedDifference = difference(.size)
        downloadDifference = difference(.download)
    }
}

/// Looks through an answer for what might have brought packages in.
private struct AbsenceFinder {
    private let resolution: Resolution
    private let candidates: [PackageID]
    private var problem: Problem { resolution.problem }
    private var universe: Universe { resolution.universe }
    /// The most packages that are named.
    private static let most = 50

    init(_ resolution: Resolution, _ candidates: [PackageID]) {
        self.resolution = resolution
        self.candidates = candidates
    }

    /// The edges whose requirement a candidate meets; of those with the same requirement the first.
    var passedOver: [Absence.Reason] {
        var reasons: [Absence.Reason] = []
        var seen: Set<Dependency> = []
        var vocabulary = problem.vocabulary
        let byOwnName = Set(resolution.edges.filter { !$0.isCondition }.map(\.requirement.name))
        for edge in resolution.edges where !edge.isCondition && !seen.contains(edge.requirement) {
            let requirement = vocabulary.requirement(edge.requirement)
            let rivals = universe.providerRange(requirement.name).map { universe.providers[$0] }
            guard
                let rival = rivals.first(where: { provider in
                    candidates.contains(provider.package)
                        && vocabulary.satisfies(requirement, provider, owner: edge.owner)
                }), let chosen = rivals.first(where: { $0.package == edge.provider })
            else { continue }
            seen.insert(edge.requirement)
            let isNamed = byOwnName.contains(universe.name(of: edge.provider)) && !chosen.version.isVersioned
            let rank = isNamed ? .presentAnyway : rank(chosen, rival)
            reasons.append(.passedOver(rival.package, edge: edge, because: rank))
        }
        return reasons
    }

    private func rank(_ chosen: Provider, _ rival: Provider) -> Absence.Rank {
        if let minimum = resolution.minimum { return .minimum(minimum.objective) }
        let (a, b) = (universe.packages[chosen.package.index], universe.packages[rival.package.index])
        if !rival.version.isVersioned, b.providerPriority == 0 { return .withoutPriority }
        if problem.vocabulary.order(chosen.version, rival.version) == .greater { return .version }
        if a.name == b.name, problem.vocabulary.order(a.version, b.version) == .greater { return .version }
        if a.providerPriority > b.providerPriority { return .priority(a.providerPriority, b.providerPriority) }
        return a.traits.contains(.installed) && !b.traits.contains(.installed) ? .installed : .order
    }

    /// The candidates that wait for something that the answer does not have.
    var waiting: [Absence.Reason] {
        guard !problem.ignoresInstallIf else { return [] }
        let present = Set(resolution.packages)
        return candidates.compactMap { package in
            let missing = universe.installIfRange(package).map { universe.installIf[$0] }.filter { condition in
                let providers = universe.providerRange(condition.name).map { universe.providers[$0] }
                    .filter { present.contains($0.package) }
                func isMet(_ provider: Provider) -> Bool {
                    problem.vocabulary.satisfies(condition, provider, owner: package)
                }
                return condition.isConflict ? !providers.allSatisfy(isMet) : !providers.contains(where: isMet)
            }
            return missing.isEmpty ? nil : .waits(package, missing.map { problem.dependency($0) })
        }
    }

    /// Packages outside of the answer that depend on a candidate.
    var askers: [PackageID] {
        var askers: [PackageID] = []
        var seen: Set<PackageID> = []
        for candidate in candidates {
            let row = universe.packages[candidate.index]
            let names = [row.name] + universe.providedRange(candidate).map { universe.providedNames[$0].name }
            for name in names {
                for dependent in universe.dependents[name.index].map({ PackageID(Int($0)) })
                where askers.count < Self.most && seen.insert(dependent).inserted {
                    let asks = universe.dependencyRange(dependent).contains {
                        universe.dependencies[$0].name == name && !universe.dependencies[$0].isConflict
                    }
                    if asks, !candidates.contains(dependent) { askers.append(dependent) }
                }
            }
        }
        return askers
    }
}
