internal import ApkFormats

/// What apk's propagation found wrong, in the terms of apk's own report (`apk-formats.md` §11).
///
/// The report is facts; the layout is made by who prints it.
public struct FailureReport: Sendable, Hashable {
    /// One name or package that is in trouble.
    public struct Block: Sendable, Hashable {
        /// `name (no such package)`, `name (virtual)` or `name-version`.
        public var label: String
        /// What is wrong with it, in apk's order.
        public var facts: [Fact]
    }

    /// One line of a block: a key and its items.
    public struct Fact: Sendable, Hashable {
        /// `note`, `provided by`, `required by`, `error`, `arch`, `depends`, `provides`, `install_if`, `masked in`,
        /// `conflicts`, `breaks` or `satisfies`.
        public var key: String
        /// Packages, names, or `owner[dependency]`.
        public var items: [String]
    }

    /// The blocks in apk's order.
    public var blocks: [Block]
}

extension FailureReport {
    /// Analyses a failed selection.
    package init(_ problem: Problem, _ changes: ChangeSet) {
        var builder = FailureReportBuilder(problem, changes)
        builder.run()
        blocks = builder.blocks
    }
}

/// Walks a failed selection and collects the facts of its report.
struct FailureReportBuilder {
    let problem: Problem
    let universe: Universe
    let changes: ChangeSet
    /// The packages that the failed solve chose.
    var marked: Set<PackageID>
    var blocks: [FailureReport.Block] = []
    private var nameStates: [NameID: Presence] = [:]
    private var packageStates: [PackageID: Presence] = [:]

    /// How a name is there: wanted and chosen, come by `install_if`, or only offered virtually; and whether it has been
    /// reported as missing.
    private struct Presence: OptionSet {
        let rawValue: UInt8
        static let present = Presence(rawValue: 1)
        static let installIf = Presence(rawValue: 2)
        static let virtualOnly = Presence(rawValue: 4)
        static let missing = Presence(rawValue: 8)
    }

    init(_ problem: Problem, _ changes: ChangeSet) {
        self.problem = problem
        universe = problem.universe
        self.changes = changes
        marked = Set(changes.packages)
    }

    mutating func run() {
        let world = problem.world.map(\.requirement).filter { !$0.isBroken }
        visit(world)
        reportMissing(in: world)
        for step in changes.steps {
            guard let package = step.new else { continue }
            if let block = block(for: package, step) { blocks.append(block) }
            reportMissing(in: universe.dependencyRange(package).map { universe.dependencies[$0] })
        }
    }

    // MARK: What is there

    private mutating func visit(_ requirements: [Requirement]) {
        var pending: [(name: NameID, state: Presence)] = requirements.reversed().filter { !$0.isConflict }
            .map { ($0.name, .present) }
        while let (name, state) = pending.popLast() {
            for place in universe.providerRange(name) {
                let provider = universe.providers[place]
                guard marked.contains(provider.package) else { continue }
                let row = universe.packages[provider.package.index]
                var state = state
                if state == .present, row.providerPriority == 0, !provider.version.isVersioned, row.name != name {
                    state = .virtualOnly
                }
                guard packageStates[provider.package, default: []].isDisjoint(with: state) else { continue }
                packageStates[provider.package, default: []].formUnion(state)
                nameStates[row.name, default: []].formUnion(state)
                for place in universe.providedRange(provider.package) {
                    let provided = universe.providedNames[place]
                    let isVirtual = state == .installIf && !provided.version.isVersioned
                    nameStates[provided.name, default: []].formUnion(isVirtual ? .virtualOnly : state)
                }
                if state != .virtualOnly { pending += completedBy(provider.package).map { ($0, .installIf) } }
                let dependencies = universe.dependencyRange(provider.package).map { universe.dependencies[$0] }
                pending += dependencies.reversed().filter { !$0.isConflict }.map { ($0.name, .present) }
            }
        }
    }

    /// The names of marked packages whose conditions hold now that a package is there.
    private func completedBy(_ package: PackageID) -> [NameID] {
        var result: [NameID] = []
        let names =
            [universe.packages[package.index].name]
            + universe.providedRange(package).map { universe.providedNames[$0].name }
        for name in names {
            for waiting in universe.installIfNames[name.index] {
                for place in universe.providerRange(NameID(Int(waiting))) {
                    let candidate = universe.providers[place].package
                    let conditions = universe.installIfRange(candidate)
                    guard marked.contains(candidate), !conditions.isEmpty else { continue }
                    let isComplete = conditions.allSatisfy { place in
                        let condition = universe.installIf[place]
                        let isThere = !nameStates[condition.name, default: []].isDisjoint(with: [.present, .installIf])
                        return condition.isConflict != isThere
                    }
                    if isComplete { result.append(universe.packages[candidate.index].name) }
                }
            }
        }
        return result
    }

    // MARK: Missing names

    private mutating func reportMissing(in requirements: [Requirement]) {
        for requirement in requirements where !requirement.isConflict {
            guard nameStates[requirement.name, default: []].isDisjoint(with: [.present, .installIf, .missing]) else {
                continue
            }
            nameStates[requirement.name, default: []].insert(.missing)
            blocks.append(missingBlock(requirement.name))
        }
    }

    private func missingBlock(_ name: NameID) -> FailureReport.Block {
        let text = problem.vocabulary.text(name)
        let providers = universe.providerRange(name).map { universe.providers[$0].package }
        var facts: [FailureReport.Fact] = []
        if !providers.isEmpty {
            facts.append(
                .init(
                    key: "note",
                    items: ["please", "select", "one", "of", "the", "'provided", "by'", "packages", "explicitly"]))
            facts.append(.init(key: "provided by", items: providerLabels(providers)))
        }
        facts.append(.init(key: "required by", items: requiredBy(name)))
        let suffix = providers.isEmpty ? "no such package" : "virtual"
        return FailureReport.Block(label: "\(text) (\(suffix))", facts: facts.filter { !$0.items.isEmpty })
    }

    /// A package's name alone if all versions of it provide the name, else each with its version.
    private func providerLabels(_ providers: [PackageID]) -> [String] {
        var labels: [String] = []
        var listed: Set<NameID> = []
        for package in providers {
            let name = universe.packages[package.index].name
            let all = universe.providerRange(name).map { universe.providers[$0].package }
            if all.allSatisfy({ providers.contains($0) }) {
                if listed.insert(name).inserted { labels.append(universe.text(name)) }
            } else {
                labels.append(universe.label(of: package))
            }
        }
        return labels
    }

    private func requiredBy(_ name: NameID) -> [String] {
        var items: [String] = []
        for entry in problem.world where entry.requirement.name == name && !entry.requirement.isConflict {
            items.append(worldLabel(entry))
        }
        for dependentName in dependentNames(name) {
            let found = universe.providerRange(dependentName).lazy.map { universe.providers[$0].package }
                .filter { marked.contains($0) }
                .compactMap { package -> (PackageID, Requirement)? in
                    let place = universe.dependencyRange(package).first {
                        universe.dependencies[$0].name == name && !universe.dependencies[$0].isConflict
                    }
                    return place.map { (package, universe.dependencies[$0]) }
                }.first
            if let (package, requirement) = found {
                items.append("\(universe.label(of: package))[\(text(requirement))]")
            }
        }
        return items
    }

    /// The names with a provider that depends on a name, in apk's order.
    private func dependentNames(_ name: NameID) -> [NameID] {
        var names: Set<NameID> = []
        for element in universe.dependents[name.index] {
            let package = PackageID(Int(element))
            guard marked.contains(package) else { continue }
            names.insert(universe.packages[package.index].name)
            for place in universe.providedRange(package) { names.insert(universe.providedNames[place].name) }
        }
        return names.sorted { universe.nameOrder($0) < universe.nameOrder($1) }
    }

    // MARK: Texts

    func text(_ requirement: Requirement) -> String {
        (requirement.isConflict ? "!" : "") + problem.vocabulary.text(requirement.name) + requirement.relation.text
            + problem.vocabulary.text(requirement.version)
    }

    /// A line of the world as reports show it: the tag stands behind the version.
    func worldLabel(_ entry: Problem.WorldEntry) -> String {
        "world[\(text(entry.requirement))\(entry.dependency.tag.map { "@" + $0 } ?? "")]"
    }
}
