/// The objective of an optimum search, rewritten again and again into "what is proved to be paid" plus smaller costs.
///
/// At any time: for every model that is still of interest, `paid` plus the weights of its true ``softs`` plus the
/// residues of its true group members is at most its real cost, and exactly its real cost where all of these are false.
/// Auxiliary variables are forced up only ("if the members are true, so is it"); that they could be true without need
/// does no harm to a minimum.
struct CostReformulation: Sendable {
    /// What a core can be made of: a literal that costs something if it is true.
    struct Soft: Sendable {
        var literal: Literal
        /// What is not paid yet.
        var weight: Int64
        var role: Role
        /// Whether some model made it true: only such softs are worth assuming false, others are so by themselves.
        var isSuspect = false
        /// Whether propagation from its negation was tried.
        var isProbed = false
        /// Of a counter: where the counter of one more is, once there is one.
        var nextCounter: Int?

        init(literal: Literal, weight: Int64, role: Role) {
            (self.literal, self.weight, self.role) = (literal, weight, role)
        }
    }

    enum Role: Sendable {
        case plain
        /// "At least `count` literals of the core are true."
        case counter(core: Int, count: Int)
        /// "One of these members of a group is chosen"; paying it off makes what they cost beyond it count.
        case step(members: [Literal], dearer: Int?)
    }

    /// Members of an at-most-one group and what each costs beyond what softs account for, the cheapest first.
    struct ResidueGroup: Sendable {
        var members: [WeightedLiteral]
        /// False while a step that is not paid off keeps all members out of reach.
        var isActive: Bool
    }

    var paid: Int64
    var softs: [Soft] = []
    var groups: [ResidueGroup] = []
    /// The literals of each core that counters count.
    var cores: [[Literal]] = []
    /// Per literal: its place in ``softs``; -1 if it has none.
    var places: [Int32] = []

    /// Splits the terms into groups of which at most one is true, the largest groups first, and single literals.
    init(_ cost: CostFunction, learner: ClauseLearner) {
        paid = cost.constant
        var weights = [Int64](repeating: 0, count: learner.variableCount * 2)
        for term in cost.terms { weights[term.literal.index] = term.weight }
        let bySize = (0..<learner.groups.count).sorted {
            let (first, second) = (learner.groups.range(ofGroup: $0).count, learner.groups.range(ofGroup: $1).count)
            return first != second ? first > second : $0 < $1
        }
        for group in bySize {
            let members = learner.groups.members[learner.groups.range(ofGroup: group)]
                .filter { weights[$0.index] > 0 }
                .map { WeightedLiteral(literal: $0, weight: weights[$0.index]) }
            guard members.count > 1 else { continue }
            for member in members { weights[member.literal.index] = 0 }
            addGroup(members, isActive: true)
        }
        for term in cost.terms where weights[term.literal.index] > 0 {
            addSoft(Soft(literal: term.literal, weight: term.weight, role: .plain))
        }
    }

    mutating func addSoft(_ soft: Soft) {
        while places.count <= soft.literal.index | 1 { places.append(-1) }
        places[soft.literal.index] = Int32(softs.count)
        softs.append(soft)
    }

    @discardableResult
    private mutating func addGroup(_ members: [WeightedLiteral], isActive: Bool) -> Int {
        groups.append(ResidueGroup(members: members.sorted { $0.weight < $1.weight }, isActive: isActive))
        return groups.count - 1
    }

    func place(of literal: Literal) -> Int? {
        literal.index < places.count && places[literal.index] >= 0 ? Int(places[literal.index]) : nil
    }

    /// Everything that is not paid, as terms of a sum.
    var remainingTerms: [WeightedLiteral] {
        var terms: [WeightedLiteral] = []
        for soft in softs where soft.weight > 0 {
            terms.append(WeightedLiteral(literal: soft.literal, weight: soft.weight))
        }
        for group in groups { terms += group.members }
        return terms
    }

    /// The largest weight of at most `limit` that a core could be made of; nil if there is none.
    func heaviest(upTo limit: Int64) -> Int64? {
        var heaviest: Int64 = 0
        for soft in softs where soft.weight <= limit { heaviest = max(heaviest, soft.weight) }
        for group in groups where group.isActive {
            if let member = group.members.last(where: { $0.weight <= limit }) {
                heaviest = max(heaviest, member.weight)
            }
        }
        return heaviest > 0 ? heaviest : nil
    }

    /// Gives each active group whose dearest member costs at least `threshold` a soft for doing so.
    ///
    /// With s = "some member of at least this cost w is chosen", the members' costs are w for s, what the dear ones
    /// cost beyond w, and what the cheap ones cost: two smaller groups, the first of no interest before s is paid.
    mutating func splitGroups(atLeast threshold: Int64, learner: inout ClauseLearner) {
        for index in groups.indices {
            guard groups[index].isActive, let dearest = groups[index].members.last, dearest.weight >= threshold,
                let first = groups[index].members.firstIndex(where: { $0.weight >= threshold })
            else { continue }
            let members = groups[index].members
            let weight = members[first].weight
            let step = first == members.count - 1 ? members[first].literal : learner.addVariable()
            var dearer: [WeightedLiteral] = []
            for member in members[first...] {
                if member.literal != step { learner.addImplication(member.literal, step) }
                if member.weight > weight {
                    dearer.append(WeightedLiteral(literal: member.literal, weight: member.weight - weight))
                }
            }
            groups[index].members.removeSubrange(first...)
            let beyond = dearer.isEmpty ? nil : addGroup(dearer, isActive: false)
            addSoft(
                Soft(
                    literal: step, weight: weight,
                    role: .step(members: members[first...].map(\.literal), dearer: beyond)))
        }
    }

    /// Looks at which softs a model makes true, as far as its own variables force them to be, and marks these as
    /// suspects.
    ///
    /// - Parameters:
    ///   - truths: what is known already of the first softs; the others are appended.
    ///   - threshold: the least weight of interest for the answer.
    /// - Returns: whether a soft of some weight has become a suspect.
    mutating func suspect(trueIn model: Model, truths: inout [Bool], atLeast threshold: Int64) -> Bool {
        var isNews = false
        for place in truths.count..<max(truths.count, softs.count) {
            let isTrue: Bool
            switch softs[place].role {
            case .plain: isTrue = model[softs[place].literal]
            case .step(let members, _): isTrue = members.contains { model[$0] }
            case .counter(let core, let count):
                isTrue = cores[core].count { literal in self.place(of: literal).map { truths[$0] } ?? false } >= count
            }
            truths.append(isTrue)
            if isTrue, !softs[place].isSuspect {
                softs[place].isSuspect = true
                if softs[place].weight >= threshold { isNews = true }
            }
        }
        return isNews
    }

    /// Pays a part of a soft's weight; what its role says then becomes due.
    mutating func pay(_ amount: Int64, at place: Int, learner: inout ClauseLearner) {
        softs[place].weight -= amount
        switch softs[place].role {
        case .plain: break
        case .counter(let core, let count):
            addCounter(core: core, count: count + 1, weight: amount, below: softs[place].literal, learner: &learner)
        case .step(_, let dearer):
            if softs[place].weight == 0, let dearer { groups[dearer].isActive = true }
        }
    }

    /// Pays for a core, whose literals cannot all be false: the least weight among them.
    mutating func pay(core: [Literal], learner: inout ClauseLearner) {
        let places = core.compactMap { place(of: $0) }
        precondition(places.count == core.count && !core.isEmpty, "a core is made of softs")
        let amount = places.reduce(Int64.max) { min($0, softs[$1].weight) }
        paid += amount
        learner.addClause(core)
        for place in places { pay(amount, at: place, learner: &learner) }
        if core.count > 1 {
            cores.append(core)
            addCounter(core: cores.count - 1, count: 2, weight: amount, below: nil, learner: &learner)
        }
    }

    /// Makes more than `count - 1` true literals of a core cost `weight` more.
    private mutating func addCounter(
        core: Int, count: Int, weight: Int64, below lower: Literal?, learner: inout ClauseLearner
    ) {
        guard count <= cores[core].count else { return }
        if let lower, let known = softs[place(of: lower) ?? 0].nextCounter {
            softs[known].weight += weight
            return
        }
        let output = learner.addVariable()
        learner.addWeightedSum(
            cores[core].map { WeightedLiteral(literal: $0, weight: 1) }, atMost: Int64(count - 1), if: !output)
        if let lower { learner.addImplication(output, lower) }
        addSoft(Soft(literal: output, weight: weight, role: .counter(core: core, count: count)))
        if let lower, let below = place(of: lower) { softs[below].nextCounter = softs.count - 1 }
    }

    /// Pays softs that are facts and forgets those whose negations are.
    ///
    /// - Returns: false if the facts contradict each other.
    mutating func absorbFacts(learner: inout ClauseLearner) -> Bool {
        var place = 0
        guard learner.propagateFacts() else { return false }
        while place < softs.count {
            let soft = softs[place]
            if soft.weight > 0 {
                if learner.isFact(soft.literal) {
                    paid += soft.weight
                    pay(soft.weight, at: place, learner: &learner)
                    guard learner.propagateFacts() else { return false }
                } else if learner.isFact(!soft.literal) {
                    softs[place].weight = 0
                }
            }
            place += 1
        }
        for index in groups.indices {
            groups[index].members.removeAll { learner.isFact(!$0.literal) }
            if let chosen = groups[index].members.first(where: { learner.isFact($0.literal) }) {
                paid += chosen.weight
                groups[index].members.removeAll()
            }
        }
        return true
    }
}
