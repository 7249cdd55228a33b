internal import ApkFormats

extension FailureReportBuilder {
    /// What is wrong with a chosen package; nil if nothing is.
    func block(for package: PackageID, _ step: Change) -> FailureReport.Block? {
        var facts = uninstallableFacts(package)
        if let masks = masks(package, step) { facts.append(.init(key: "masked in", items: masks)) }
        let conflicts = conflicts(package)
        if !conflicts.isEmpty { facts.append(.init(key: "conflicts", items: conflicts)) }
        let (satisfied, broken) = relations(to: package)
        if !broken.isEmpty { facts.append(.init(key: "breaks", items: broken)) }
        guard !facts.isEmpty else { return nil }
        if !satisfied.isEmpty { facts.append(.init(key: "satisfies", items: satisfied)) }
        return FailureReport.Block(label: universe.label(of: package), facts: facts)
    }

    private func uninstallableFacts(_ package: PackageID) -> [FailureReport.Fact] {
        let row = universe.packages[package.index]
        guard row.traits.contains(.uninstallable) else { return [] }
        var facts = [FailureReport.Fact(key: "error", items: ["uninstallable"])]
        if row.traits.contains(.foreignArchitecture) {
            facts.append(.init(key: "arch", items: [universe.architecture(of: package)]))
        }
        func add(_ key: String, _ items: [String]) { if !items.isEmpty { facts.append(.init(key: key, items: items)) } }
        let dependencies = universe.dependencyRange(package).map { universe.dependencies[$0] }
        add("depends", dependencies.filter(\.isBroken).map { text($0) })
        let provided = universe.providedRange(package).map { universe.providedNames[$0] }
        add(
            "provides",
            provided.filter(\.isBroken).map { "\(universe.text($0.name))=\(universe.text($0.version))" })
        return facts
    }

    /// Why no allowed repository has the package.
    private func masks(_ package: PackageID, _ step: Change) -> [String]? {
        let row = universe.packages[package.index]
        if row.traits.contains(.installed) { return nil }
        let isCached = row.traits.contains(.cachedWithoutRepository)
        if !universe.isAvailable(package), !isCached, !row.traits.contains(.local), row.installedSize != 0 {
            return ["--no-network"]
        }
        if isCached, row.repositories == 0 { return ["cache"] }
        if row.traits.contains(.local) || row.installedSize == 0 { return nil }
        let vocabulary = problem.vocabulary
        let tag = universe.tags.firstIndex(of: step.tag) ?? 0
        let allowed = vocabulary.repositories(ofTag: 0) | vocabulary.repositories(ofTag: tag)
        if row.repositories & allowed != 0 { return nil }
        return universe.tags.indices.dropFirst().filter { universe.tagRepositories[$0] & row.repositories != 0 }
            .map { "@" + universe.tags[$0] }
    }

    /// Other chosen packages that take one of the package's names.
    private func conflicts(_ package: PackageID) -> [String] {
        let row = universe.packages[package.index]
        var items: [String] = []
        for place in universe.providerRange(row.name) {
            let other = universe.providers[place].package
            if other != package, marked.contains(other) { items.append(universe.label(of: other)) }
        }
        for place in universe.providedRange(package) {
            let provided = universe.providedNames[place]
            var isFirst = true
            for place in universe.providerRange(provided.name) {
                let other = universe.providers[place]
                guard marked.contains(other.package) else { continue }
                if !provided.version.isVersioned, !other.version.isVersioned { continue }
                if isFirst, other.package == package, other.version == provided.version {
                    isFirst = false
                    continue
                }
                let version = provided.version.isVersioned ? "=" + universe.text(provided.version) : ""
                items.append("\(universe.label(of: other.package))[\(universe.text(provided.name))\(version)]")
            }
        }
        return items
    }

    /// The dependencies on the package, of the world and of chosen packages, that it meets and those that it breaks.
    private func relations(to package: PackageID) -> (satisfied: [String], broken: [String]) {
        let row = universe.packages[package.index]
        var offers: [NameID: Provider] = [row.name: Provider(package: package, version: row.version)]
        for place in universe.providedRange(package) {
            let provided = universe.providedNames[place]
            if offers[provided.name] == nil {
                offers[provided.name] = Provider(package: package, version: provided.version)
            }
        }
        var satisfied: [String] = []
        var broken: [String] = []
        for entry in problem.world {
            guard let offer = offers[entry.requirement.name], !entry.requirement.isBroken else { continue }
            let isMet = problem.vocabulary.satisfies(entry.requirement, offer, owner: nil)
            if isMet, entry.requirement.isConflict { continue }
            if isMet { satisfied.append(worldLabel(entry)) } else { broken.append(worldLabel(entry)) }
        }
        var dependents: Set<PackageID> = []
        for name in offers.keys {
            for element in universe.dependents[name.index] where marked.contains(PackageID(Int(element))) {
                dependents.insert(PackageID(Int(element)))
            }
        }
        for dependent in dependents.sorted(by: precedes) {
            let requirements = universe.dependencyRange(dependent).map { universe.dependencies[$0] }
                .sorted { $0.relation.rawValue < $1.relation.rawValue }
            for requirement in requirements {
                guard let offer = offers[requirement.name] else { continue }
                let item = "\(universe.label(of: dependent))[\(text(requirement))]"
                let isMet = problem.vocabulary.satisfies(requirement, offer, owner: dependent)
                if isMet, requirement.isConflict { continue }
                if isMet { satisfied.append(item) } else { broken.append(item) }
            }
        }
        return (satisfied, broken)
    }

    private func precedes(_ left: PackageID, _ right: PackageID) -> Bool {
        let leftName = universe.name(of: left)
        let rightName = universe.name(of: right)
        if leftName != rightName { return isNameOrdered(leftName.utf8, before: rightName.utf8) }
        let order = problem.vocabulary.order(
            universe.packages[left.index].version, universe.packages[right.index].version)
        return order == .equal ? left < right : order == .less
    }
}

extension Universe {
    /// The architecture that a package's record names (`A`); empty where it names none.
    package func architecture(of package: PackageID) -> String { field("A", of: package) }

    /// A field of a package's record, read from its text: the last value where the letter repeats; empty without one.
    package func field(_ letter: Unicode.Scalar, of package: PackageID) -> String {
        if let info = info(of: package) { return info.field(letter) }
        let record = recordRange(of: package)
        return records.withUnsafeBufferPointer { bytes in
            var reader = FieldReader(bytes, in: record)
            var value: Range<Int>?
            while case .field(let found, let range)? = try? reader.next() {
                if found == UInt8(ascii: letter) { value = range }
            }
            return value.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
        }
    }
}
