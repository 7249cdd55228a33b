/// Why one attempt to fetch a file failed.
public struct TransportError: Error, Hashable, Sendable {
    /// The kind of error. Codes are API: their raw values appear in JSON and never change.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The URL is none that can be fetched.
        public static let unsupportedURL = Code(rawValue: "unsupported-url")
        /// The name of the host is unknown.
        public static let unknownHost = Code(rawValue: "unknown-host")
        /// No connection, or it broke.
        public static let connectionFailed = Code(rawValue: "connection-failed")
        /// The server's certificate is not trusted, or TLS failed otherwise.
        public static let untrustedServer = Code(rawValue: "untrusted-server")
        /// Nothing came for too long.
        public static let stalled = Code(rawValue: "stalled")
        /// The server answered with a status that is no success; ``TransportError/status`` has it.
        public static let httpStatus = Code(rawValue: "http-status")
        /// The server's answer contradicts itself or the request.
        public static let invalidResponse = Code(rawValue: "invalid-response")
        /// More redirects than allowed.
        public static let tooManyRedirects = Code(rawValue: "too-many-redirects")
        /// A redirect from `https:` to `http:`, or to something that is neither.
        public static let refusedRedirect = Code(rawValue: "refused-redirect")
        /// The file ended too early.
        public static let truncated = Code(rawValue: "truncated")
        /// The file is, or says it is, longer than it may be.
        public static let tooLarge = Code(rawValue: "too-large")
        /// The file has another size than it must have.
        public static let sizeMismatch = Code(rawValue: "size-mismatch")
        /// The file has another SHA-256 than it must have.
        public static let digestMismatch = Code(rawValue: "digest-mismatch")
        /// The file cannot be written; ``TransportError/systemError`` says why.
        public static let writeFailed = Code(rawValue: "write-failed")
        /// There is no transport: the helper program is missing or ended.
        public static let transportUnavailable = Code(rawValue: "transport-unavailable")
    }

    /// The kind of error.
    public var code: Code
    /// The host that was asked, with its port where it is not the usual one; empty where none was.
    public var host: String
    /// The HTTP status; nil where there was none.
    public var status: Int?
    /// What else there is to know, in a few words; without credentials.
    public var detail: String
    /// The seconds that the server asks to wait before the next attempt.
    public var retryAfter: Int?
    /// What can be continued: the bytes in the destination, and what tells the server that they are of this file.
    public var resume: ResumePoint?
    /// The `errno` of a system call that failed.
    public var systemError: Int32?

    public init(
        _ code: Code, host: String = "", status: Int? = nil, detail: String = "", retryAfter: Int? = nil,
        resume: ResumePoint? = nil, systemError: Int32? = nil
    ) {
        self.code = code
        self.host = host
        self.status = status
        self.detail = detail
        self.retryAfter = retryAfter
        self.resume = resume
        self.systemError = systemError
    }

    /// Whether the same place may well answer the next time.
    public var isTransient: Bool {
        switch code {
        case .connectionFailed, .unknownHost, .stalled, .truncated: true
        case .httpStatus:
            switch status {
            case 408, 425, 429, 500, 502, 503, 504: true
            default: false
            }
        default: false
        }
    }
}
