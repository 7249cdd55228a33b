import ApkDrawing
import ApkTestSupport

extension PackageGraph {
    /// A graph of some size shaped like a closure: layers of libraries below applications, one that nearly all need, now and
    /// then a cycle.
    static func random(seed: UInt64, count: Int) -> PackageGraph {
        var random = SplitMix64(seed: seed)
        let packages = (0..<count).map { place in
            let length = Int.random(in: 1...18, using: &random)
            let letters = (0..<length).map { _ in
                "abcdefghijklmnopqrstuvwxyz-+.0123456789".randomElement(using: &random)!
            }
            let magnitude = Int.random(in: 0...26, using: &random)
            return Package(
                name: String(letters) + "-\(place)", version: "1.\(place)-r\(place % 3)",
                downloadSize: 1 << magnitude, installedSize: magnitude == 0 ? 0 : 3 << magnitude)
        }
        var edges: [Edge] = []
        var ends: Set<[Int]> = []
        func add(_ from: End, _ to: Int, _ kind: Kind) {
            let place =
                switch from {
                case .request(let place): -1 - place
                case .package(let place): place
                }
            guard ends.insert([place, to]).inserted, place != to else { return }
            let requirement = kind == .name ? packages[to].name : "so:lib\(to).so.1"
            edges.append(Edge(from: from, to: to, requirements: [requirement], kind: kind))
        }
        let requests = (0..<Int.random(in: 1...3, using: &random)).map { "request-\($0)" }
        for place in requests.indices where count > 0 {
            let isForLast = Int.random(in: 0...3, using: &random) == 0
            add(.request(place), isForLast ? count - 1 : Int.random(in: 0..<min(5, count), using: &random), .name)
        }
        for place in 0..<count {
            for _ in 0..<Int.random(in: 0...4, using: &random) where place + 1 < count {
                let reach = min(count - 1, place + Int.random(in: 1...40, using: &random))
                add(
                    .package(place), Int.random(in: place + 1...reach, using: &random),
                    .allCases.randomElement(using: &random)!)
            }
            if place + 1 < count, Int.random(in: 0...2, using: &random) == 0 {
                add(.package(place), count - 1, .provided)
            }
            if Int.random(in: 0...30, using: &random) == 0 {
                add(.package(place), Int.random(in: 0...place, using: &random), .provided)
            }
        }
        return PackageGraph(requests: requests, packages: packages, edges: edges)
    }
}
