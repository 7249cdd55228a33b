extension ClauseEncoding {
    /// Adds which package stands for each name that several can have at once, where it has not been added yet.
    ///
    /// Who asks for such a name makes only the chosen package needed; what needs no choice can do without.
    mutating func encodeChoices(_ preference: Preference) {
        guard choices == nil else { return }
        var choices: [NameID: [(provider: Provider, literal: Literal)]] = [:]
        let names = scope.packages.flatMap { package in
            problem.offers(of: package).filter { !$0.provider.version.isVersioned }.map(\.name)
        }
        for name in Set(names).sorted() {
            var rivals: [Provider] = []
            for place in problem.universe.providerRange(name) {
                let provider = problem.universe.providers[place]
                guard !provider.version.isVersioned, literal(provider.package) != nil,
                    !rivals.contains(where: { $0.package == provider.package })
                else { continue }
                rivals.append(provider)
            }
            guard rivals.count > 1 else { continue }
            // What nothing decides becomes false in this order, so the best remains.
            rivals.sort { preference.precedes($1, $0, for: name) }
            choices[name] = rivals.map { (provider: $0, literal: learner.addVariable()) }
        }
        self.choices = choices
        for name in choices.keys.sorted() {
            guard let rivals = choices[name] else { continue }
            learner.addAtMostOne(rivals.map(\.literal))
            for rival in rivals {
                guard let isThere = literal(rival.provider.package) else { continue }
                learner.addImplication(rival.literal, isThere)
                learner.addClause([!isThere] + rivals.map(\.literal))
            }
        }
    }

    /// The literal "this package stands for this name".
    func choiceLiteral(_ package: PackageID, for name: NameID) -> Literal? {
        choices?[name]?.first { $0.provider.package == package }?.literal ?? literal(package)
    }

    /// What a model has chosen for names that several packages can have.
    func choices(in model: Model) -> [NameID: Provider] {
        (choices ?? [:]).compactMapValues { rivals in rivals.first { model[$0.literal] }?.provider }
    }
}
