@testable import ApkSolver

/// A seeded universe shaped like a package repository, as clauses.
///
/// Names come in tiers: a name requires names of lower numbers, most requirements stay the same from version to version
/// with a rising lower bound, some have an upper bound, some name a virtual name that several names provide, and
/// subpackages want exactly their origin's version. A requirement is a literal of its own that all versions share which
/// want the same, so a requirement of 250 versions on 250 versions takes 500 literals and not 62,500.
struct PackageInstance {
    var learner = ClauseLearner()
    /// Per name: the versions' literals, oldest first.
    var versions: [[Literal]] = []
    /// Per name: the versions' sizes in bytes.
    var sizes: [[Int64]] = []
    /// Per variable: what satisfies the requirement that it stands for, best first; empty for versions.
    var choices: [[Literal]] = []
    /// The names that are asked for.
    var requests: [Literal] = []

    private struct Wish: Hashable {
        var name: Int
        var range: Range<Int>
    }
    private var requirements: [Wish: Literal] = [:]
    private var virtuals: [[Literal]: Literal] = [:]

    init(seed: UInt64, names: Int, maximumVersions: Int, requests requestCount: Int) {
        var random = SplitMix64(seed: seed)
        for name in 0..<names {
            // Skewed: most names have few versions, some have all that fit.
            let count =
                1 + min(random.below(maximumVersions), random.below(maximumVersions * 2) / (1 + random.below(4)))
            addName(versions: min(count, maximumVersions), random: &random)
            addRequirements(of: name, random: &random)
        }
        for _ in 0..<requestCount {
            let name = names / 2 + random.below(names - names / 2)
            let count = versions[name].count
            // Mostly any version, sometimes not the newest ones.
            let upper = random.chance(1, of: 4) ? max(1, count - random.below(1 + count / 4)) : count
            requests.append(requirement(on: name, 0..<upper))
        }
    }

    private mutating func addName(versions count: Int, random: inout SplitMix64) {
        var literals: [Literal] = []
        var bytes: [Int64] = []
        var size = Int64(1_000 + random.below(20_000_000) / (1 + random.below(200)))
        for _ in 0..<count {
            literals.append(makeVariable())
            bytes.append(size)
            size = max(1, size + Int64(random.below(Int(size / 20) + 2)) - size / 50)
        }
        learner.addAtMostOne(literals)
        versions.append(literals)
        sizes.append(bytes)
    }

    private mutating func addRequirements(of name: Int, random: inout SplitMix64) {
        guard name > 20 else { return }
        let count = versions[name].count
        for _ in 0..<random.below(6) {
            // Low names are the popular ones.
            let target = min(random.below(name), random.below(name))
            let available = versions[target].count
            // Most requirements are there from the first version on, some come later.
            let first = random.chance(1, of: 6) ? random.below(count) : 0
            let hasUpper = random.chance(1, of: 8)
            var alternatives: [Literal] = []
            if random.chance(1, of: 4) {
                for _ in 0..<1 + random.below(4) {
                    let other = random.below(name)
                    alternatives.append(requirement(on: other, 0..<versions[other].count))
                }
            }
            var lower = random.below(max(1, available / 3))
            for version in first..<count {
                if random.chance(1, of: 20) { lower = min(available - 1, lower + random.below(3)) }
                let upper = hasUpper ? min(available, lower + 1 + available / 3) : available
                let wish = requirement(on: target, lower..<upper)
                learner.addImplication(
                    versions[name][version], alternatives.isEmpty ? wish : anyOf([wish] + alternatives))
            }
        }
        if random.chance(1, of: 12) {
            // A conflict with the old versions of another name.
            let other = random.below(name)
            for version in versions[name].suffix(count / 2 + 1) {
                for old in versions[other].prefix(versions[other].count / 4) { learner.addConflict(version, old) }
            }
        }
    }

    private mutating func requirement(on name: Int, _ range: Range<Int>) -> Literal {
        let wish = Wish(name: name, range: range)
        if let known = requirements[wish] { return known }
        let literal = makeVariable()
        let fitting = Array(versions[name][range])
        learner.addClause([!literal] + fitting)
        choices[literal.variable] = fitting.reversed()
        requirements[wish] = literal
        return literal
    }

    /// A virtual name: any of the requirements will do.
    private mutating func anyOf(_ wishes: [Literal]) -> Literal {
        if let known = virtuals[wishes] { return known }
        let literal = makeVariable()
        learner.addClause([!literal] + wishes)
        choices[literal.variable] = wishes
        virtuals[wishes] = literal
        return literal
    }

    private mutating func makeVariable() -> Literal {
        choices.append([])
        return learner.addVariable()
    }

    /// Decides the way a package manager does: the first requirement that is open gets its newest version.
    struct NewestFirst: DecisionPolicy {
        let choices: [[Literal]]
        private var cursor = LevelCursor()

        init(choices: [[Literal]]) { self.choices = choices }

        mutating func searchWillBegin(variableCount: Int) { cursor.reset() }

        mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal? {
            var position = cursor.position(atLevel: assignment.level)
            defer { cursor.note(position, atLevel: assignment.level) }
            while position < assignment.count {
                let literal = assignment[position]
                if !literal.isNegated, literal.variable < choices.count {
                    let wanted = choices[literal.variable]
                    if !wanted.contains(where: { assignment.isTrue($0) }),
                        let best = wanted.first(where: { assignment.isOpen($0) })
                    {
                        return best
                    }
                }
                position += 1
            }
            return nil
        }
    }

    var newestFirst: NewestFirst { NewestFirst(choices: choices) }

    /// One per installed package.
    var packageCount: [WeightedLiteral] {
        versions.joined().map { WeightedLiteral(literal: $0, weight: 1) }
    }

    /// The bytes of the installed packages.
    var installedSize: [WeightedLiteral] {
        zip(versions.joined(), sizes.joined()).map { WeightedLiteral(literal: $0, weight: $1) }
    }
}
