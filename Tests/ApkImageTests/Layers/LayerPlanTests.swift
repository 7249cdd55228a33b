import ApkImage
import ApkTestSupport
import Testing

@Suite("Images: which packages share a layer")
struct LayerPlanTests {
    private static func members(_ count: Int, seed: UInt64) -> [LayerPlan.Member] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { index in
            LayerPlan.Member(
                name: "p\(index)", origin: "o\(random.next() % 60)", size: Int(random.next() % 1_000_000) + 1)
        }
    }

    @Test(
        "every package is in one layer, and there are no more layers than the budget", arguments: LayerStrategy.allCases
    )
    func budget(_ strategy: LayerStrategy) {
        for count in [0, 1, 5, 40, 300] {
            for budget in [1, 2, 7, 99] {
                let members = Self.members(count, seed: UInt64(count + budget))
                let plan = LayerPlan(members, strategy, budget: budget)
                #expect(plan.groups.count <= budget)
                #expect(plan.groups.joined().sorted() == Array(0..<count))
                #expect(plan.groups.allSatisfy { $0 == $0.sorted() })
                #expect(plan.groups.map { $0[0] } == plan.groups.map { $0[0] }.sorted())
            }
        }
    }

    @Test("within the budget each package, or each source package, is alone")
    func withinBudget() {
        let members = Self.members(30, seed: 1)
        #expect(LayerPlan(members, .package, budget: 30).groups == (0..<30).map { [$0] })
        for group in LayerPlan(members, .origin, budget: 60).groups {
            #expect(Set(group.map { members[$0].origin }).count == 1)
        }
        #expect(LayerPlan(members, .single, budget: 60).groups == [Array(0..<30)])
    }

    @Test("a package more moves few bytes: layers that it does not touch stay as they are")
    func stable() {
        let members = Self.members(300, seed: 7)
        let layers = { (members: [LayerPlan.Member]) in
            Set(LayerPlan(members, .package, budget: 99).groups.map { Set($0.map { members[$0].name }) })
        }
        let before = layers(members)
        let total = members.reduce(0) { $0 + $1.size }
        let sizes = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.size) })
        for (size, place) in [(10, 0), (10, 299), (500_000, 150), (2_000_000, 10)] {
            var changed = members
            changed.insert(LayerPlan.Member(name: "new", origin: "new", size: size), at: place)
            let fresh = layers(changed).subtracting(before)
            let moved = fresh.joined().reduce(0) { $0 + (sizes[$1] ?? 0) }
            #expect(fresh.count <= 3)
            #expect(moved < total / 20)
        }
    }
}
