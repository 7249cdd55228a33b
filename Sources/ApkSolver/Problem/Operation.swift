public import ApkFormats

/// What a command does to a world and to the installed packages; each case is one of apk's commands.
public enum Operation: Sendable {
    /// `add`: puts requests into the world.
    case add([Dependency], flags: SolverFlags = [])
    /// `add -t`: makes a package that depends on the requests, and puts it into the world.
    case addVirtual(name: String, version: String, [Dependency])
    /// `del`: takes packages out of the world, and with `recursive` what depends on them.
    case remove([String], recursive: Bool = false)
    /// `upgrade`: everything, or only the named packages.
    case upgrade(Upgrade)
    /// `fix`: installs the named packages again, or those that the database calls broken.
    case fix([String], upgrades: Bool = false, includesDependencies: Bool = false)

    /// The options of `upgrade`.
    public struct Upgrade: Sendable {
        /// The packages to upgrade; empty for all.
        public var packages: [String] = []
        /// Packages that keep their installed version (`--ignore`).
        public var ignored: [String] = []
        /// Prefer what the repositories have, even if it is older (`--available`).
        public var available = false
        /// Prefer the newest version of any repository (`--latest`).
        public var latest = false
        /// Drop from the world what no repository has (`--prune`).
        public var prunes = false
        /// Upgrade apk itself first and in a step of its own.
        public var preUpgrade = PreUpgrade.none
        /// Packages to upgrade together with apk itself (`--preupgrade-depends`).
        public var preUpgradeDependencies: [Dependency] = []

        public init() {}
    }

    /// Whether an upgrade begins with the package manager itself.
    public enum PreUpgrade: Sendable {
        case none
        /// Only the package manager, and nothing after it.
        case only
    }
}

/// A world, and the problem that an operation makes of it.
package struct Transaction: Sendable {
    /// The world that is written if the problem has a solution.
    package var world: [Dependency]
    package var problem: Problem
    /// Packages that were asked to go, to say why they stay if they do.
    package var removals: [String] = []
    /// Whether this is the step that upgrades the package manager itself.
    package var isPreUpgrade = false
}

extension Transaction {
    /// Makes the problem of an operation.
    ///
    /// - Returns: nil where there is nothing to do: a pre-upgrade without anything newer.
    /// - Throws: ``SolverError`` with the code `invalid-request`, `unknown-tag` or `not-installed`.
    package static func make(
        _ operation: Operation, universe: Universe, world: [Dependency]
    ) throws(SolverError) -> Transaction? {
        switch operation {
        case .add(let requests, let flags):
            return try add(requests, flags: flags, universe: universe, world: world)
        case .addVirtual(let name, let version, let requests):
            let universe = addVirtualPackage(name: name, version: version, requests, to: universe)
            let request = Dependency(name: name, relation: .equal, version: version)
            return try add([request], flags: [], universe: universe, world: world)
        case .remove(let packages, let recursive):
            return remove(packages, recursive: recursive, universe: universe, world: world)
        case .upgrade(let options):
            return try upgrade(options, universe: universe, world: world)
        case .fix(let packages, let upgrades, let includesDependencies):
            return try fix(
                packages, flags: upgrades ? .upgrade : .reinstall, isInheritable: includesDependencies,
                universe: universe, world: world)
        }
    }

    private static func add(
        _ requests: [Dependency], flags: SolverFlags, universe: Universe, world: [Dependency]
    ) throws(SolverError) -> Transaction {
        var world = world
        for request in requests {
            world.removeAll { $0.name == request.name }
            world.append(request)
        }
        var problem = Problem(universe, world: world)
        problem.marks = requests.map {
            Problem.Mark(name: problem.vocabulary.name($0.name), flags: flags, inheritable: flags)
        }
        return Transaction(world: problem.world.map(\.dependency), problem: problem)
    }

    private static func remove(
        _ packages: [String], recursive: Bool, universe: Universe, world: [Dependency]
    ) -> Transaction {
        var problem = Problem(universe, world: world)
        let installed = universe.installed
        let named = Set(packages)
        // A name that no installed package has only leaves the world.
        var leaving = named
        var removed: Set<PackageID> = []
        var pending = installed.filter { named.contains(universe.name(of: $0)) }
        while let package = pending.popLast() {
            guard removed.insert(package).inserted, recursive else { continue }
            leaving.formUnion(problem.offers(of: package).map { problem.vocabulary.text($0.name) })
            let dependents = problem.demands(metBy: package).compactMap(\.dependent)
            pending += dependents.filter { universe.packages[$0.index].traits.contains(.installed) }
        }
        problem.setWorld(world.filter { !leaving.contains($0.name) })
        problem.marks = installed.filter { removed.contains($0) }.map {
            Problem.Mark(name: universe.packages[$0.index].name, flags: .remove, inheritable: [])
        }
        return Transaction(
            world: problem.world.map(\.dependency), problem: problem,
            removals: packages.filter { name in installed.contains { universe.name(of: $0) == name } })
    }

    private static func upgrade(
        _ options: Operation.Upgrade, universe: Universe, world: [Dependency]
    ) throws(SolverError) -> Transaction? {
        if let unknown = options.packages.first(where: { universe.name($0) == nil }) {
            throw SolverError(.notInstalled, detail: unknown)
        }
        var flags: SolverFlags = .upgrade
        if options.available { flags.insert(.available) }
        if options.latest { flags.insert(.latest) }
        if options.preUpgrade == .only {
            return preUpgrade(options, flags: flags, universe: universe, world: world)
        }
        var world = world
        if options.available {
            world = world.map { $0.relation.isIdentity ? Dependency(name: $0.name, tag: $0.tag) : $0 }
        }
        if options.prunes {
            world.removeAll { dependency in
                guard let name = universe.name(dependency.name), !dependency.isConflict else {
                    return !dependency.isConflict
                }
                return !universe.providerRange(name).contains { universe.isAvailable(universe.providers[$0].package) }
            }
        }
        var problem = Problem(universe, world: world)
        problem.globalFlags = options.packages.isEmpty ? flags : flags.subtracting(.upgrade)
        let upgraded = options.packages.map { (problem.vocabulary.name($0), SolverFlags.upgrade) }
        let ignored = options.ignored.map { (problem.vocabulary.name($0), SolverFlags.installed) }
        problem.marks = (upgraded + ignored).map { Problem.Mark(name: $0.0, flags: $0.1, inheritable: []) }
        return Transaction(world: problem.world.map(\.dependency), problem: problem)
    }

    /// The step that upgrades the package manager itself and what was named with it, everything else kept.
    private static func preUpgrade(
        _ options: Operation.Upgrade, flags: SolverFlags, universe: Universe, world: [Dependency]
    ) -> Transaction? {
        var problem = Problem(universe, world: world)
        var candidates: [PackageID] = []
        if let own = universe.selfPackage {
            let row = universe.packages[own.index]
            let name = universe.text(row.name)
            let isExcluded = options.preUpgradeDependencies.contains { $0.isConflict && $0.name == name }
            if !isExcluded { candidates.append(own) }
        }
        for dependency in options.preUpgradeDependencies where !dependency.isConflict {
            let requirement = problem.vocabulary.requirement(dependency)
            for place in universe.providerRange(requirement.name) {
                let provider = universe.providers[place]
                guard universe.packages[provider.package.index].traits.contains(.installed),
                    problem.vocabulary.satisfies(requirement, provider, owner: nil),
                    !candidates.contains(provider.package)
                else { continue }
                candidates.append(provider.package)
            }
        }
        let names = candidates.map { universe.packages[$0.index].name }
        let hasNewer = candidates.contains { candidate in
            let row = universe.packages[candidate.index]
            return universe.providerRange(row.name).contains { place in
                let provider = universe.providers[place]
                return universe.packages[provider.package.index].repositories != 0
                    && problem.vocabulary.order(provider.version, row.version) == .greater
            }
        }
        guard hasNewer else { return nil }
        problem.marks = names.map { Problem.Mark(name: $0, flags: flags, inheritable: []) }
        problem.prefersInstalled = true
        return Transaction(world: problem.world.map(\.dependency), problem: problem, isPreUpgrade: true)
    }

    private static func fix(
        _ packages: [String], flags: SolverFlags, isInheritable: Bool, universe: Universe, world: [Dependency]
    ) throws(SolverError) -> Transaction {
        var problem = Problem(universe, world: world)
        var names: [NameID] = []
        for package in packages {
            guard let name = universe.name(package) else { throw SolverError(.notInstalled, detail: package) }
            names.append(name)
        }
        if packages.isEmpty {
            names = universe.installed.map { universe.packages[$0.index] }
                .filter { !$0.traits.isDisjoint(with: [.brokenFiles, .failedScript]) }.map(\.name)
        }
        problem.marks = names.map { Problem.Mark(name: $0, flags: flags, inheritable: isInheritable ? flags : []) }
        return Transaction(world: problem.world.map(\.dependency), problem: problem)
    }

    /// A universe with one more package that only has dependencies.
    private static func addVirtualPackage(
        name: String, version: String, _ requests: [Dependency], to universe: Universe
    ) -> Universe {
        var builder = UniverseBuilder(extending: universe)
        // Any identity will do that no package has; this one is the same for the same request.
        let seed = Array("\(name)=\(version):\(requests.map(\.description).joined(separator: " "))".utf8)
        let words = seed.withUnsafeBufferPointer { bytes in (0..<5).map { murmur3(bytes, seed: UInt32($0)) } }
        let identity = Checksum(bytes: words.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xff) } })
        let record = """
            C:\(identity?.description ?? "")
            P:\(name)
            V:\(version)
            A:noarch
            S:0
            I:0
            D:\(requests.map(\.description).joined(separator: " "))

            """
        let start = builder.text.count
        builder.text.append(contentsOf: record.utf8)
        // A record that was just made cannot be malformed; were it, the request would simply find no package.
        _ = try? builder.read(start..<builder.text.count, from: .local)
        return builder.finish()
    }
}
