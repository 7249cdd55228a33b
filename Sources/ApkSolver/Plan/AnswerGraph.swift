public import ApkFormats

/// Why a package is in an answer.
public struct InstallReason: Sendable, Hashable {
    /// The strongest of the reasons.
    public enum Kind: String, Sendable {
        /// The world names it.
        case request
        /// Another package depends on it.
        case dependency
        /// Its `install_if` came true.
        case installIf
    }

    public var kind: Kind
    /// The requests, the packages that depend on it, or the packages that meet its conditions; in order of names.
    public var by: [String]
}

/// An edge of an answer: a dependency, and the package that stands for it.
public struct Edge: Sendable, Hashable {
    /// The package that asks; nil for the world.
    public var owner: PackageID?
    /// What it asks for, as its record or the world says.
    public var requirement: Dependency
    public var provider: PackageID
    /// Whether it is a condition of the provider's `install_if` that the owner meets.
    public var isCondition: Bool
}

/// The edges of an answer, from which reasons and chains are read.
package struct AnswerGraph: Sendable {
    package let problem: Problem
    /// The packages in the order of installation.
    package let packages: [PackageID]
    /// All edges: the world's, each package's dependencies, then conditions of `install_if`.
    package let edges: [Edge]

    package init(_ problem: Problem, _ selection: Selection, packages: [PackageID]) {
        self.problem = problem
        self.packages = packages
        let universe = problem.universe
        let present = Set(packages)
        /// apk may give a virtual name to a package that it then leaves out because another one that comes anyway
        /// provides the name, too.
        func provider(_ requirement: Requirement, _ owner: PackageID?) -> PackageID? {
            if let choice = selection.choice(requirement.name)?.package, present.contains(choice) { return choice }
            return universe.providerRange(requirement.name).map { universe.providers[$0] }.first { provider in
                present.contains(provider.package)
                    && problem.vocabulary.satisfies(requirement, provider, owner: owner)
            }?.package
        }
        var edges: [Edge] = []
        var asked: Set<Dependency> = []
        for entry in problem.world where !entry.requirement.isConflict && !entry.requirement.isBroken {
            guard let provider = provider(entry.requirement, nil), asked.insert(entry.dependency).inserted
            else { continue }
            edges.append(Edge(owner: nil, requirement: entry.dependency, provider: provider, isCondition: false))
        }
        // A record may list a dependency twice.
        var listed: Set<Requirement> = []
        for package in packages {
            listed.removeAll(keepingCapacity: true)
            for place in universe.dependencyRange(package) {
                let requirement = universe.dependencies[place]
                guard !requirement.isConflict, let provider = provider(requirement, package),
                    listed.insert(requirement).inserted
                else { continue }
                edges.append(
                    Edge(
                        owner: package, requirement: problem.dependency(requirement), provider: provider,
                        isCondition: false))
            }
        }
        let installIf = InstallIf(problem)
        for package in packages where installIf.holds(package, for: present) {
            listed.removeAll(keepingCapacity: true)
            for place in universe.installIfRange(package) {
                let condition = universe.installIf[place]
                guard !condition.isConflict, let owner = provider(condition, package),
                    listed.insert(condition).inserted
                else { continue }
                edges.append(
                    Edge(owner: owner, requirement: problem.dependency(condition), provider: package, isCondition: true)
                )
            }
        }
        self.edges = edges
    }

    /// The reason for each package of the answer.
    package func reasons() -> [PackageID: InstallReason] {
        // Packages are counted in the order of names, so that numbers are sorted instead of texts.
        let named = packages.map { (package: $0, name: problem.universe.name(of: $0)) }.sorted { $0.name < $1.name }
        var places: [PackageID: Int] = Dictionary(minimumCapacity: named.count)
        for (place, entry) in named.enumerated() { places[entry.package] = place }
        var kinds = [InstallReason.Kind?](repeating: nil, count: named.count)
        var requests: [Int: [String]] = [:]
        var owners = [[Int]](repeating: [], count: named.count)
        for edge in edges where edge.owner != edge.provider {
            guard let provider = places[edge.provider] else { continue }
            let kind: InstallReason.Kind = edge.owner == nil ? .request : edge.isCondition ? .installIf : .dependency
            guard kinds[provider] ?? kind == kind else { continue }
            kinds[provider] = kind
            if let owner = edge.owner {
                // A package may ask for another one by several names, one after another.
                if let place = places[owner], place != owners[provider].last { owners[provider].append(place) }
            } else {
                requests[provider, default: []].append(edge.requirement.description)
            }
        }
        var reasons: [PackageID: InstallReason] = Dictionary(minimumCapacity: named.count)
        for (place, entry) in named.enumerated() {
            guard let kind = kinds[place] else { continue }
            let by = requests[place]?.sorted() ?? owners[place].sorted().withoutRepetitions.map { named[$0].name }
            reasons[entry.package] = InstallReason(kind: kind, by: by)
        }
        let installIf = InstallIf(problem)
        // What waits for nothing to be there comes in without an edge.
        for package in packages where reasons[package] == nil && installIf.isByAbsence(package) {
            reasons[package] = InstallReason(kind: .installIf, by: [])
        }
        return reasons
    }

    /// The shortest chain of edges from the world to a package; nil if none leads there.
    package func shortestChain(to target: PackageID) -> [Edge]? {
        var arrived: [PackageID: Edge] = [:]
        var pending: [PackageID] = []
        for edge in edges where edge.owner == nil && arrived[edge.provider] == nil {
            arrived[edge.provider] = edge
            pending.append(edge.provider)
        }
        let byOwner = Dictionary(grouping: edges.filter { $0.owner != nil }) { $0.owner }
        var next = 0
        while next < pending.count, arrived[target] == nil {
            for edge in byOwner[pending[next]] ?? [] where arrived[edge.provider] == nil {
                arrived[edge.provider] = edge
                pending.append(edge.provider)
            }
            next += 1
        }
        guard var edge = arrived[target] else { return nil }
        var chain = [edge]
        while let owner = edge.owner, let previous = arrived[owner] {
            chain.append(previous)
            edge = previous
        }
        return chain.reversed()
    }
}

extension [Int] {
    /// A sorted array without equal neighbours.
    fileprivate var withoutRepetitions: [Int] {
        var result: [Int] = []
        result.reserveCapacity(count)
        for number in self where number != result.last { result.append(number) }
        return result
    }
}
