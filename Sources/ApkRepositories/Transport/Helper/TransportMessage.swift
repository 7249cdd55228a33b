internal import ApkFormats

/// What the command and its helper program say to each other: one JSON object a line, over two pipes.
///
/// The files themselves do not pass the pipes: the helper writes them where the request says.
enum TransportMessage {
    /// Fetch this.
    case request(Int, TransportRequest)
    /// So many bytes are in the file.
    case progress(Int, Int)
    case response(Int, TransportResponse)
    case failure(Int, TransportError)

    /// The version of the language, the first thing that a helper says.
    static let greeting = "apkresolve-transport 1"
}

extension TransportMessage {
    /// The message as a line.
    var line: String { json.line + "\n" }

    private var json: JSON {
        func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
        func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
        switch self {
        case .request(let id, let request):
            return .object([
                ("request", .integer(id)), ("url", .string(request.url)), ("destination", .string(request.destination)),
                ("resumeAt", optional(request.resume?.offset)), ("validator", optional(request.resume?.validator)),
                ("knownEntityTag", optional(request.knownEntityTag)),
                ("knownModification", optional(request.knownModification)),
                ("sizeLimit", .integer(request.sizeLimit)), ("expectedSize", optional(request.expectedSize)),
                ("expectedSHA256", optional(request.expectedSHA256)),
                ("stallMilliseconds", .integer(Int(request.stallTimeout * 1000))),
                ("redirectLimit", .integer(request.redirectLimit)),
            ])
        case .progress(let id, let size): return .object([("progress", .integer(id)), ("size", .integer(size))])
        case .response(let id, .notModified):
            return .object([("response", .integer(id)), ("notModified", .bool(true))])
        case .response(let id, .received(let download)):
            return .object([
                ("response", .integer(id)), ("size", .integer(download.size)), ("sha256", .string(download.sha256)),
                ("resumedFrom", .integer(download.resumedFrom)), ("entityTag", optional(download.entityTag)),
                ("lastModified", optional(download.lastModified)),
            ])
        case .failure(let id, let error):
            return .object([
                ("failure", .integer(id)), ("code", .string(error.code.rawValue)), ("host", .string(error.host)),
                ("status", optional(error.status)), ("detail", .string(error.detail)),
                ("retryAfter", optional(error.retryAfter)), ("resumeAt", optional(error.resume?.offset)),
                ("validator", optional(error.resume?.validator)),
                ("systemError", optional(error.systemError.map { Int($0) })),
            ])
        }
    }

    /// Reads a line without its end; nil for one that is no message.
    init?(line: [UInt8]) {
        guard let json = try? JSON(parsing: line) else { return nil }
        var resume: ResumePoint?
        if let offset = json["resumeAt"]?.integer, let validator = json["validator"]?.string {
            resume = ResumePoint(offset: offset, validator: validator)
        }
        if let id = json["request"]?.integer {
            guard let request = Self.request(json, resume) else { return nil }
            self = .request(id, request)
        } else if let id = json["progress"]?.integer, let size = json["size"]?.integer {
            self = .progress(id, size)
        } else if let id = json["response"]?.integer {
            if json["notModified"] != nil {
                self = .response(id, .notModified)
                return
            }
            guard let size = json["size"]?.integer, let sha256 = json["sha256"]?.string else { return nil }
            self = .response(
                id,
                .received(
                    Download(
                        size: size, sha256: sha256, resumedFrom: json["resumedFrom"]?.integer ?? 0,
                        entityTag: json["entityTag"]?.string, lastModified: json["lastModified"]?.string)))
        } else if let id = json["failure"]?.integer, let code = json["code"]?.string {
            self = .failure(
                id,
                TransportError(
                    TransportError.Code(rawValue: code), host: json["host"]?.string ?? "",
                    status: json["status"]?.integer, detail: json["detail"]?.string ?? "",
                    retryAfter: json["retryAfter"]?.integer, resume: resume,
                    systemError: json["systemError"]?.integer.flatMap { Int32(exactly: $0) }))
        } else {
            return nil
        }
    }

    private static func request(_ json: JSON, _ resume: ResumePoint?) -> TransportRequest? {
        guard let url = json["url"]?.string, let destination = json["destination"]?.string,
            let limit = json["sizeLimit"]?.integer, let stall = json["stallMilliseconds"]?.integer,
            let redirects = json["redirectLimit"]?.integer
        else { return nil }
        return TransportRequest(
            url: url, destination: destination, resume: resume, knownEntityTag: json["knownEntityTag"]?.string,
            knownModification: json["knownModification"]?.string, sizeLimit: limit,
            expectedSize: json["expectedSize"]?.integer, expectedSHA256: json["expectedSHA256"]?.string,
            stallTimeout: Double(stall) / 1000, redirectLimit: redirects)
    }
}
