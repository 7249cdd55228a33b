internal import ApkFormats
internal import ApkRepositories

/// Says in words why one attempt to fetch a file failed: host, status, attempt.
enum FetchFailureText {
    static func text(_ failure: FetchFailure) -> String {
        guard let error = failure.transport else {
            return "what \(host(failure)) sent is not the right file (\(failure.refusal ?? "refused"))"
        }
        let place = error.host.isEmpty ? "" : "\(error.host) "
        return "\(place)\(reason(error)) (attempt \(failure.attempt))"
    }

    private static func reason(_ error: TransportError) -> String {
        let detail = error.detail.isEmpty ? "" : ": \(error.detail)"
        switch error.code {
        case .httpStatus:
            let status = error.status ?? 0
            let wait = error.retryAfter.map { ", asks to wait \($0) s" } ?? ""
            return "answered \(status)\(phrases[status].map { " " + $0 } ?? "")\(wait)"
        case .unknownHost: return "is no host that is known here"
        case .connectionFailed: return "cannot be reached\(detail)"
        case .stalled: return "stalled\(detail)"
        case .truncated: return "broke off\(detail)"
        case .untrustedServer:
            return "is not trusted\(detail); a private authority's certificate belongs into the system's list"
                + " (on Debian /usr/local/share/ca-certificates and `update-ca-certificates`)"
        case .tooManyRedirects: return "redirected too often\(detail)"
        case .refusedRedirect: return "redirected where no connection is made\(detail)"
        case .tooLarge: return "sent too much\(detail)"
        case .sizeMismatch, .digestMismatch: return "sent another file\(detail)"
        case .invalidResponse: return "answered what is no sense\(detail)"
        case .writeFailed: return "\(error.detail) cannot be written\(system(error))"
        case .unsupportedURL: return "cannot be asked\(detail)"
        default: return "\(error.code.rawValue)\(detail)\(system(error))"
        }
    }

    private static func system(_ error: TransportError) -> String {
        error.systemError.map { ": " + systemMessage($0) } ?? ""
    }

    private static func host(_ failure: FetchFailure) -> String {
        let parts = failure.url.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[2]) : failure.url
    }

    /// The words of RFC 9110 for what people meet.
    private static let phrases = [
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 407: "Proxy Authentication Required", 410: "Gone",
        429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout",
    ]

    static func json(_ failure: FetchFailure) -> JSON {
        var members: [(String, JSON)] = [("url", .string(failure.url)), ("attempt", .integer(failure.attempt))]
        if let error = failure.transport {
            members.append(("code", .string(error.code.rawValue)))
            members.append(("host", .string(error.host)))
            if let status = error.status { members.append(("status", .integer(status))) }
            if !error.detail.isEmpty { members.append(("detail", .string(error.detail))) }
        } else {
            members.append(("code", .string(failure.refusal ?? "refused")))
        }
        return .object(members)
    }
}
