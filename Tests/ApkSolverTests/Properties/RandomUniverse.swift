import ApkFormats
import ApkSolver

/// A small repository made from a seed: few names, several versions, versioned and virtual provides, conflicts,
/// `install_if`, and requests on them. The oracle reads the same values, not our universe.
struct RandomUniverse {
    struct Package {
        var name: String
        var version: Int
        var dependencies: [Dependency] = []
        var provides: [(name: String, version: Int?)] = []
        var installIf: [Dependency] = []
        var priority = 0
        var isForeign = false
        /// Whether only the repository with the tag `t` has it.
        var isTagged = false
        var downloadSize = 1
        var installedSize = 1
    }

    var packages: [Package] = []
    var requests: [Dependency] = []

    init(seed: UInt64, count: Int = 12) {
        var random = SplitMix(seed: seed)
        let names = ["a", "b", "c", "d", "e", "f"]
        let virtual = ["v", "w"]
        func dependency(_ random: inout SplitMix) -> Dependency {
            let pool = random.chance(4) ? virtual : names
            let name = pool[random.below(pool.count)]
            let relation: DependencyOperator =
                random.chance(2)
                ? .any : [.equal, [.less, .equal], [.greater, .equal], .less, .greater][random.below(5)]
            let version = relation == .any ? "" : String(1 + random.below(3))
            let isConflict = random.chance(6)
            return Dependency(
                name: name, relation: isConflict ? relation.union(.conflict) : relation, version: version)
        }
        for _ in 0..<(3 + random.below(count - 2)) {
            var package = Package(name: names[random.below(names.count)], version: 1 + random.below(3))
            if packages.contains(where: { $0.name == package.name && $0.version == package.version }) { continue }
            for _ in 0..<random.below(3) { package.dependencies.append(dependency(&random)) }
            if random.chance(3) {
                package.provides.append((virtual[random.below(2)], random.chance(2) ? 1 + random.below(3) : nil))
                if random.chance(2) { package.priority = 1 + random.below(20) }
            }
            if random.chance(8) { package.provides.append((names[random.below(names.count)], 1 + random.below(3))) }
            if random.chance(4) {
                for _ in 0..<(1 + random.below(2)) { package.installIf.append(dependency(&random)) }
            }
            package.isForeign = random.chance(15)
            packages.append(package)
        }
        for _ in 0..<(1 + random.below(2)) {
            let request = dependency(&random)
            if !requests.contains(where: { $0.name == request.name }) { requests.append(request) }
        }
    }

    /// The same with sizes that tell packages apart, some of them 0 and some alike.
    func withSizes(seed: UInt64) -> RandomUniverse {
        var result = self
        var random = SplitMix(seed: seed ^ 0x517e)
        for index in packages.indices {
            result.packages[index].installedSize = random.chance(10) ? 0 : 1 + random.below(8) * random.below(40)
            result.packages[index].downloadSize = 1 + random.below(20)
        }
        return result
    }

    /// The same with some packages in a tagged repository, and some requests that ask with its tag. Virtual names are
    /// often without version, so that several packages can have them.
    func withTags(seed: UInt64) -> RandomUniverse {
        var result = self
        var random = SplitMix(seed: seed ^ 0x7a95)
        for index in packages.indices {
            result.packages[index].isTagged = !random.chance(3)
            if random.chance(2) { result.packages[index].provides.append((random.chance(2) ? "v" : "w", nil)) }
        }
        // In the order of the repositories.
        result.packages = result.packages.filter { !$0.isTagged } + result.packages.filter(\.isTagged)
        for index in requests.indices where !requests[index].isConflict && !random.chance(3) {
            result.requests[index].tag = "t"
        }
        return result
    }

    /// The universe of the packages, in the given order or their own.
    func universe(order: [Int]? = nil) throws -> Universe {
        var builder = UniverseBuilder(architectures: ["x86_64"])
        let order = order ?? Array(packages.indices)
        let tags: [String?] = packages.contains(where: \.isTagged) ? [nil, "t"] : [nil]
        for tag in tags {
            let source = RepositorySource(location: tag ?? "test")
            let (repository, _) = try builder.addRepository(source, tag: tag)
            let start = builder.text.count
            builder.text += Array(text(order: order.filter { packages[$0].isTagged == (tag != nil) }).utf8)
            try builder.read(start..<builder.text.count, from: .repository(repository))
        }
        return builder.finish()
    }

    /// The records as an index has them.
    func text(order: [Int]? = nil) -> String { (order ?? Array(packages.indices)).map(record).joined() }

    private func record(_ index: Int) -> String {
        let package = packages[index]
        let checksum = Checksum(bytes: [UInt8](repeating: UInt8(index + 1), count: 20))
        var lines = [
            "C:\(checksum.map(\.description) ?? "")", "P:\(package.name)", "V:\(package.version)",
            "S:\(package.downloadSize)", "I:\(package.installedSize)",
            "A:\(package.isForeign ? "other" : "x86_64")", "k:\(package.priority)",
        ]
        func list(_ letter: String, _ items: [String]) {
            if !items.isEmpty { lines.append("\(letter):\(items.joined(separator: " "))") }
        }
        list("D", package.dependencies.map(\.description))
        list("p", package.provides.map { $0.name + ($0.version.map { "=\($0)" } ?? "") })
        list("i", package.installIf.map(\.description))
        return lines.joined(separator: "\n") + "\n\n"
    }

    func problem(_ universe: Universe) -> Problem { Problem(universe, world: requests) }
}

/// The generator SplitMix64: the same numbers from the same seed everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    /// True once in `count` times.
    mutating func chance(_ count: Int) -> Bool { below(count) == 0 }
}
