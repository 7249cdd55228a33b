internal import ApkArchive

/// How packages become layers.
public enum LayerStrategy: String, Sendable, CaseIterable {
    /// Each package is a layer: its own bytes where it can be.
    case package
    /// The packages of one source package are a layer.
    case origin
    /// All packages are one layer.
    case single
}

/// Which packages share a layer.
///
/// The grouping is stable: where there are more packages than layers, the largest stay alone and the others are put
/// together by a hash of their source package's name, so that a change of one package changes the layer that it is in
/// and few bytes besides.
public struct LayerPlan: Hashable, Sendable {
    /// A package that wants a layer.
    public struct Member: Hashable, Sendable {
        public var name: String
        /// The source package; empty if not known, which makes it one of its own.
        public var origin: String
        /// Its compressed bytes.
        public var size: Int

        public init(name: String, origin: String, size: Int) {
            self.name = name
            self.origin = origin
            self.size = size
        }

        fileprivate var source: String { origin.isEmpty ? name : origin }
    }

    /// The members of each layer, as indexes into the list of members in install order; lowest layer first.
    public private(set) var groups: [[Int]]

    /// - Parameters:
    ///   - members: in install order.
    ///   - budget: the most layers that there may be, 1 or more.
    public init(_ members: [Member], _ strategy: LayerStrategy, budget: Int) {
        precondition(budget > 0)
        guard !members.isEmpty else {
            groups = []
            return
        }
        var units: [[Int]]
        switch strategy {
        case .single: units = [Array(members.indices)]
        case .package: units = members.indices.map { [$0] }
        case .origin: units = LayerPlan.group(Array(members.indices)) { members[$0].source }
        }
        if units.count > budget { units = LayerPlan.fold(units, members, budget) }
        groups = units.sorted { $0[0] < $1[0] }
    }

    /// Keeps the largest units and puts the others into a fourth of the layers.
    private static func fold(_ units: [[Int]], _ members: [Member], _ budget: Int) -> [[Int]] {
        let shared = max(1, budget / 4)
        func size(_ unit: [Int]) -> Int { unit.reduce(0) { $0 + members[$1].size } }
        let ordered = units.sorted { first, second in
            let (a, b) = (size(first), size(second))
            return a == b ? members[first[0]].name < members[second[0]].name : a > b
        }
        let alone = ordered.prefix(budget - shared)
        let rest = ordered.dropFirst(budget - shared).joined().sorted()
        return alone + group(rest) { hash(members[$0].source) % shared }
    }

    /// Groups in the order of their first members.
    private static func group<Key: Hashable>(_ indices: [Int], by key: (Int) -> Key) -> [[Int]] {
        var places: [Key: Int] = [:]
        var groups: [[Int]] = []
        for index in indices {
            let key = key(index)
            if let place = places[key] {
                groups[place].append(index)
            } else {
                places[key] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    /// A hash that is the same in every run and on every machine.
    private static func hash(_ text: String) -> Int {
        guard let digest = try? Digest.of(Array(text.utf8), .sha256) else { preconditionFailure("SHA-256 is there") }
        return digest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
