/// A complete search over clauses, at-most-one groups and weighted sums, learning a clause from each conflict.
///
/// Everything is integers: variables are numbered from 0, ``Literal`` is a variable or its negation. The decisions come
/// from the caller (``DecisionPolicy``); what follows from them, what a conflict teaches and how far to go back is
/// decided here. Constraints may be added between searches; learned clauses are consequences of the constraints alone,
/// never of assumptions, so they stay valid.
///
/// A value type: a copy is an independent learner (and costs what its arrays cost once one of the two changes).
/// Deterministic: the same calls in the same order give the same models, cores and counts.
///
/// The methods: two watched literals with blockers, first unique implication point, recursive minimisation of learned
/// clauses, jumps back over several levels; see Marques-Silva, Lynce, Malik in the Handbook of Satisfiability, chapter 4.
struct ClauseLearner: Sendable {
    /// How the search treats what it learned.
    struct Options: Sendable {
        /// Conflicts before the first restart; the intervals follow Luby's sequence times this number. Nil: never.
        ///
        /// Restarts help with hard proofs but take a policy's preference out of the order of decisions' history.
        var restartInterval: Int?
        /// Clauses that are learned before the less useful half of them is dropped for the first time; the intervals
        /// grow with each reduction.
        var reductionInterval = 2_000
    }

    var options: Options
    var statistics = SearchStatistics()

    var assignment = Assignment()
    var arena = ClauseArena()
    var watches = OccurrenceLists(filler: Watch(blocker: Literal(code: 0), reference: 0))
    var groups = AtMostOneGroups()
    var sums = WeightedSums()

    /// The learned clauses of the arena, oldest first.
    var learnedReferences: [ClauseArena.Reference] = []
    /// How often learned clauses were reduced, and the number of learned clauses at which it happens next.
    var reductions = 0
    var nextReduction: Int
    /// How many literals of the trail have been propagated.
    var propagated = 0
    /// False once the constraints contradict each other without any assumption.
    var isConsistent = true

    /// The assumptions that levels 1... of the trail belong to, kept so that the next search can start where it differs.
    var placedAssumptions: [Literal] = []
    /// Per open level: all variables below are assigned on that level or earlier ones.
    var completionCursors: [UInt32] = []

    /// The last model; nil before the first satisfiable search.
    var model: Model?
    /// After an unsatisfiable search: the assumptions that contradict the constraints together, in the order of the
    /// search's assumptions. Empty if the constraints contradict each other alone. Not minimal, see ``MinimalCore``.
    var failedAssumptions: [Literal] = []

    var analysis = AnalysisState()

    init(options: Options = Options()) {
        self.options = options
        nextReduction = options.reductionInterval
    }

    /// The number of variables.
    var variableCount: Int { assignment.variableCount }

    /// The number of clauses in the arena's words, for statistics: words of 32 bits.
    var arenaWords: Int { arena.words.count }

    /// Makes a variable and returns its positive literal.
    mutating func addVariable() -> Literal {
        let variable = assignment.variableCount
        precondition(variable < Int(Reason.maximumPayload >> 1), "too many variables")
        assignment.addVariable()
        watches.addLists(2)
        groups.addVariable()
        sums.addVariable()
        analysis.addVariable()
        return Literal(variable: variable)
    }

    /// Makes several variables with consecutive numbers and returns their numbers.
    @discardableResult
    mutating func addVariables(_ count: Int) -> Range<Int> {
        let first = assignment.variableCount
        for _ in 0..<count { _ = addVariable() }
        return first..<first + count
    }

    /// Whether a literal is a consequence of the constraints that is already known without searching.
    func isFact(_ literal: Literal) -> Bool {
        assignment.isTrue(literal) && assignment.level(of: literal) == 0
    }
}

/// Working memory of conflict analysis, kept between conflicts.
struct AnalysisState: Sendable {
    /// What the propagation that failed ran into.
    enum Conflict: Sendable {
        case clause(ClauseArena.Reference)
        case binary(Literal, Literal)
    }

    var conflict = Conflict.binary(Literal(code: 0), Literal(code: 0))
    /// Per variable: how far analysis has looked at it.
    var marks: [Mark] = []
    /// Variables whose mark is not `none`.
    var marked: [UInt32] = []
    /// Per level: the number of the last clause that counted it.
    var levelStamps: [UInt32] = []
    var stamp: UInt32 = 0
    /// The learned clause: the literal that becomes true after the jump first, one of the level jumped to second.
    var learned: [Literal] = []
    /// Per literal, while a clause is added: whether it has been met.
    var seenLiterals: [Bool] = []
    /// The false literals of the constraint that is being looked at.
    var antecedents: [Literal] = []
    /// For the walk through reasons.
    var stack: [Step] = []

    enum Mark: UInt8, Sendable, BitwiseCopyable { case none, inClause, redundant, needed }

    struct Step: Sendable, BitwiseCopyable {
        var literal: Literal
        var nextPosition: UInt32
    }

    mutating func addVariable() {
        marks.append(.none)
        seenLiterals.append(false)
        seenLiterals.append(false)
    }
}
