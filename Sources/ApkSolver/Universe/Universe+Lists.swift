extension Universe {
    /// Lists the providers of each name in the order of loading: a package's own name, then its `p` entries.
    static func countProviders(_ builder: borrowing UniverseBuilder) -> (starts: [UInt32], providers: [Provider]) {
        let count = builder.names.count
        var starts = [UInt32](repeating: 0, count: count + 2)
        for row in builder.packages { starts[row.name.index + 2] += 1 }
        for provided in builder.providedNames { starts[provided.name.index + 2] += 1 }
        for name in 0..<count { starts[name + 2] += starts[name + 1] }
        let empty = Provider(package: PackageID(0), version: .none)
        var providers = [Provider](repeating: empty, count: Int(starts[count + 1]))
        func append(_ name: NameID, _ provider: Provider) {
            providers[Int(starts[name.index + 1])] = provider
            starts[name.index + 1] += 1
        }
        let rows = builder.packages
        for index in rows.indices {
            let package = PackageID(index)
            append(rows[index].name, Provider(package: package, version: rows[index].version))
            let end = index + 1 < rows.count ? Int(rows[index + 1].providedStart) : builder.providedNames.count
            for place in Int(rows[index].providedStart)..<end {
                let provided = builder.providedNames[place]
                append(provided.name, Provider(package: package, version: provided.version))
            }
        }
        starts.removeLast()
        return (starts, providers)
    }

    /// For each name, the packages whose `D` mentions it, in the order of packages and each once.
    func findDependents() -> Adjacency {
        Adjacency(count: names.count) { add in
            var last = [UInt32](repeating: .max, count: names.count)
            for index in packages.indices {
                for place in dependencyRange(PackageID(index)) {
                    let name = dependencies[place].name.index
                    if last[name] == UInt32(index) { continue }
                    last[name] = UInt32(index)
                    add(name, UInt32(index))
                }
            }
        }
    }

    /// For each name, the names that a package offers whose `i` mentions it. apk collects them by walking its table of
    /// names, so they stand in that order; those of a package that was added later stand at the end.
    static func findInstallIfNames(_ builder: borrowing UniverseBuilder, names: TextIndex) -> Adjacency {
        let rows = builder.packages
        let installIf = builder.installIf
        let providedNames = builder.providedNames
        func installIfRange(_ index: Int) -> Range<Int> {
            Int(
                rows[index].installIfStart)..<(index + 1 < rows.count
                ? Int(rows[index + 1].installIfStart) : installIf.count)
        }
        func providedRange(_ index: Int) -> Range<Int> {
            Int(
                rows[index].providedStart)..<(index + 1 < rows.count
                ? Int(rows[index + 1].providedStart) : providedNames.count)
        }
        let early = builder.lateStart ?? rows.count
        // Pairs (offered name, package) of the packages that have an `i` at all, sorted into apk's order of names.
        var offers: [(place: UInt64, name: UInt32, package: Int)] = []
        for index in 0..<early where !installIfRange(index).isEmpty {
            offers.append((names.bucketPlace(rows[index].name.index), rows[index].name.rawValue, index))
            for place in providedRange(index) {
                let name = providedNames[place].name
                offers.append((names.bucketPlace(name.index), name.rawValue, index))
            }
        }
        offers.sort { ($0.place, $0.package) < ($1.place, $1.package) }
        for index in early..<rows.count where !installIfRange(index).isEmpty {
            offers.append((0, rows[index].name.rawValue, index))
            for place in providedRange(index) { offers.append((0, providedNames[place].name.rawValue, index)) }
        }
        return Adjacency(count: names.count) { add in
            var last = [UInt32](repeating: .max, count: names.count)
            for offer in offers {
                for place in installIfRange(offer.package) {
                    let condition = installIf[place].name.index
                    if last[condition] == offer.name { continue }
                    last[condition] = offer.name
                    add(condition, offer.name)
                }
            }
        }
    }

    /// For each name, the packages that are to be looked at when it is decided, because of their `i`.
    static func findWakingPackages(_ builder: borrowing UniverseBuilder) -> (lists: Adjacency, areUsual: Bool) {
        let rows = builder.packages
        let installIf = builder.installIf
        var counts = [UInt32](repeating: 0, count: builder.names.count)
        for condition in installIf { counts[condition.name.index] += 1 }
        var pairs: [(name: NameID, package: UInt32)] = []
        var areUsual = true
        for index in rows.indices {
            let end = index + 1 < rows.count ? Int(rows[index + 1].installIfStart) : installIf.count
            let conditions = installIf[Int(rows[index].installIfStart)..<end]
            guard let first = conditions.first else { continue }
            if first.isConflict { areUsual = false }
            let hasAbsence = conditions.contains(where: \.isConflict)
            let rarest = conditions.min { counts[$0.name.index] < counts[$1.name.index] } ?? first
            pairs.append(((hasAbsence ? first : rarest).name, UInt32(index)))
        }
        let lists = Adjacency(count: builder.names.count) { add in
            for pair in pairs { add(pair.name.index, pair.package) }
        }
        return (lists, areUsual)
    }
}
