/// One attempt that failed, among those that ``RepositoryError`` lists.
public struct FetchFailure: Hashable, Sendable {
    /// Where the file was asked for, without credentials.
    public var url: String
    /// Which attempt at this place it was, from 1.
    public var attempt: Int
    /// What the transport said; nil where the file came and was refused.
    public var transport: TransportError?
    /// Why the file was refused, as a code.
    public var refusal: String?

    public init(url: String, attempt: Int, transport: TransportError? = nil, refusal: String? = nil) {
        self.url = url
        self.attempt = attempt
        self.transport = transport
        self.refusal = refusal
    }
}

/// Something that wants to know how fetching goes. Called from several threads, and often.
public protocol FetchObserver: Sendable {
    func observe(_ event: FetchEvent)
}

/// What happens while files are fetched.
public enum FetchEvent: Hashable, Sendable {
    /// What kind of file it is.
    public enum Kind: String, Sendable { case index, package }

    /// So many files of a kind will be asked for, of together so many bytes; 0 bytes where nobody knows.
    case planned(Kind, files: Int, bytes: Int)
    /// A file has now so many bytes. `file` is short: `musl-1.2.4-r2`, or the repository's URL without credentials.
    case received(Kind, file: String, bytes: Int)
    /// A file is there, fetched or from the cache.
    case finished(Kind, file: String, bytes: Int, fromCache: Bool)
    /// An attempt failed, and another will be made after some seconds.
    case retrying(Kind, file: String, failure: FetchFailure, delay: Double)
}
