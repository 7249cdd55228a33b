extension Problem {
    /// A dependency that is not a conflict, seen from a package that meets it.
    struct Demand {
        /// The name that is asked for, which the package has or provides.
        var name: NameID
        /// The package that asks; nil for the world.
        var dependent: PackageID?
    }

    /// The names that a package offers, its own first.
    func offers(of package: PackageID) -> [(name: NameID, provider: Provider)] {
        let row = universe.packages[package.index]
        let own = (name: row.name, provider: Provider(package: package, version: row.version))
        return [own]
            + universe.providedRange(package).map { place in
                let provided = universe.providedNames[place]
                return (provided.name, Provider(package: package, version: provided.version))
            }
    }

    /// What asks for a package: the lines of the world and the packages with a dependency that it meets, except itself.
    func demands(metBy package: PackageID) -> [Demand] {
        offers(of: package).flatMap { offer in
            demandsOfWorld(metBy: offer) + demandsOfPackages(metBy: offer)
        }
    }

    private func demandsOfWorld(metBy offer: (name: NameID, provider: Provider)) -> [Demand] {
        let entries = world.filter { $0.requirement.name == offer.name }
        return entries.filter { isMet($0.requirement, by: offer.provider, owner: nil) }
            .map { _ in Demand(name: offer.name, dependent: nil) }
    }

    private func demandsOfPackages(metBy offer: (name: NameID, provider: Provider)) -> [Demand] {
        universe.dependents[offer.name.index].map { PackageID(Int($0)) }.filter { dependent in
            dependent != offer.provider.package
                && universe.dependencyRange(dependent).contains { place in
                    let requirement = universe.dependencies[place]
                    return requirement.name == offer.name && isMet(requirement, by: offer.provider, owner: dependent)
                }
        }.map { Demand(name: offer.name, dependent: $0) }
    }

    private func isMet(_ requirement: Requirement, by provider: Provider, owner: PackageID?) -> Bool {
        !requirement.isConflict && !requirement.isBroken
            && vocabulary.satisfies(requirement, provider, owner: owner)
    }
}
