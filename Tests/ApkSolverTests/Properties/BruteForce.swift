import ApkFormats

/// What a set of packages must be, tried for all sets. Written from the specification and not from the solver; a set is
/// a bit mask over the packages of a ``RandomUniverse``.
struct BruteForce {
    let universe: RandomUniverse
    /// For each package the names that it offers; nil is the empty version.
    let offers: [[(name: String, version: Int?)]]

    init(_ universe: RandomUniverse) {
        self.universe = universe
        offers = universe.packages.map { [($0.name, $0.version)] + $0.provides }
    }

    /// Whether a provided version stands to the wanted one as the dependency asks, `!` aside. The empty version is less
    /// than all others.
    private func fits(_ version: Int?, _ dependency: Dependency) -> Bool {
        let relation = dependency.relation.subtracting(.conflict)
        if relation == .any { return true }
        let wanted = Int(dependency.version) ?? 0
        let order: DependencyOperator = (version ?? 0) < wanted ? .less : (version ?? 0) == wanted ? .equal : .greater
        return relation.contains(order)
    }

    /// Whether a set meets a dependency; `owner` never conflicts with itself.
    func meets(_ set: Int, _ dependency: Dependency, owner: Int? = nil) -> Bool {
        let members = universe.packages.indices.filter { set & 1 << $0 != 0 }
        let matching = members.filter { member in
            offers[member].contains { $0.name == dependency.name && fits($0.version, dependency) }
        }
        return dependency.isConflict ? matching.allSatisfy { $0 == owner } : !matching.isEmpty
    }

    /// Whether two packages, or one with itself, take the same name where only one may.
    private func collide(_ left: Int, _ right: Int) -> Bool {
        for (i, a) in offers[left].enumerated() {
            for (j, b) in offers[right].enumerated() where a.name == b.name {
                if left == right, i >= j { continue }
                if a.version != nil || b.version != nil { return true }
            }
        }
        return false
    }

    /// Whether a set can stand together, requests aside.
    func isConsistent(_ set: Int) -> Bool {
        for member in universe.packages.indices where set & 1 << member != 0 {
            if universe.packages[member].isForeign { return false }
            for other in universe.packages.indices where other >= member && set & 1 << other != 0 {
                if collide(member, other) { return false }
            }
            for dependency in universe.packages[member].dependencies where !meets(set, dependency, owner: member) {
                return false
            }
        }
        return true
    }

    func isAnswer(_ set: Int) -> Bool {
        universe.requests.allSatisfy { meets(set, $0) } && isConsistent(set)
    }

    var hasAnswer: Bool { (0..<1 << universe.packages.count).contains { isAnswer($0) } }

    /// Whether all conditions of a package's `install_if` hold in a set, and one of them is that something is there:
    /// apk never discovers a package that only waits for absences.
    func isTriggered(_ package: Int, by set: Int) -> Bool {
        let conditions = universe.packages[package].installIf
        return conditions.contains { !$0.isConflict } && conditions.allSatisfy { meets(set, $0, owner: package) }
    }

    /// Whether some answer holds a whole set and one more package.
    func canGrow(_ set: Int, by package: Int) -> Bool {
        let needed = set | 1 << package
        return (0..<1 << universe.packages.count).contains { $0 & needed == needed && isAnswer($0) }
    }
}
