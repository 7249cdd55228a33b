public import ApkRepositories
internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// A transport in this process, on Foundation's networking: connections are kept and shared by all transfers.
///
/// ```swift
/// var options = RepositoryOptions()
/// options.repositories = ["https://dl-cdn.alpinelinux.org/alpine/v3.19/main"]
/// options.remote.transport = URLSessionTransport()
/// ```
///
/// On Linux, proxies come from the environment (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), and servers are
/// trusted by the system's list of certificate authorities, where a private one has to be added.
public final class URLSessionTransport: Transport {
    private let session: URLSession
    private let transfers: TransferTable
    private let authentication: EnvironmentAuthentication?

    /// - Parameters:
    ///   - connections: the most connections to one host.
    ///   - environment: where `HTTP_AUTH` is looked for; nil for the process's own.
    public init(connections: Int = 8, environment: [String: String]? = nil) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = connections
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        // A stall is noticed by the thread that waits; Foundation's own limit would end long transfers.
        configuration.timeoutIntervalForRequest = 7 * 24 * 3600
        transfers = TransferTable()
        session = URLSession(configuration: configuration, delegate: transfers, delegateQueue: nil)
        authentication = environment["HTTP_AUTH"].flatMap { EnvironmentAuthentication($0) }
    }

    deinit { session.invalidateAndCancel() }

    public func fetch(
        _ request: TransportRequest, progress: @escaping @Sendable (Int) -> Void
    ) throws(TransportError) -> TransportResponse {
        let place = try RequestPlace(request.url)
        let transfer = Transfer(
            try TransferReceiver(request, host: place.host), host: place.host, redirectLimit: request.redirectLimit,
            progress: progress)
        let task = session.dataTask(with: urlRequest(for: request, place))
        transfers.add(transfer, for: task)
        task.resume()
        return try transfer.wait(stallTimeout: request.stallTimeout, cancel: task.cancel)
    }

    private func urlRequest(for request: TransportRequest, _ place: RequestPlace) -> URLRequest {
        var result = URLRequest(url: place.url)
        // What is fetched is compressed already, and its digest is that of the bytes as they are.
        result.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        result.setValue("apkresolve", forHTTPHeaderField: "User-Agent")
        let authorization = place.authorization ?? authentication?.authorization(for: place)
        result.setValue(authorization, forHTTPHeaderField: "Authorization")
        if let resume = request.resume {
            result.setValue("bytes=\(resume.offset)-", forHTTPHeaderField: "Range")
            result.setValue(resume.validator, forHTTPHeaderField: "If-Range")
        }
        result.setValue(request.knownEntityTag, forHTTPHeaderField: "If-None-Match")
        if request.knownEntityTag == nil {
            result.setValue(request.knownModification, forHTTPHeaderField: "If-Modified-Since")
        }
        return result
    }
}
