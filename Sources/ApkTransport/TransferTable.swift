internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// The transfers of a session by their tasks: passes on what the session says to the one in question.
///
/// - Note: `@unchecked`: the table is touched with `lock` held.
final class TransferTable: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let lock = NSLock()
    private var transfers: [Int: Transfer] = [:]

    func add(_ transfer: Transfer, for task: URLSessionTask) {
        lock.withLock { transfers[task.taskIdentifier] = transfer }
    }

    private func transfer(_ task: URLSessionTask) -> Transfer? {
        lock.withLock { transfers[task.taskIdentifier] }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        guard transfer(task)?.redirect(from: response.url, to: request.url) == true else {
            completionHandler(nil)
            task.cancel()
            return
        }
        var next = request
        for field in ["Accept-Encoding", "User-Agent", "Range", "If-Range", "If-None-Match", "If-Modified-Since"] {
            next.setValue(task.originalRequest?.value(forHTTPHeaderField: field), forHTTPHeaderField: field)
        }
        // Credentials are for the place that was asked, and for nobody whom it names.
        let isSamePlace =
            request.url?.scheme == response.url?.scheme && request.url?.host == response.url?.host
            && request.url?.port == response.url?.port
        if !isSamePlace { next.setValue(nil, forHTTPHeaderField: "Authorization") }
        completionHandler(next)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let goesOn = transfer(dataTask)?.begin(response) ?? false
        completionHandler(goesOn ? .allow : .cancel)
        if !goesOn { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        if transfer(dataTask)?.receive(data) != true { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        lock.withLock { transfers.removeValue(forKey: task.taskIdentifier) }?.complete(error)
    }
}
