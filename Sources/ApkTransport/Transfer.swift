internal import ApkRepositories
internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// One request under way: the thread that waits for it, and what the session says of it.
///
/// - Note: `@unchecked`: everything that changes is touched with `lock` held.
final class Transfer: @unchecked Sendable {
    private let lock = NSLock()
    private let ended = DispatchSemaphore(value: 0)
    private let receiver: TransferReceiver
    private var host: String
    private let redirectLimit: Int
    private let progress: @Sendable (Int) -> Void
    private var redirects = 0
    private var result: Result<TransportResponse, TransportError>?
    private var lastActivity = ContinuousClock.now
    private var lastReport = ContinuousClock.now
    private static let reportInterval = Duration.milliseconds(100)

    init(
        _ receiver: sending TransferReceiver, host: String, redirectLimit: Int,
        progress: @escaping @Sendable (Int) -> Void
    ) {
        self.receiver = receiver
        self.host = host
        self.redirectLimit = redirectLimit
        self.progress = progress
    }

    /// Waits for the end, or for too long a silence.
    func wait(stallTimeout: Double, cancel: () -> Void) throws(TransportError) -> TransportResponse {
        let limit = Duration.seconds(stallTimeout)
        while true {
            let silence = ContinuousClock.now - lock.withLock { lastActivity }
            if silence >= limit {
                fail(.stalled, "nothing came for \(Int(stallTimeout.rounded(.up))) s")
                cancel()
            }
            if let result = lock.withLock({ result }) { return try result.get() }
            let rest = (limit - silence).components
            let seconds = Double(rest.seconds) + Double(rest.attoseconds) * 1e-18
            _ = ended.wait(timeout: .now() + max(0.01, seconds))
        }
    }

    // MARK: What the session says

    /// - Returns: whether to follow.
    func redirect(from: URL?, to: URL?) -> Bool {
        lock.withLock {
            lastActivity = .now
            redirects += 1
            guard redirects <= redirectLimit else {
                set(.failure(TransportError(.tooManyRedirects, host: host, detail: "more than \(redirectLimit)")))
                return false
            }
            let scheme = to?.scheme?.lowercased()
            guard scheme == "https" || (scheme == "http" && from?.scheme?.lowercased() == "http") else {
                let detail = "to \(scheme ?? "nothing"): from \(from?.scheme ?? "")"
                set(.failure(TransportError(.refusedRedirect, host: host, detail: detail)))
                return false
            }
            if let to { host = RequestPlace.host(of: to) }
            return true
        }
    }

    /// - Returns: whether to go on.
    func begin(_ response: URLResponse) -> Bool {
        attempt { () throws(TransportError) in
            guard let response = response as? HTTPURLResponse else {
                throw TransportError(.invalidResponse, host: host, detail: "not HTTP")
            }
            try receiver.begin(status: response.statusCode) { response.value(forHTTPHeaderField: $0) }
        }
    }

    /// - Returns: whether to go on.
    func receive(_ data: Data) -> Bool {
        let goesOn = attempt { () throws(TransportError) in
            for region in data.regions {
                var failure: TransportError?
                region.withUnsafeBytes { bytes in
                    do throws(TransportError) { try receiver.receive(bytes) } catch { failure = error }
                }
                if let failure { throw failure }
            }
        }
        let size: Int? = lock.withLock {
            guard lastActivity - lastReport > Self.reportInterval else { return nil }
            lastReport = lastActivity
            return receiver.size
        }
        if let size { progress(size) }
        return goesOn
    }

    func complete(_ error: (any Error)?) {
        _ = attempt { () throws(TransportError) in
            if let error {
                throw TransferFailure(error, redirects: redirects, of: redirectLimit).transportError(receiver)
            }
            set(.success(try receiver.finish()))
        }
        ended.signal()
    }

    // MARK: The result, which is set once

    private func attempt(_ body: () throws(TransportError) -> Void) -> Bool {
        lock.withLock {
            lastActivity = .now
            guard result == nil else { return false }
            do throws(TransportError) {
                try body()
                return true
            } catch {
                set(.failure(error))
                return false
            }
        }
    }

    private func fail(_ code: TransportError.Code, _ detail: String) {
        lock.withLock { set(.failure(receiver.broken(code, detail))) }
    }

    /// The first result counts. The lock is held.
    private func set(_ outcome: Result<TransportResponse, TransportError>) {
        guard result == nil else { return }
        result = outcome
        ended.signal()
    }
}

/// What Foundation says of a connection, in our words.
private struct TransferFailure {
    private let error: NSError
    /// Whether more redirects would have been followed.
    private let mayRedirect: Bool

    init(_ error: any Error, redirects: Int, of limit: Int) {
        self.error = error as NSError
        mayRedirect = redirects < limit
    }

    func transportError(_ receiver: TransferReceiver) -> TransportError {
        let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
        let text =
            underlying?.userInfo[NSLocalizedDescriptionKey] as? String
            ?? error.userInfo[NSLocalizedDescriptionKey] as? String ?? "error \(error.code)"
        // On Linux many codes are only "unknown", and the words of the library below have to say more.
        let isTLS = text.contains("SSL") || text.contains("certificate") || text.contains("TLS")
        let code: TransportError.Code
        switch URLError.Code(rawValue: error.code) {
        case .cannotFindHost, .dnsLookupFailed: code = .unknownHost
        case .timedOut: code = .stalled
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected:
            code = .untrustedServer
        case .badServerResponse where text.contains("Empty reply"): code = .connectionFailed
        case .badServerResponse, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData:
            code = .invalidResponse
        // Foundation's word also for a redirect to another scheme.
        case .httpTooManyRedirects: code = mayRedirect ? .refusedRedirect : .tooManyRedirects
        case .unsupportedURL, .badURL: code = .unsupportedURL
        default: code = isTLS ? .untrustedServer : receiver.size > 0 ? .truncated : .connectionFailed
        }
        return receiver.broken(code, text)
    }
}
