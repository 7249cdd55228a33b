/// The work of ``Optimum``: closes in on the optimum from both sides until the bounds meet or the budget ends.
struct OptimumSearch {
    var learner: ClauseLearner
    let cost: CostFunction
    var costs: CostReformulation
    var policy = ActivityOrder()
    var best: Optimum.Best
    let lastStep: Int

    /// The constraint that no model costs more than the best one, in terms of the reformulation at the time when it
    /// was made; the amount that was paid then and how many terms there were.
    private var bound: (sum: WeightedSumID, paid: Int64, termCount: Int)?
    private var coresSinceBound = 0
    /// Which softs the best model makes true.
    private var bestTruths: [Bool] = []
    /// Steps that one search may take before the other side gets a turn.
    private var patience = 100_000

    /// - Parameter first: a model.
    init(learner start: ClauseLearner, cost: CostFunction, first: Model, lastStep: Int) {
        self.cost = cost
        self.lastStep = lastStep
        var learner = start
        costs = CostReformulation(cost, learner: learner)
        best = Optimum.Best(
            model: first, value: cost.value(of: first), lowerBound: costs.paid, isPreferred: false,
            statistics: learner.statistics)
        learner.options.restartInterval = 100
        self.learner = learner
        policy.follow(first)
    }

    private var remainingSteps: Int { max(0, lastStep - learner.statistics.steps) }
    private var isProved: Bool { best.lowerBound >= best.value }

    /// Searches until the best model is proved or the budget ends.
    mutating func run() {
        defer { best.statistics = learner.statistics }
        // Weights below the threshold are not looked at yet.
        guard costs.absorbFacts(learner: &learner), var threshold = nextThreshold(upTo: .max) else { return conclude() }
        while !isProved, remainingSteps > 0 {
            guard payFacts(threshold) else { return conclude() }
            if isProved { return }
            updateBound()
            let suspects = costs.softs.filter { $0.isSuspect && $0.weight >= threshold }
            policy.savings = costs.softs.filter { $0.weight > 0 && !$0.isSuspect }.map { !$0.literal }
            let outcome = learner.solve(
                assumptions: suspects.map { !$0.literal }, budget: min(patience, remainingSteps), policy: &policy)
            switch outcome {
            case .satisfiable:
                improve()
                var truths: [Bool] = []
                if let model = learner.model, costs.suspect(trueIn: model, truths: &truths, atLeast: threshold) {
                    continue
                }
                guard let next = nextThreshold(upTo: threshold - 1) else {
                    // Nothing that is left to pay is true in this model.
                    assert(best.value == costs.paid, "the reformulated objective has another optimum")
                    return conclude()
                }
                threshold = next
                coresSinceBound = .max
            case .unsatisfiable:
                guard !learner.failedAssumptions.isEmpty else { return conclude() }
                let core = reduceCore(learner.failedAssumptions)
                guard !core.isEmpty else { return conclude() }
                costs.pay(core: core.map { !$0 }, learner: &learner)
                if coresSinceBound < .max { coresSinceBound += 1 }
            case .budgetExhausted:
                searchBelow()
                patience += patience / 2
            }
        }
    }

    /// Pays what must be paid in any case: softs that are facts or that propagation alone proves to be.
    ///
    /// - Returns: false if the facts contradict each other.
    private mutating func payFacts(_ threshold: Int64) -> Bool {
        while true {
            guard costs.absorbFacts(learner: &learner) else { return false }
            costs.splitGroups(atLeast: threshold, learner: &learner)
            _ = costs.suspect(trueIn: best.model, truths: &bestTruths, atLeast: threshold)
            var hasNewFacts = false
            for place in costs.softs.indices {
                let soft = costs.softs[place]
                guard soft.isSuspect, !soft.isProbed, soft.weight >= threshold, !learner.isFact(soft.literal) else {
                    continue
                }
                costs.softs[place].isProbed = true
                if learner.isRefuted([!soft.literal], policy: &policy) {
                    learner.addFact(soft.literal)
                    hasNewFacts = true
                }
            }
            raiseLowerBound()
            if !hasNewFacts { return learner.isConsistent }
        }
    }

    /// The best model is optimal: no constraint that tells better ones apart is left.
    private mutating func conclude() { best.lowerBound = best.value }

    private mutating func raiseLowerBound() {
        best.lowerBound = max(best.lowerBound, min(costs.paid, best.value))
    }

    /// Half of the heaviest weight of at most `limit`; nil if there is none.
    private func nextThreshold(upTo limit: Int64) -> Int64? {
        costs.heaviest(upTo: limit).map { $0 - $0 / 2 }
    }

    /// Notes the learner's model if it is better than the best one.
    private mutating func improve() {
        guard let model = learner.model else { return }
        let value = cost.value(of: model)
        guard value < best.value else { return }
        best.model = model
        best.value = value
        bestTruths.removeAll()
        policy.follow(model)
    }

    /// Forbids models that cost more than the best one.
    ///
    /// Models of equal cost stay allowed, so that all that is learned holds for every optimal model, and ties can be
    /// broken in the end.
    private mutating func updateBound(isFinal: Bool = false) {
        if let bound {
            // What was paid since makes the constraint stronger, but to write it anew costs a look at all terms.
            let isStale = coresSinceBound > bound.termCount / 500 || isFinal
            guard isStale, bound.paid != costs.paid else {
                return learner.tighten(bound.sum, atMost: best.value - bound.paid)
            }
            learner.retire(bound.sum)
        }
        let terms = costs.remainingTerms
        let sum = learner.addWeightedSum(terms, atMost: best.value - costs.paid)
        bound = (sum, costs.paid, terms.count)
        coresSinceBound = 0
    }

    /// Looks for a better model without caring how: where cores are hard to find, this may end the search.
    private mutating func searchBelow() {
        let better = learner.addVariable()
        let sum = learner.addWeightedSum(
            costs.remainingTerms, atMost: best.value - costs.paid - 1, if: better)
        switch learner.solve(assumptions: [better], budget: min(patience, remainingSteps), policy: &policy) {
        case .satisfiable: improve()
        case .unsatisfiable: conclude()
        case .budgetExhausted: break
        }
        learner.retire(sum)
        learner.addFact(!better)
    }

    /// Makes a core smaller where that is cheap: a smaller core raises the bound by as much and leaves more to pay.
    ///
    /// Propagating again in reverse order often drops much at once; then one literal after the other is left out on
    /// trial.
    private mutating func reduceCore(_ found: [Literal]) -> [Literal] {
        var core = found
        for _ in 0..<3 where core.count > 1 {
            guard learner.isRefuted(core.reversed(), policy: &policy), learner.failedAssumptions.count < core.count
            else { break }
            core = learner.failedAssumptions
        }
        guard core.count > 1, core.count <= 200 else { return core }
        var position = core.count - 1
        while position >= 0, core.count > 1, remainingSteps > 0 {
            var smaller = core
            smaller.remove(at: position)
            if learner.isRefuted(smaller, policy: &policy) {
                let failed = Set(learner.failedAssumptions)
                core = smaller.filter(failed.contains)
                position = min(position, core.count)
            }
            position -= 1
        }
        return core
    }

    /// Replaces the best model by the one of equal cost that a search by the preferred literals finds first.
    mutating func breakTies(preferring preferred: [Literal], budget: Int) {
        defer { best.statistics = learner.statistics }
        guard isProved else { return }
        updateBound(isFinal: true)
        guard learner.isConsistent else { return }
        learner.options.restartInterval = nil
        guard learner.solve(budget: min(budget, remainingSteps), preferring: preferred) == .satisfiable,
            let model = learner.model
        else { return }
        assert(cost.value(of: model) == best.value, "a tie has another cost")
        best.model = model
        best.isPreferred = true
    }
}
