/// What the packages of a search ask for, with the providers in the order in which they are to be tried.
///
/// Made as it is asked for: most packages of a scope never come in.
struct DemandTable {
    /// A requirement that is not a conflict.
    struct Demand {
        /// Where in ``DemandTable/providers`` those that meet it are, the best first.
        var providers: Range<Int>
        /// Whether the best one offers the name with a version, as packages do with their own names.
        var isNamed: Bool
    }

    /// The providers of all demands.
    private(set) var providers: [Literal] = []
    private let problem: Problem
    private let preference: Preference
    /// The packages of the variables from 0 on.
    private let packages: [PackageID]
    /// For each package of the universe the variable's number, or -1.
    private let variables: [Int32]
    private var demands: [Demand] = []
    /// Where in `demands` those of each variable's package are; nil before they are asked for.
    private var ranges: [Range<Int>?]
    private var known: [Requirement: Demand] = [:]

    init(_ encoding: ClauseEncoding, _ preference: Preference) {
        problem = encoding.problem
        self.preference = preference
        packages = encoding.scope.packages
        variables = encoding.variables
        ranges = Array(repeating: nil, count: packages.count)
    }

    subscript(index: Int) -> Demand { demands[index] }

    /// The places of the demands of a variable's package; none for a variable that is not a package's.
    mutating func demands(ofVariable variable: Int) -> Range<Int> {
        guard variable < packages.count else { return 0..<0 }
        if let range = ranges[variable] { return range }
        let start = demands.count
        for place in problem.universe.dependencyRange(packages[variable]) {
            if let demand = demand(problem.universe.dependencies[place]) { demands.append(demand) }
        }
        ranges[variable] = start..<demands.count
        return start..<demands.count
    }

    /// What a requirement asks for; nil for a conflict and for one that apk takes no notice of.
    mutating func demand(_ requirement: Requirement) -> Demand? {
        guard !requirement.isConflict, !requirement.isBroken else { return nil }
        if let demand = known[requirement] { return demand }
        let universe = problem.universe
        let meeting = universe.providerRange(requirement.name).map { universe.providers[$0] }.filter { provider in
            variables[provider.package.index] >= 0 && problem.vocabulary.satisfies(requirement, provider, owner: nil)
        }
        let sorted = meeting.sorted { preference.precedes($0, $1, for: requirement.name) }
        let start = providers.count
        providers += sorted.map { Literal(variable: Int(variables[$0.package.index])) }
        let demand = Demand(providers: start..<providers.count, isNamed: sorted.first?.version.isVersioned ?? true)
        known[requirement] = demand
        return demand
    }
}
