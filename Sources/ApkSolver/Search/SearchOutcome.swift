/// How a search ended.
enum SearchOutcome: Sendable, Equatable {
    /// ``ClauseLearner/model`` satisfies all clauses and assumptions.
    case satisfiable
    /// No model; ``ClauseLearner/failedAssumptions`` says because of which assumptions.
    case unsatisfiable
    /// The step budget ended first. What was learned stays, so a later search goes on from a better place.
    case budgetExhausted
}

/// A complete assignment that satisfies all clauses.
struct Model: Sendable, Equatable {
    /// Per literal: 1 true, -1 false.
    private let values: [Int8]

    init(values: [Int8]) { self.values = values }

    /// The number of variables that existed when the model was found.
    var variableCount: Int { values.count / 2 }

    /// Whether the literal is true; its variable must be older than the model.
    subscript(literal: Literal) -> Bool { values[literal.index] > 0 }
}

/// Counts since the learner was made. The same calls in the same order give the same counts on every machine.
struct SearchStatistics: Sendable, Equatable {
    var decisions = 0
    var conflicts = 0
    /// Assigned literals whose consequences were drawn.
    var propagations = 0
    /// Clauses learned, facts included.
    var learnedClauses = 0
    var deletedClauses = 0
    var restarts = 0
    /// What budgets are measured in: one per propagated literal, per clause or sum inspected and per group member or
    /// reason literal visited: close to time, yet independent of the machine.
    var steps = 0
}
