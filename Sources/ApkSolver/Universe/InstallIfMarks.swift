/// Which names and packages have to do with `install_if`: few, so that a walk over everything need not look the others up.
struct InstallIfMarks: Sendable {
    private var awaited: BitSet
    private var named: BitSet
    private var waiting: BitSet

    init(_ universe: Universe) {
        awaited = BitSet(count: universe.names.count)
        named = BitSet(count: universe.packages.count)
        waiting = BitSet(count: universe.packages.count)
        for package in universe.wakingPackages.elements { waiting.insert(Int(package)) }
        for index in 0..<universe.names.count where !universe.installIfNames.range(index).isEmpty {
            awaited.insert(index)
            for place in universe.providerRange(NameID(index)) {
                let package = universe.providers[place].package.index
                if universe.packages[package].name.index == index { named.insert(package) }
            }
        }
    }

    /// Whether some package's `install_if` mentions a name.
    func isAwaited(_ name: NameID) -> Bool { name.index < awaited.count && awaited.contains(name.index) }

    /// Whether some package's `install_if` mentions the name that a package is called.
    func hasAwaitedName(_ package: PackageID) -> Bool { named.contains(package.index) }

    /// Whether a package has an `install_if`.
    func waits(_ package: PackageID) -> Bool { waiting.contains(package.index) }
}
