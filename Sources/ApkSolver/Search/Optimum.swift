/// The cheapest model of a learner's constraints, with a proof.
///
/// Two bounds close in on the optimum. From above: the best model found so far, and the constraint that no model may
/// cost more. From below: sets of costly literals that cannot all be false ("cores"), each of which raises the bound by
/// its cheapest member and leaves a cheaper objective to look at (Andres, Kaufmann, Matheis, Schaub, "Unsatisfiability-
/// based optimization in clasp", 2012; Morgado, Dodaro, Marques-Silva, "Core-guided MaxSAT with soft cardinality
/// constraints", 2014). Heavy literals are looked at before light ones, so that both bounds are good early.
enum Optimum {
    struct Options: Sendable {
        /// The most steps for everything together (``SearchStatistics/steps``).
        var budget = Int.max
        /// Whether to choose, among the cheapest models, the one that the preferred literals ask for; what
        /// ``Best/isPreferred`` reports.
        var breaksTies = true
        /// The most steps for choosing among cheapest models, within `budget`.
        var tieBudget = Int.max
    }

    /// What was found. Values are in the unit of the weights.
    struct Best: Sendable {
        /// Satisfies all constraints and assumptions. Has more variables than the learner: the first ones are its own.
        var model: Model
        /// The model's cost.
        var value: Int64
        /// No model costs less; equal to `value` if that is proved optimal.
        var lowerBound: Int64
        /// Whether the model is the one among the cheapest that a search by the preferred literals finds first: the
        /// lexicographically best, see ``PriorityOrder``.
        var isPreferred: Bool
        var statistics: SearchStatistics

        /// Whether the model is proved to be a cheapest one.
        var isProved: Bool { lowerBound == value }
    }

    enum Outcome: Sendable {
        case found(Best)
        /// The assumptions and constraints have no model at all.
        case unsatisfiable
        /// The budget ended before any model was found.
        case budgetExhausted
    }

    /// Finds a model of least cost.
    ///
    /// - Parameters:
    ///   - learner: the constraints. Consumed, because the search adds its own; pass a copy to keep it.
    ///   - objective: what true literals cost. A literal may occur several times and in both polarities; all weights
    ///     together must fit 64 bits.
    ///   - assumptions: literals that must be true.
    ///   - preferred: decides between models of equal cost: as many of these as possible from the front.
    ///   - policy: finds the first model, from which the search goes down: the better it is, the faster the proof.
    static func find(
        in learner: consuming ClauseLearner, minimizing objective: [WeightedLiteral], assumptions: [Literal] = [],
        preferring preferred: [Literal] = [], options: Options = Options(), policy: inout some DecisionPolicy
    ) -> Outcome {
        let limit = learner.statistics.steps.addingReportingOverflow(options.budget)
        let lastStep = limit.overflow ? Int.max : limit.partialValue
        for assumption in assumptions { learner.addFact(assumption) }
        guard learner.propagateFacts() else { return .unsatisfiable }
        let total = CostFunction(objective, variableCount: learner.variableCount)
        switch learner.solve(budget: options.budget, policy: &policy) {
        case .unsatisfiable: return .unsatisfiable
        case .budgetExhausted: return .budgetExhausted
        case .satisfiable: break
        }
        guard let model = learner.model else { return .unsatisfiable }
        var search = OptimumSearch(learner: learner, cost: total, first: model, lastStep: lastStep)
        search.run()
        if options.breaksTies { search.breakTies(preferring: preferred, budget: options.tieBudget) }
        return .found(search.best)
    }

    /// Finds a model of least cost; the first model follows the preferred literals.
    static func find(
        in learner: consuming ClauseLearner, minimizing objective: [WeightedLiteral], assumptions: [Literal] = [],
        preferring preferred: [Literal] = [], options: Options = Options()
    ) -> Outcome {
        var policy = PriorityOrder(preferred)
        return find(
            in: learner, minimizing: objective, assumptions: assumptions, preferring: preferred, options: options,
            policy: &policy)
    }
}

/// A sum of weights with each variable in at most one polarity.
struct CostFunction: Sendable {
    /// In the order in which the objective names the variables first; weights above 0.
    private(set) var terms: [WeightedLiteral] = []
    /// What every assignment costs.
    private(set) var constant: Int64 = 0

    init(_ objective: [WeightedLiteral], variableCount: Int) {
        var weights = [Int64](repeating: 0, count: variableCount * 2)
        var order: [Int] = []
        var isNamed = [Bool](repeating: false, count: variableCount)
        var total: Int64 = 0
        for term in objective {
            precondition(term.weight >= 0, "weights must not be negative")
            let (sum, overflow) = total.addingReportingOverflow(term.weight)
            precondition(!overflow, "the sum of all weights must fit 64 bits")
            total = sum
            weights[term.literal.index] += term.weight
            if !isNamed[term.literal.variable] {
                isNamed[term.literal.variable] = true
                order.append(term.literal.variable)
            }
        }
        for variable in order {
            let literal = Literal(variable: variable)
            let both = min(weights[literal.index], weights[(!literal).index])
            constant += both
            for literal in [literal, !literal] where weights[literal.index] > both {
                terms.append(WeightedLiteral(literal: literal, weight: weights[literal.index] - both))
            }
        }
    }

    func value(of model: Model) -> Int64 {
        terms.reduce(constant) { $0 + (model[$1.literal] ? $1.weight : 0) }
    }
}
