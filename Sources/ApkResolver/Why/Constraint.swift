internal import ApkFormats
public import ApkSolver

/// The line of text that an edge stands for, as it is written, and where.
public struct Constraint: Sendable, Hashable {
    /// Where a constraint is written.
    public enum Source: Sendable, Hashable {
        /// Among the requests.
        case request
        /// In the world of the installed root.
        case world
        /// In the index of a repository, as an index into ``Universe/repositories``.
        case repository(Int)
        /// In the database of the installed root.
        case installedDatabase
    }

    /// The text, such as `so:libz.so.1` or `nodejs>=20`.
    public let text: String
    public let source: Source
}

extension Resolution {
    /// The constraint behind an edge of the answer.
    public func constraint(of edge: Edge) -> Constraint {
        guard let owner = edge.owner else {
            let request = requests.first { Dependency($0).map { $0.name == edge.requirement.name } ?? false }
            return Constraint(
                text: request ?? edge.requirement.description, source: request == nil ? .world : .request)
        }
        // A condition is written in the record of the package that waits.
        let writer = edge.isCondition ? edge.provider : owner
        let words = universe.field(edge.isCondition ? "i" : "D", of: writer).split { $0 == " " || $0 == "\n" }
        let text = words.first { Dependency(String($0)) == edge.requirement }.map(String.init)
        return Constraint(
            text: text ?? edge.requirement.description,
            source: universe.repository(of: writer).map { .repository($0) } ?? .installedDatabase)
    }
}
