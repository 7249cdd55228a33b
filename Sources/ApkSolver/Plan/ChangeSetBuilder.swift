internal import ApkFormats

/// Derives the steps and their order from a choice for every name (`apk-solver.md` §11).
///
/// The order is the post-order of a walk from the world, in the order of names, through dependencies in the order of
/// the index: a package comes after its dependencies unless they form a cycle. A package that comes in by its
/// `install_if` follows the package that completed its conditions.
struct ChangeSetBuilder {
    private let problem: Problem
    private let universe: Universe
    private let selection: Selection
    private var steps: [Change] = []
    private var errors: Set<PackageID>
    private var errorCount: Int
    /// Names and packages that the walk has been at.
    private var processed: BitSet
    private var isPlaced: BitSet
    /// For a name, how many dependencies of installed packages its installed package serves.
    private var users: [Int32]
    /// For a name, the installed package called so.
    private var installedPackage: [NameID: PackageID] = [:]
    /// The walk's stack: a walk on the call stack would be as deep as the longest chain of dependencies.
    private var stack: [Visit] = []

    private struct Visit {
        let package: PackageID
        let old: PackageID?
        var place: Int
        var stage: Stage
        /// The names that wait for this package's, in the second stage.
        var waiting: [NameID] = []

        enum Stage { case dependencies, waiting }
    }

    private init(_ problem: Problem, _ selection: Selection) {
        self.problem = problem
        universe = problem.universe
        self.selection = selection
        errors = selection.errors
        errorCount = selection.errorCount
        processed = BitSet(count: problem.vocabulary.nameCount)
        users = [Int32](repeating: 0, count: problem.universe.installed.isEmpty ? 0 : problem.vocabulary.nameCount)
        isPlaced = BitSet(count: universe.packages.count)
    }

    /// The steps that lead from what is installed to a selection.
    static func build(_ problem: Problem, _ selection: Selection) -> ChangeSet {
        var builder = ChangeSetBuilder(problem, selection)
        builder.run()
        return ChangeSet(steps: builder.steps, errors: builder.errors, errorCount: builder.errorCount)
    }

    private mutating func run() {
        for package in universe.installed { installedPackage[universe.packages[package.index].name] = package }
        for package in universe.installed {
            for place in universe.dependencyRange(package) { addUser(universe.dependencies[place], 1) }
        }
        for package in universe.installed {
            let name = universe.packages[package.index].name
            if users[name.index] == 0, selection.choice(name) == nil { remove(package) }
        }
        for entry in problem.world where !entry.requirement.isBroken {
            change(entry.requirement.name)
        }
        for package in universe.installed { change(universe.packages[package.index].name) }
    }

    private mutating func addError(_ package: PackageID) {
        if errors.insert(package).inserted { errorCount += 1 }
    }

    // MARK: The walk

    private mutating func change(_ name: NameID) {
        enter(name)
        while var visit = stack.popLast() {
            switch visit.stage {
            case .dependencies: walkDependencies(&visit)
            case .waiting: walkWaiting(&visit)
            }
        }
    }

    /// Begins with a name: removes what goes, and puts its choice on the stack.
    private mutating func enter(_ name: NameID) {
        guard !processed.contains(name.index) else { return }
        preprocess(name)
        guard let package = selection.choice(name)?.package, !isPlaced.contains(package.index) else { return }
        isPlaced.insert(package.index)
        let own = universe.packages[package.index].name
        preprocess(own)
        for place in universe.providedRange(package) { preprocess(universe.providedNames[place].name) }
        let old = installedPackage[own]
        if let old { checkRemovalByInstallIf(old) }
        stack.append(
            Visit(
                package: package, old: old, place: universe.dependencyRange(package).lowerBound, stage: .dependencies))
    }

    private mutating func walkDependencies(_ visit: inout Visit) {
        let range = universe.dependencyRange(visit.package)
        if visit.place < range.upperBound {
            let requirement = universe.dependencies[visit.place]
            let choice = selection.choice(requirement.name)
            if !problem.vocabulary.satisfies(requirement, choice, owner: visit.package) { addError(visit.package) }
            visit.place += 1
            stack.append(visit)
            enter(requirement.name)
            return
        }
        for place in range {
            // Errors of dependencies are errors of what depends on them; within a cycle, as far as they are known.
            if let chosen = selection.choice(universe.dependencies[place].name), errors.contains(chosen.package) {
                addError(visit.package)
            }
        }
        record(old: visit.old, new: visit.package)
        visit.stage = .waiting
        visit.place = 0
        visit.waiting = waitingNames(visit.package)
        stack.append(visit)
    }

    /// After a package: what its names complete the conditions of.
    private mutating func walkWaiting(_ visit: inout Visit) {
        while visit.place < visit.waiting.count {
            let name = visit.waiting[visit.place]
            visit.place += 1
            guard let package = selection.choice(name)?.package, !processed.contains(name.index), isComplete(package)
            else {
                continue
            }
            stack.append(visit)
            enter(name)
            return
        }
        for place in universe.dependencyRange(visit.package) { addUser(universe.dependencies[place], 1) }
        if let old = visit.old { dropUsers(of: old) }
    }

    private func waitingNames(_ package: PackageID) -> [NameID] {
        var names: [NameID] = []
        func add(_ name: NameID) {
            for place in universe.installIfNames.range(name.index) {
                names.append(NameID(Int(universe.installIfNames.elements[place])))
            }
        }
        add(universe.packages[package.index].name)
        for place in universe.providedRange(package) { add(universe.providedNames[place].name) }
        return names
    }

    private func isComplete(_ package: PackageID) -> Bool {
        universe.installIfRange(package).allSatisfy { place in
            let condition = universe.installIf[place]
            if !condition.isConflict, !processed.contains(condition.name.index) { return false }
            return problem.vocabulary.satisfies(condition, selection.choice(condition.name), owner: nil)
        }
    }

    /// Takes away the installed packages that stand in the way of a name's choice.
    private mutating func preprocess(_ name: NameID) {
        guard !processed.contains(name.index) else { return }
        processed.insert(name.index)
        guard !universe.installed.isEmpty else { return }
        if let installed = installedPackage[name] {
            let choice = selection.choice(name)?.package
            if choice.map({ universe.packages[$0.index].name != name }) ?? true { remove(installed) }
        }
        for place in universe.providerRange(name) {
            let package = universe.providers[place].package
            let row = universe.packages[package.index]
            guard row.traits.contains(.installed), selection.choice(row.name) == nil else { continue }
            remove(package)
        }
    }

    // MARK: Removals

    private mutating func remove(_ package: PackageID) {
        let name = universe.packages[package.index].name
        guard !isPlaced.contains(package.index) else { return }
        if let chosen = selection.choice(name)?.package, universe.packages[chosen.index].name == name { return }
        isPlaced.insert(package.index)
        for dependent in installedDependents(of: package) { remove(dependent) }
        checkRemovalByInstallIf(package)
        record(old: package, new: nil)
        dropUsers(of: package)
    }

    /// The installed packages that have a dependency which a package meets, in apk's order of names.
    private func installedDependents(of package: PackageID) -> [PackageID] {
        let row = universe.packages[package.index]
        var offers = [(row.name, Provider(package: package, version: row.version))]
        for place in universe.providedRange(package) {
            let provided = universe.providedNames[place]
            offers.append((provided.name, Provider(package: package, version: provided.version)))
        }
        var result: [PackageID] = []
        for (name, provider) in offers {
            let dependents = universe.dependents[name.index].map { PackageID(Int($0)) }.filter { dependent in
                universe.packages[dependent.index].traits.contains(.installed)
                    && universe.dependencyRange(dependent).contains { place in
                        let requirement = universe.dependencies[place]
                        return requirement.name == name && !requirement.isConflict
                            && problem.vocabulary.satisfies(requirement, provider, owner: dependent)
                    }
            }
            result += dependents.sorted { apkOrder($0) < apkOrder($1) }
        }
        return result
    }

    private func apkOrder(_ package: PackageID) -> UInt64 {
        universe.nameOrder(universe.packages[package.index].name)
    }

    /// Removes installed packages that came by an `install_if` which a package no longer completes.
    private mutating func checkRemovalByInstallIf(_ package: PackageID) {
        for name in waitingNames(package) {
            guard let waiting = installedPackage[name], !isPlaced.contains(waiting.index), users[name.index] == 0 else {
                continue
            }
            let isBroken = universe.installIfRange(waiting).contains { place in
                let condition = universe.installIf[place].name
                return installedPackage[condition] != nil && selection.choice(condition) == nil
            }
            if isBroken { remove(waiting) }
        }
    }

    /// The name of the installed package that serves a name: it is called so, or provides it with a version.
    private func installedName(_ name: NameID) -> NameID? {
        if installedPackage[name] != nil { return name }
        for place in universe.providerRange(name) {
            let provider = universe.providers[place]
            let row = universe.packages[provider.package.index]
            if provider.version.isVersioned, row.traits.contains(.installed) { return row.name }
        }
        return nil
    }

    private mutating func addUser(_ requirement: Requirement, _ count: Int32) {
        guard !users.isEmpty, !requirement.isConflict, let name = installedName(requirement.name) else { return }
        users[name.index] += count
    }

    private mutating func dropUsers(of package: PackageID) {
        for place in universe.dependencyRange(package) {
            let requirement = universe.dependencies[place]
            guard !requirement.isConflict, let name = installedName(requirement.name) else { continue }
            users[name.index] -= 1
            if users[name.index] == 0, selection.choice(name) == nil, let orphan = installedPackage[name] {
                remove(orphan)
            }
        }
    }

    // MARK: Steps

    private mutating func record(old: PackageID?, new: PackageID?) {
        let tag = new.map { recordedTag(of: $0) } ?? 0
        let kind: Change.Kind
        switch (old, new) {
        case (nil, _): kind = .install
        case (_, nil): kind = .purge
        case (let old?, let new?) where old == new:
            let isReinstalled = selection.flags(of: new).contains(.reinstall)
            let hasTag = Int(universe.packages[new.index].installedTag) == tag
            kind = isReinstalled ? .reinstall : hasTag ? .keep : .updatePinning
        case (let old?, let new?):
            let rows = universe.packages
            switch problem.vocabulary.order(rows[new.index].version, rows[old.index].version) {
            case .greater: kind = .upgrade
            case .less: kind = .downgrade
            case .equal: kind = .replace
            }
        }
        steps.append(Change(old: old, new: new, tag: problem.vocabulary.text(tag: tag), kind: kind))
    }

    /// The lowest tag that a package may come by and whose repositories have it.
    private func recordedTag(of package: PackageID) -> Int {
        let repositories = problem.repositories(of: package)
        var tags = selection.allowedTags(of: package)
        while tags != 0 {
            let tag = tags.trailingZeroBitCount
            if problem.vocabulary.repositories(ofTag: tag) & repositories != 0 { return tag }
            tags &= tags - 1
        }
        return 0
    }
}
