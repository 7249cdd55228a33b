internal import ApkFormats
public import ApkSolver

extension Resolver {
    /// Takes packages that were chosen before as the answer to requests, without looking for a better one.
    ///
    /// - Returns: nil where they do not answer the requests (any more): something is missing, excluded or superfluous.
    /// - Throws: ``ResolutionError`` for requests that are none.
    public func resolve(
        _ requests: [String], choosing packages: [PackageID], options: ResolveOptions = ResolveOptions()
    ) throws(ResolutionError) -> Resolution? {
        do throws(SolverError) {
            let problem = try makeProblem(try dependencies(requests), options)
            return Solver.assess(problem, choosing: packages).map {
                Resolution(requests: requests, problem: problem, outcome: $0)
            }
        } catch {
            throw ResolutionError(error, requests: requests)
        }
    }
}
