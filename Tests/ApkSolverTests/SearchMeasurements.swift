import Foundation
import Testing

@testable import ApkSolver

/// Prints times; asserts only what does not depend on the machine. Runs if APKRESOLVE_MEASURE is set:
/// `APKRESOLVE_MEASURE=1 swift test -c release -Xswiftc -enable-testing --filter SearchMeasurements`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["APKRESOLVE_MEASURE"] != nil), .serialized)
struct SearchMeasurements {
    private func timed<Value>(_ label: String, _ body: () -> Value) -> Value {
        let clock = ContinuousClock()
        let start = clock.now
        let value = body()
        let duration = start.duration(to: clock.now)
        let milliseconds =
            Double(duration.components.attoseconds) / 1e15 + Double(duration.components.seconds) * 1_000
        print("  \(label): \((milliseconds * 100).rounded() / 100) ms")
        return value
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func wolfiLike(seed: UInt64) {
        print("2,000 names, up to 250 versions, seed \(seed)")
        var instance = timed("build") { PackageInstance(seed: seed, names: 2_000, maximumVersions: 250, requests: 20) }
        print("  variables \(instance.learner.variableCount), arena words \(instance.learner.arenaWords)")
        var policy = instance.newestFirst
        let outcome = timed("solve") { instance.learner.solve(assumptions: instance.requests, policy: &policy) }
        print("  \(outcome) \(instance.learner.statistics)")
        let again = timed("solve again") { instance.learner.solve(assumptions: instance.requests, policy: &policy) }
        #expect(again == outcome)
        if outcome == .unsatisfiable {
            let core = timed("core") { MinimalCore.find(in: &instance.learner, facts: instance.requests) }
            print("  \(core)")
        } else if let model = instance.learner.model {
            let count = instance.versions.joined().count { model[$0] }
            print("  packages \(count)")
            for (label, objective) in [("packages", instance.packageCount), ("size", instance.installedSize)] {
                var options = Optimum.Options()
                options.budget = 20_000_000
                let found = timed("minimise \(label)") {
                    Optimum.find(
                        in: instance.learner, minimizing: objective, assumptions: instance.requests, options: options,
                        policy: &policy)
                }
                guard case .found(let best) = found else { continue }
                let start = CostFunction(objective, variableCount: model.variableCount).value(of: model)
                print("  from \(start) to \(best.value), at least \(best.lowerBound), tie \(best.isPreferred)")
                print("  \(best.statistics)")
            }
        }
    }

    @Test func pigeonholes() {
        for holes in [7, 8] {
            var learner = SearchSolveTests.pigeonhole(holes, native: true)
            let outcome = timed("pigeonhole \(holes)") { learner.solve() }
            #expect(outcome == .unsatisfiable)
            print("  \(learner.statistics)")
        }
    }
}
