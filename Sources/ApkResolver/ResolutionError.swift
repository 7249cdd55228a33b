public import ApkSolver

/// Why requests have no answer.
public struct ResolutionError: Error, Sendable {
    /// The kind of failure. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No set of packages meets the requests; with the policy `apk`, apk finds none.
        public static let unsatisfiable = Code(rawValue: "unsatisfiable")
        /// A request is none, or its version is not one.
        public static let invalidRequest = Code(rawValue: "invalid-request")
        /// A request names a tag that no repository carries.
        public static let unknownTag = Code(rawValue: "unknown-tag")
        /// A command names a package that is not installed.
        public static let notInstalled = Code(rawValue: "not-installed")
        /// The step budget ran out.
        public static let stepBudget = Code(rawValue: "step-budget")
    }

    /// The kind of failure.
    public var code: Code
    /// The requests as they were given.
    public var requests: [String]
    /// The offending request, or the budget.
    public var detail: String
    /// The packages that the facts speak of.
    public var universe: Universe?
    /// A minimal set of contradicting facts; nil where a solution exists that apk's policy does not find.
    public var explanation: Explanation?
    /// What apk itself would report.
    public var report: FailureReport?
    /// The number of errors that apk would count; its exit status.
    public var errorCount = 0
    /// Edits of the requests that were proved to work by solving again.
    public var suggestions: [Suggestion] = []

    init(_ code: Code, requests: [String], detail: String) {
        self.code = code
        self.requests = requests
        self.detail = detail
    }

    init(_ error: SolverError, requests: [String]) {
        let code: Code =
            switch error.code {
            case .stepBudget: .stepBudget
            case .notInstalled: .notInstalled
            default: .invalidRequest
            }
        self.init(code, requests: requests, detail: error.detail)
    }
}

/// An edit of the requests with which they have an answer.
public struct Suggestion: Sendable, Hashable {
    /// What is changed.
    public enum Edit: Sendable, Hashable {
        /// A name that nothing has is replaced by a similar one that exists.
        case rename(from: String, to: String)
        /// A request takes any version.
        case relax(from: String, to: String)
        /// Requests are left out.
        case drop([String])
        /// The policy `complete` finds an answer with the requests as they are.
        case completePolicy
    }

    public var edit: Edit
    /// All requests after the edit.
    public var requests: [String]
    /// How many packages the answer has then.
    public var packageCount: Int
}
