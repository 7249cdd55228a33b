/// A constraint of the search, as a fact that can be told: what must hold and why.
package enum ClauseOrigin: Hashable, Sendable {
    /// A line of the world, by its index in the sorted world.
    case request(Int)
    /// A package's dependency, by its place in the universe's dependencies.
    case dependency(PackageID, place: Int)
    /// A name that only one package can have: two versions of a package, or versioned provides.
    case exclusive(NameID)
    /// A package that takes one of its own names twice.
    case selfConflict(PackageID)
    /// A package that is never to be installed, or not from where it is.
    case excluded(PackageID)
}

/// The clauses of a problem over the packages of its scope.
///
/// One variable says that a package is installed. A dependency is a clause "not this package, or one of its providers";
/// what excludes each other becomes groups of which at most one may be true.
struct ClauseEncoding {
    let problem: Problem
    let scope: SearchScope
    var learner = ClauseLearner()
    /// For each package of the universe the variable's number, from 0 on in the order of the scope; -1 outside of it.
    private(set) var variables: [Int32]
    /// With facts: the literal that switches each fact on, in the order of ``facts``.
    private(set) var selectors: [Literal] = []
    private(set) var facts: [ClauseOrigin] = []
    private let tellsFacts: Bool
    /// The literals that switch the `install_if` clauses on, with their packages.
    private(set) var installIfSelectors: [(package: PackageID, selector: Literal)] = []
    /// The tags that can lead to each package.
    private let tags: TagReach
    /// The variables that say which package stands for a name; see ``encodeChoices(_:)``.
    var choices: [NameID: [(provider: Provider, literal: Literal)]]?

    /// Encodes a problem.
    ///
    /// - Parameter tellsFacts: gives each constraint a selector, so that a contradiction can be explained; leaves
    ///   `install_if` out, which never makes a problem unsolvable.
    init(_ problem: Problem, tellsFacts: Bool) {
        self.init(problem, tellsFacts: tellsFacts, in: SearchScope(problem))
        if !tellsFacts, !problem.ignoresInstallIf { encodeInstallIf { _ in true } }
    }

    /// Encodes a problem whose `install_if` conditions all count, except for packages that no answer can hold and for
    /// the given ones.
    ///
    /// - Parameter answer: packages that some answer is known to hold.
    init(_ problem: Problem, obeyingInstallIfExcept exempt: Set<PackageID>, knowing answer: Set<PackageID>) {
        self.init(problem, tellsFacts: false, in: SearchScope(problem))
        guard !problem.ignoresInstallIf else { return }
        let waiting = scope.packages.filter { problem.universe.waitsForPresence($0) && !answer.contains($0) }
        let impossible = packagesOfNoAnswer(among: waiting.filter { !exempt.contains($0) })
        encodeInstallIf(exempt: exempt.union(impossible)) { _ in false }
    }

    /// Which of the given packages cannot be installed together with what the world asks for.
    private mutating func packagesOfNoAnswer(among candidates: [PackageID]) -> [PackageID] {
        var open = candidates.compactMap { package in literal(package).map { (package, $0) } }
        var impossible: [PackageID] = []
        let firstStep = learner.statistics.steps
        while let (package, literal) = open.first {
            let budget = max(0, problem.stepBudget - (learner.statistics.steps - firstStep))
            // Each model shows for all its packages that they can be there, so it is asked for as many as possible.
            var policy = PriorityOrder(open.map(\.1))
            switch learner.solve(assumptions: [literal], budget: budget, policy: &policy) {
            case .satisfiable:
                guard let model = learner.model else { return impossible }
                open.removeAll { model[$0.1] }
            case .unsatisfiable, .budgetExhausted:
                impossible.append(package)
                open.removeFirst()
            }
        }
        return impossible
    }

    /// Encodes dependencies and exclusion alone, over packages of all tags.
    init(_ problem: Problem, scope: SearchScope) {
        self.init(problem, scope: scope, tags: TagReach(everywhereIn: problem), tellsFacts: false)
    }

    private init(_ problem: Problem, tellsFacts: Bool, in scope: SearchScope) {
        let tags = TagReach(problem, possibleIn: scope)
        self.init(problem, scope: scope, tags: tags, tellsFacts: tellsFacts)
    }

    private init(_ problem: Problem, scope: SearchScope, tags: TagReach, tellsFacts: Bool) {
        self.problem = problem
        self.tellsFacts = tellsFacts
        self.scope = scope
        self.tags = tags
        variables = [Int32](repeating: -1, count: problem.universe.packages.count)
        for package in scope.packages { variables[package.index] = Int32(learner.addVariable().variable) }
        encodeRequests()
        encodePackages()
        encodeExclusion()
    }

    /// The literal "this package is installed"; nil outside of the scope.
    func literal(_ package: PackageID) -> Literal? {
        let variable = variables[package.index]
        return variable < 0 ? nil : Literal(variable: Int(variable))
    }

    /// Whether every answer holds the given packages, as far as propagation alone tells.
    mutating func forces(_ packages: [PackageID]) -> Bool {
        learner.propagateFacts() && packages.allSatisfy { literal($0).map { learner.isFact($0) } ?? false }
    }

    /// Whether the given packages and no others meet all constraints.
    mutating func allows(exactly packages: Set<PackageID>) -> Bool {
        let assumptions = scope.packages.compactMap { package in
            literal(package).map { packages.contains(package) ? $0 : !$0 }
        }
        return learner.solve(assumptions: assumptions) == .satisfiable
    }

    /// Adds a clause that is found necessary later.
    mutating func add(_ literals: [Literal]) { learner.addClause(literals) }

    mutating func solve(assumptions: [Literal], budget: Int, policy: inout some DecisionPolicy) -> SearchOutcome {
        learner.solve(assumptions: assumptions, budget: budget, policy: &policy)
    }

    mutating func minimalCore(budget: Int) -> MinimalCore.Outcome {
        MinimalCore.find(in: &learner, facts: selectors, budget: budget)
    }

    // MARK: Constraints

    /// The guard literal of a fact's clauses; none where facts are not told.
    private mutating func fact(_ origin: ClauseOrigin) -> [Literal] {
        guard tellsFacts else { return [] }
        let selector = learner.addVariable()
        selectors.append(selector)
        facts.append(origin)
        return [!selector]
    }

    private mutating func encodeRequests() {
        for (index, entry) in problem.world.enumerated() where !entry.requirement.isBroken {
            let guardLiterals = fact(.request(index))
            encode(entry.requirement, owner: nil, guardLiterals)
        }
    }

    /// "One of the providers that meet the requirement", or for a conflict "none of those that do not".
    private mutating func encode(_ requirement: Requirement, owner: PackageID?, _ guardLiterals: [Literal]) {
        var clause = guardLiterals
        if let owner, let literal = literal(owner) { clause.append(!literal) }
        for place in problem.universe.providerRange(requirement.name) {
            let provider = problem.universe.providers[place]
            guard let literal = literal(provider.package) else { continue }
            let isMet = problem.vocabulary.satisfies(requirement, provider, owner: owner)
            if requirement.isConflict {
                if !isMet { learner.addClause(clause + [!literal]) }
            } else if isMet {
                if provider.package == owner { return }
                clause.append(literal)
            }
        }
        if !requirement.isConflict { learner.addClause(clause) }
    }

    private mutating func encodePackages() {
        let universe = problem.universe
        for package in scope.packages {
            guard let literal = literal(package) else { continue }
            if !isEligible(package) {
                learner.addClause(fact(.excluded(package)) + [!literal])
                continue
            }
            if takesNameTwice(package) { learner.addClause(fact(.selfConflict(package)) + [!literal]) }
            for place in universe.dependencyRange(package) {
                let guardLiterals = fact(.dependency(package, place: place))
                encode(universe.dependencies[place], owner: package, guardLiterals)
            }
        }
    }

    /// Whether a package may be installed at all: for this architecture, from a repository that can be reached and
    /// to which a tag of the world can lead.
    func isEligible(_ package: PackageID) -> Bool {
        if problem.universe.packages[package.index].traits.contains(.uninstallable) { return false }
        return !problem.needsRepository(package) || problem.universe.isAvailable(package) && tags.allows(package)
    }

    private func takesNameTwice(_ package: PackageID) -> Bool {
        let universe = problem.universe
        var names = [universe.packages[package.index].name: true]
        for place in universe.providedRange(package) {
            let provided = universe.providedNames[place]
            if let isVersioned = names[provided.name], isVersioned || provided.version.isVersioned { return true }
            names[provided.name] = provided.version.isVersioned
        }
        return false
    }

    private mutating func encodeExclusion() {
        let universe = problem.universe
        var seen = [Bool](repeating: false, count: problem.vocabulary.nameCount)
        for package in scope.packages {
            exclude(on: universe.packages[package.index].name, &seen)
            for place in universe.providedRange(package) { exclude(on: universe.providedNames[place].name, &seen) }
        }
    }

    /// Only one package can offer a name with a version, and then none without.
    private mutating func exclude(on name: NameID, _ seen: inout [Bool]) {
        guard !seen[name.index] else { return }
        seen[name.index] = true
        var versioned: [Literal] = []
        var virtual: [Literal] = []
        for place in problem.universe.providerRange(name) {
            let provider = problem.universe.providers[place]
            guard let literal = literal(provider.package) else { continue }
            if provider.version.isVersioned {
                if versioned.last != literal { versioned.append(literal) }
            } else {
                virtual.append(literal)
            }
        }
        guard versioned.count + virtual.count > 1, !versioned.isEmpty else { return }
        let guardLiterals = fact(.exclusive(name))
        if guardLiterals.isEmpty {
            learner.addAtMostOne(versioned)
        } else {
            encodeAtMostOne(versioned, guardLiterals)
        }
        for first in versioned {
            for second in virtual where first != second { learner.addClause(guardLiterals + [!first, !second]) }
        }
    }

    /// At most one of the literals, under a guard, with one more variable for each: "this one or one before it".
    private mutating func encodeAtMostOne(_ literals: [Literal], _ guardLiterals: [Literal]) {
        var before: Literal?
        for literal in literals {
            let upToHere = learner.addVariable()
            learner.addClause([!literal, upToHere])
            if let before {
                learner.addClause([!before, upToHere])
                learner.addClause(guardLiterals + [!literal, !before])
            }
            before = upToHere
        }
    }

    /// Adds "if all conditions hold, this package" for each package that waits for others.
    ///
    /// - Parameters:
    ///   - exempt: packages that are left out.
    ///   - isSwitchable: whether a package's clause gets a selector.
    private mutating func encodeInstallIf(
        exempt: Set<PackageID> = [], isSwitchable: (PackageID) -> Bool
    ) {
        let universe = problem.universe
        var conditionLiterals: [Requirement: Literal] = [:]
        for package in scope.packages where universe.waitsForPresence(package) && !exempt.contains(package) {
            guard isEligible(package), !takesNameTwice(package), let literal = literal(package) else { continue }
            var clause = [literal]
            if isSwitchable(package) {
                let selector = learner.addVariable()
                installIfSelectors.append((package, selector))
                clause = [!selector, literal]
            }
            for place in universe.installIfRange(package) {
                let condition = universe.installIf[place]
                let holds = conditionLiterals[condition] ?? conditionLiteral(condition)
                conditionLiterals[condition] = holds
                clause.append(!holds)
            }
            learner.addClause(clause)
        }
    }

    /// A literal that is true exactly when a condition holds.
    private mutating func conditionLiteral(_ condition: Requirement) -> Literal {
        let holds = learner.addVariable()
        // The packages that decide: those that meet the condition, or for `!x` those that break it.
        let isDecided = condition.isConflict ? !holds : holds
        var deciders = [!isDecided]
        for place in problem.universe.providerRange(condition.name) {
            let provider = problem.universe.providers[place]
            guard let literal = literal(provider.package) else { continue }
            let isMet = problem.vocabulary.satisfies(condition, provider, owner: nil)
            guard isMet != condition.isConflict else { continue }
            learner.addClause([!literal, isDecided])
            deciders.append(literal)
        }
        learner.addClause(deciders)
        return holds
    }
}
