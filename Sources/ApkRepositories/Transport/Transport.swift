/// Brings files from other machines. One call is one attempt at one place: what to do after a failure, which mirror is
/// next and whether the file is the right one is decided by those who call.
///
/// The networking itself is in the module `ApkTransport`, which programs link that want it in their own process. The
/// command uses a helper process instead (`HelperTransport`), so that it need not load networking when it has none to do.
public protocol Transport: Sendable {
    /// Fetches one file into the request's destination, and returns when it is complete and closed.
    ///
    /// May be called from several threads at once; transfers to one host share connections.
    ///
    /// - Parameter progress: called now and then with the number of bytes that the destination has.
    func fetch(
        _ request: TransportRequest, progress: @escaping @Sendable (Int) -> Void
    ) throws(TransportError) -> TransportResponse
}

/// What one attempt is to fetch.
public struct TransportRequest: Hashable, Sendable {
    /// An `http:` or `https:` URL. It may hold a user and a password, which are sent as basic authentication and shown
    /// nowhere.
    public var url: String
    /// The path of the file to write. It is created, or made empty, or continued (``resume``).
    public var destination: String
    /// Continues a file of which a part is there.
    public var resume: ResumePoint?
    /// Asks for the file only if its `ETag` is another.
    public var knownEntityTag: String?
    /// Asks for the file only if it was modified after this time, in the words of an earlier `Last-Modified`.
    public var knownModification: String?
    /// The most bytes that the file may have.
    public var sizeLimit: Int
    /// The number of bytes that the file has; nil where nobody knows.
    public var expectedSize: Int?
    /// The SHA-256 of the file, 64 lower-case hexadecimal digits; nil where nobody knows.
    public var expectedSHA256: String?
    /// The seconds without a single byte after which the attempt has failed.
    public var stallTimeout: Double
    /// The most redirects that are followed; none leads from `https:` to `http:`.
    public var redirectLimit: Int

    public init(
        url: String, destination: String, resume: ResumePoint? = nil, knownEntityTag: String? = nil,
        knownModification: String? = nil, sizeLimit: Int, expectedSize: Int? = nil, expectedSHA256: String? = nil,
        stallTimeout: Double = 30, redirectLimit: Int = 5
    ) {
        self.url = url
        self.destination = destination
        self.resume = resume
        self.knownEntityTag = knownEntityTag
        self.knownModification = knownModification
        self.sizeLimit = sizeLimit
        self.expectedSize = expectedSize
        self.expectedSHA256 = expectedSHA256
        self.stallTimeout = stallTimeout
        self.redirectLimit = redirectLimit
    }
}

/// Where to continue a file, and how the server can tell that it is still the same file.
public struct ResumePoint: Hashable, Sendable {
    /// The number of bytes that are there.
    public var offset: Int
    /// The server's `ETag` (a strong one) or `Last-Modified` of the part that is there, for `If-Range`.
    public var validator: String

    public init(offset: Int, validator: String) {
        self.offset = offset
        self.validator = validator
    }
}

/// What an attempt gave.
public enum TransportResponse: Hashable, Sendable {
    /// The file is there.
    case received(Download)
    /// The file is the one that the request knows already; nothing was written.
    case notModified
}

/// A file that was received whole.
public struct Download: Hashable, Sendable {
    /// The size in bytes.
    public var size: Int
    /// The SHA-256 of the file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// How many of the bytes were there before this attempt.
    public var resumedFrom: Int
    /// The server's `ETag`, as it was sent.
    public var entityTag: String?
    /// The server's `Last-Modified`, as it was sent.
    public var lastModified: String?

    public init(size: Int, sha256: String, resumedFrom: Int = 0, entityTag: String? = nil, lastModified: String? = nil)
    {
        self.size = size
        self.sha256 = sha256
        self.resumedFrom = resumedFrom
        self.entityTag = entityTag
        self.lastModified = lastModified
    }
}
