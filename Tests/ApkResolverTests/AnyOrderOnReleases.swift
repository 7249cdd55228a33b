import ApkFormats
import ApkSolver
import Foundation
import Testing

/// On real releases the short way of the solver leads to the same steps as apk's order of decisions.
///
/// `APKRESOLVE_STRIDE` sets that only each nth name is asked for (default 97).
@Suite(.enabled(if: !Recorded.goldenFiles.isEmpty, "no recorded answers: set APKRESOLVE_GOLDEN"))
struct AnyOrderOnReleases {
    @Test(arguments: Recorded.goldenFiles)
    func namesAloneAndInPairs(_ file: URL) throws {
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        let universe = try golden.load()
        let stride = ProcessInfo.processInfo.environment["APKRESOLVE_STRIDE"].flatMap { Int($0) } ?? 97
        var different: [String] = []
        for index in Swift.stride(from: 0, to: universe.packageCount, by: stride) {
            let name = universe.name(of: PackageID(index))
            let other = universe.name(of: PackageID((index &* 7919) % universe.packageCount))
            for request in [[name], [name, other]] {
                let problem = try #require(
                    try Transaction.make(.add(request.map { Dependency(name: $0) }), universe: universe, world: [])
                ).problem
                let short = try Solver.propagate(problem).changes
                let long = try Solver.propagate(problem, keepsOrder: true).changes
                if short.steps != long.steps || short.errorCount != long.errorCount {
                    different.append(request.joined(separator: " "))
                }
            }
        }
        #expect(different.isEmpty, "\(different.prefix(20))")
    }
}
