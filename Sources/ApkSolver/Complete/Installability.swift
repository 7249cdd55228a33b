internal import ApkFormats

/// Which packages of a universe can be installed at all, each on its own terms.
package enum Installability {
    /// The packages that no answer can hold, in the order of ids.
    ///
    /// One model of the clauses shows for all its packages at once that they can be installed, so each search tries to
    /// hold as many of the open ones as it can.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package static func uninstallable(in universe: Universe, stepBudget: Int = 2_000_000_000) throws(SolverError)
        -> [PackageID]
    {
        var encoding = ClauseEncoding(Problem(universe, world: []), scope: SearchScope(everythingIn: universe))
        var open = encoding.scope.packages.compactMap { package in encoding.literal(package).map { (package, $0) } }
        var result: [PackageID] = []
        while let (package, literal) = open.first {
            var policy = PriorityOrder(open.map(\.1))
            switch encoding.solve(assumptions: [literal], budget: stepBudget, policy: &policy) {
            case .satisfiable:
                guard let model = encoding.learner.model else { return result }
                open.removeAll { model[$0.1] }
            case .unsatisfiable:
                result.append(package)
                open.removeFirst()
            case .budgetExhausted:
                throw SolverError(.stepBudget, detail: "\(stepBudget)")
            }
        }
        return result
    }
}

extension Universe {
    /// All packages in the order of ids.
    public var allPackages: [PackageID] { packages.indices.map { PackageID($0) } }

    /// The facts that keep a package from being installed; nil if it can be. The first is the request for it.
    ///
    /// - Throws: ``SolverError`` with the code `step-budget`.
    package func whyUninstallable(_ package: PackageID) throws(SolverError) -> Explanation? {
        let identity = Dependency(name: name(of: package), relation: .identity, version: field("C", of: package))
        let tag = tags.indices.first { tagRepositories[$0] & packages[package.index].repositories != 0 } ?? 0
        var dependency = identity
        dependency.tag = tag == 0 ? nil : tags[tag]
        return try Explanation.explain(Problem(self, world: [dependency]))
    }
}
