import ApkFormats
import ApkSolver

/// Makes index texts of any size from a seed, shaped like a distribution. The same values give the same bytes everywhere.
///
/// Names come in tiers: a name depends on names of lower numbers, low ones being the popular ones, and the newest
/// versions of all names fit together, so that there is always an answer. Every name provides a library name; some names share a virtual one.
struct UniverseGenerator {
    /// What a distribution's index looks like.
    enum Shape: String, CaseIterable {
        /// One version of each name, dependencies without versions on libraries, `install_if` on three names in ten.
        case alpine
        /// All versions that ever were, most of a name's with rising lower bounds, some with upper ones.
        case wolfi
    }

    let shape: Shape
    let seed: UInt64
    /// The number of different package names.
    let nameCount: Int
    /// The most versions that a name has; most have far fewer.
    let maximumVersions: Int

    init(_ shape: Shape, names: Int, maximumVersions: Int = 250, seed: UInt64 = 1) {
        self.shape = shape
        self.seed = seed
        nameCount = names
        self.maximumVersions = shape == .alpine ? 1 : maximumVersions
    }

    /// The name of a number below ``nameCount``, the highest being those that most others lead up to.
    func name(_ number: Int) -> String { Self.stems[number % Self.stems.count] + "\(number / Self.stems.count)" }

    /// The text of an index.
    func indexText() -> [UInt8] {
        var writer = GeneratedIndex(self)
        return writer.text()
    }

    /// The universe of the text.
    func universe() throws -> Universe {
        var builder = UniverseBuilder(architectures: ["x86_64"], expectedPackages: nameCount * 2)
        let (repository, _) = try builder.addRepository(
            RepositorySource(location: "generated/\(shape.rawValue)"), tag: nil)
        let start = builder.text.count
        builder.text += indexText()
        try builder.read(start..<builder.text.count, from: .repository(repository))
        return builder.finish()
    }

    private static let stems = [
        "lib", "py3-", "perl-", "ruby-", "font-", "go-", "qt", "gtk", "tool-", "app-", "daemon-", "lang-",
    ]
}

/// Writes the records of one generated index.
private struct GeneratedIndex {
    private let generator: UniverseGenerator
    private var random: GeneratorNumbers
    private var output: [UInt8] = []
    private var packageCount: UInt32 = 0
    /// For each name the versions so far, oldest first, and the size of the first one.
    private var versions: [[String]] = []

    init(_ generator: UniverseGenerator) {
        self.generator = generator
        random = GeneratorNumbers(seed: generator.seed)
    }

    /// A dependency of all versions of a name from one on.
    private struct Wish {
        var target: Int
        var firstVersion: Int
        /// Whether the library's name is wanted and not the package's.
        var isLibrary: Bool
        var lower: Int
        var hasUpper: Bool
        var virtual: Int?
    }

    mutating func text() -> [UInt8] {
        for number in 0..<generator.nameCount { addName(number) }
        return output
    }

    private mutating func addName(_ number: Int) {
        let count = versionCount()
        var major = 1 + random.below(4)
        var minor = random.below(10)
        var revision = 0
        var texts: [String] = []
        for _ in 0..<count {
            texts.append("\(major).\(minor)-r\(revision)")
            switch random.below(10) {
            case 0: (major, minor, revision) = (major + 1, 0, 0)
            case 1...6: (minor, revision) = (minor + 1, 0)
            default: revision += 1
            }
        }
        versions.append(texts)
        var wishes = makeWishes(number, versionCount: count)
        let virtual = random.below(20) == 0 ? random.below(1 + generator.nameCount / 100) : nil
        let priority = virtual != nil && random.below(2) == 0 ? 10 * (1 + random.below(10)) : 0
        let partners =
            generator.shape == .alpine && random.below(10) < 3 && number > 10
            ? [random.below(number), number - 1] : []
        var size = 4_096 + random.below(20_000_000) / (1 + random.below(400))
        for version in 0..<count {
            let dependencies = wishes.indices.compactMap { dependency(&wishes[$0], version, of: count) }
            let name = generator.name(number)
            var provided = ["so:\(name).so.1=\(texts[version].prefix { $0 != "-" })", "cmd:\(name)=\(texts[version])"]
            if let virtual { provided.append("virtual-\(virtual)") }
            let conditions = partners.map { generator.name($0) }
            write(
                name: name, version: texts[version], size: size, dependencies: dependencies, provided: provided,
                conditions: conditions, priority: priority)
            size = max(1_024, size + random.below(size / 20 + 2) - size / 50)
        }
    }

    private mutating func versionCount() -> Int {
        guard generator.maximumVersions > 1 else { return 1 }
        // Skewed: most names have few versions, one in a hundred has nearly all that fit.
        let share = random.below(1000)
        let most = generator.maximumVersions
        return share < 10 ? most : 1 + random.below(1 + random.below(1 + random.below(most)))
    }

    private mutating func makeWishes(_ number: Int, versionCount: Int) -> [Wish] {
        guard number > 10 else { return [] }
        return (0..<random.below(7)).map { _ in
            // Squared: low names are wanted most.
            let share = random.below(1000)
            let target = min(number - 1, number * share / 1000 * share / 1000)
            let known = versions[target].count
            return Wish(
                target: target, firstVersion: random.below(6) == 0 ? random.below(versionCount) : 0,
                isLibrary: random.below(2) == 0, lower: random.below(1 + known / 2), hasUpper: random.below(8) == 0,
                virtual: random.below(25) == 0 ? random.below(1 + generator.nameCount / 100) : nil)
        }
    }

    /// The text of a dependency for one version; nil before the version that brought it.
    private mutating func dependency(_ wish: inout Wish, _ version: Int, of versionCount: Int) -> String? {
        guard version >= wish.firstVersion else { return nil }
        // A virtual name only where some lower name certainly provides it.
        if let virtual = wish.virtual, providedVirtuals.contains(virtual) { return "virtual-\(virtual)" }
        let name = generator.name(wish.target)
        if generator.shape == .alpine { return wish.isLibrary ? "so:\(name).so.1" : name }
        let known = versions[wish.target]
        if random.below(20) == 0 { wish.lower = min(known.count - 1, wish.lower + random.below(3)) }
        let text = known[wish.lower]
        if wish.hasUpper {
            // An upper bound keeps pace with its target: the newest versions of all names fit together.
            let isNewest = version == versionCount - 1
            let place = wish.lower + (known.count - 1 - wish.lower) * version / versionCount
            return "\(name)~\((isNewest ? known[known.count - 1] : known[place]).prefix { $0 != "." && $0 != "-" })"
        }
        return wish.isLibrary ? "so:\(name).so.1>=\(text.prefix { $0 != "-" })" : "\(name)>=\(text)"
    }

    /// The virtual names that some name written so far provides.
    private var providedVirtuals: Set<Int> = []

    private mutating func write(
        name: String, version: String, size: Int, dependencies: [String], provided: [String], conditions: [String],
        priority: Int
    ) {
        packageCount += 1
        let identity = (0..<20).map { UInt8(truncatingIfNeeded: packageCount >> UInt32(8 * ($0 % 4))) }
        var record = """
            C:\(Checksum(bytes: identity)?.description ?? "")
            P:\(name)
            V:\(version)
            A:x86_64
            S:\(size / 3)
            I:\(size)
            T:Generated package \(name)
            U:https://example.org/\(name)
            L:MIT
            o:\(name)
            t:1700000000

            """
        if priority > 0 { record += "k:\(priority)\n" }
        if !dependencies.isEmpty { record += "D:" + dependencies.joined(separator: " ") + "\n" }
        record += "p:" + provided.joined(separator: " ") + "\n"
        if !conditions.isEmpty { record += "i:" + conditions.joined(separator: " ") + "\n" }
        output += Array((record + "\n").utf8)
        for text in provided where text.hasPrefix("virtual-") {
            if let virtual = Int(text.dropFirst("virtual-".count)) { providedVirtuals.insert(virtual) }
        }
    }
}

/// The generator SplitMix64: the same numbers from the same seed everywhere.
struct GeneratorNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Int(mixed % UInt64(limit))
    }
}
