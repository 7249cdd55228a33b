/// Why the solver has no answer at all, not even "there is none".
public struct SolverError: Error, Hashable, Sendable {
    /// The kind of a solver error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The step budget ran out before there was an answer.
        public static let stepBudget = Code(rawValue: "step-budget")
        /// A request is no dependency, or its version none.
        public static let invalidRequest = Code(rawValue: "invalid-request")
        /// The world names a repository tag that no repository carries.
        public static let unknownTag = Code(rawValue: "unknown-tag")
        /// A command names a package that is not installed.
        public static let notInstalled = Code(rawValue: "not-installed")
    }

    /// The kind of error.
    public var code: Code
    /// The budget, request, tag or package that the error is about.
    public var detail: String

    public init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }
}
