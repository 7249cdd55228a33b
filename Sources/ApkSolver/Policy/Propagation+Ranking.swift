internal import ApkFormats

extension Propagation {
    /// Whether a provider may be chosen without being asked for by its own name: a versioned one, one with a provider
    /// priority, or one that somebody asks for anyhow.
    func isAutoSelectable(_ provider: Provider) -> Bool {
        let row = universe.packages[provider.package.index]
        return provider.version.isVersioned || row.providerPriority > 0 || names[row.name.index].requirers > 0
    }

    /// Whether one provider of a name is to be preferred to another (`apk-solver.md` §9); the first difference decides.
    func isBetter(_ left: Provider, than right: Provider) -> Bool {
        compare(left, right) > 0
    }

    private func compare(_ left: Provider, _ right: Provider) -> Int {
        let a = packages[left.package.index]
        let b = packages[right.package.index]
        let aRow = universe.packages[left.package.index]
        let bRow = universe.packages[right.package.index]
        let flags = a.flags.union(b.flags)

        func difference(_ x: Bool, _ y: Bool) -> Int { (x ? 1 : 0) - (y ? 1 : 0) }
        func differ(_ mark: PackageState.Marks) -> Int { difference(a.marks.contains(mark), b.marks.contains(mark)) }
        let installed = difference(aRow.traits.contains(.installed), bRow.traits.contains(.installed))
        var result = 0
        func isDecided(by difference: Int) -> Bool {
            result = difference
            return difference != 0
        }

        if flags.contains(.latest), a.allowedTags == 1, b.allowedTags == 1 {
            if isDecided(by: differ(.tagAllowed)) { return result }
            if flags.contains(.available) {
                if isDecided(by: differ(.available)) { return result }
            } else if flags.contains(.reinstall) {
                if isDecided(by: differ(.selectable)) { return result }
            }
        } else {
            if isDecided(by: differ(.selectable)) { return result }
            if isDecided(by: differ(.used)) { return result }
            if isDecided(by: Int(b.conflicts) - Int(a.conflicts)) { return result }
            if flags.contains(.installed) || (problem.prefersInstalled && !flags.contains(.upgrade)),
                isDecided(by: installed)
            {
                return result
            }
            if isDecided(by: differ(.tagAllowed)) { return result }
            if flags.contains(.available), isDecided(by: differ(.available)) { return result }
            if isDecided(by: differ(.tagPreferred)) { return result }
            if flags.isDisjoint(with: [.remove, .upgrade]),
                aRow.name == bRow.name || left.version.isVersioned || right.version.isVersioned,
                isDecided(by: installed)
            {
                return result
            }
        }
        if isDecided(by: rank(left.version, right.version)) { return result }
        if aRow.name == bRow.name, isDecided(by: rank(aRow.version, bRow.version)) { return result }
        if isDecided(by: Int(aRow.providerPriority) - Int(bRow.providerPriority)) { return result }
        if !flags.contains(.remove), isDecided(by: installed) { return result }
        if isDecided(by: differ(.selectable)) { return result }
        return repositoryDifference(aRow, bRow)
    }

    /// The part of the comparison that depends on nothing but the providers themselves, where nothing is installed.
    func compareFixed(_ left: Provider, _ right: Provider) -> Int {
        let aRow = universe.packages[left.package.index]
        let bRow = universe.packages[right.package.index]
        var difference = rank(left.version, right.version)
        if difference == 0, aRow.name == bRow.name { difference = rank(aRow.version, bRow.version) }
        if difference == 0 { difference = Int(aRow.providerPriority) - Int(bRow.providerPriority) }
        return difference != 0 ? difference : repositoryDifference(aRow, bRow)
    }

    /// A package of no repository counts as lowest.
    private func repositoryDifference(_ left: PackageRow, _ right: PackageRow) -> Int {
        func lowest(_ mask: UInt32) -> Int { mask == 0 ? -1 : mask.trailingZeroBitCount }
        return lowest(right.repositories) - lowest(left.repositories)
    }

    private func rank(_ left: VersionID, _ right: VersionID) -> Int {
        switch problem.vocabulary.order(left, right) {
        case .equal: 0
        case .less: -1
        case .greater: 1
        }
    }
}
