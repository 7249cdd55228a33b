/// Chooses the literal that the search makes true next.
///
/// The search is generic over its policy, so that asking costs a direct call. A policy must be deterministic: its
/// answers may depend on nothing but what it is told here.
protocol DecisionPolicy {
    /// Called once at the start of each search.
    mutating func searchWillBegin(variableCount: Int)

    /// The next decision: an open literal; nil if the policy has no wish for this assignment.
    ///
    /// Asked before each decision, with everything propagated. After nil the search makes the open variable with the
    /// lowest number false, propagates, and asks again, until all variables are assigned.
    mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal?

    /// A variable took part in deriving a learned clause.
    mutating func variableWasInvolved(_ variable: Int)

    /// A conflict has been analysed and the search has gone back.
    mutating func conflictWasResolved()

    /// A variable is open again.
    mutating func variableWasReopened(_ variable: Int)
}

extension DecisionPolicy {
    mutating func searchWillBegin(variableCount: Int) {}
    mutating func variableWasInvolved(_ variable: Int) {}
    mutating func conflictWasResolved() {}
    mutating func variableWasReopened(_ variable: Int) {}
}

/// A place in a fixed list that follows the search back when it jumps back.
///
/// A policy that walks a list and skips what is assigned would start over after each jump. This remembers the place at
/// each level: on level L everything before ``position(atLevel:)`` was assigned on L or below.
struct LevelCursor: Sendable {
    private var positions: [UInt32] = []

    init() {}

    mutating func reset() { positions.removeAll(keepingCapacity: true) }

    /// Where to go on at the given level.
    func position(atLevel level: Int) -> Int {
        level < positions.count ? Int(positions[level]) : Int(positions.last ?? 0)
    }

    /// Notes that everything before `position` is assigned on `level`, which the next decision leaves for the one above.
    mutating func note(_ position: Int, atLevel level: Int) {
        if positions.count > level + 1 {
            positions.removeSubrange((level + 1)...)
        }
        // Levels that were opened without asking (assumptions) start where the last known one did.
        while positions.count <= level { positions.append(positions.last ?? 0) }
        positions.append(UInt32(truncatingIfNeeded: position))
    }
}

/// Makes the first open literal of a fixed list true.
///
/// With this policy and without restarts the first model found is the lexicographically best one: no other model
/// agrees with it on the literals before some literal of the list and makes that literal true where this one does not.
/// (A decision is the first open literal, so all decisions below the level on which a literal was implied false come
/// before it in the list; a better model would agree with these decisions and so with the implication.) Variables
/// outside of the list follow it in the order of their numbers, false preferred.
struct PriorityOrder: DecisionPolicy, Sendable {
    /// The literals, best first.
    var literals: [Literal]
    private var cursor = LevelCursor()

    init(_ literals: [Literal]) { self.literals = literals }

    mutating func searchWillBegin(variableCount: Int) { cursor.reset() }

    mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal? {
        var position = cursor.position(atLevel: assignment.level)
        while position < literals.count, !assignment.isOpen(literals[position]) { position += 1 }
        cursor.note(position, atLevel: assignment.level)
        return position < literals.count ? literals[position] : nil
    }
}

/// Wraps a closure that is asked with the current assignment.
struct ClosurePolicy: DecisionPolicy {
    private let decide: (borrowing Assignment) -> Literal?

    init(_ decide: @escaping (borrowing Assignment) -> Literal?) { self.decide = decide }

    mutating func nextDecision(_ assignment: borrowing Assignment) -> Literal? { decide(assignment) }
}
