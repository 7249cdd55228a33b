internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// One answer over HTTP on its way into a file: knows what the status and the header fields mean, bounds the size before
/// and while bytes arrive, and hashes them as they pass.
///
/// It has no networking of its own, so that every transport keeps the same rules. Not `Sendable`: a transfer's events come
/// one after another.
package final class TransferReceiver {
    private let request: TransportRequest
    private let host: String
    private var descriptor: Int32 = -1
    private var digest: Digest
    private var state = State.waiting
    /// The bytes that the file has.
    package private(set) var size = 0
    private var resumedFrom = 0
    private var announcedEnd: Int?
    private var entityTag: String?
    private var lastModified: String?

    private enum State { case waiting, receiving, notModified }

    private static let bufferSize = 64 * 1024

    package init(_ request: TransportRequest, host: String) throws(TransportError) {
        self.request = request
        self.host = host
        do { digest = try Digest(.sha256) } catch {
            throw TransportError(.transportUnavailable, host: host, detail: "SHA-256 is not available")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The head of the final answer, redirects aside.
    ///
    /// - Parameter field: gives a header field's value by its lower-case name.
    package func begin(status: Int, field: (String) -> String?) throws(TransportError) {
        entityTag = field("etag")
        lastModified = field("last-modified")
        let length = try number(field("content-length"), "Content-Length")
        switch status {
        case 200:
            try open(at: 0)
            announcedEnd = length
        case 206:
            try continueFile(field("content-range"), length)
        case 304 where request.knownEntityTag != nil || request.knownModification != nil:
            state = .notModified
            return
        default:
            throw TransportError(
                .httpStatus, host: host, status: status, retryAfter: retryAfter(field("retry-after")))
        }
        try checkAnnouncement()
        state = .receiving
    }

    /// Bytes of the body.
    package func receive(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        guard state == .receiving else { return }
        let limit = min(request.sizeLimit, request.expectedSize ?? .max, announcedEnd ?? .max)
        guard bytes.count <= limit - size else {
            throw failure(.tooLarge, "more than \(limit) bytes")
        }
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(.writeFailed, request.destination, systemError: errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        digest.update(bytes)
        size += bytes.count
    }

    /// The body has ended in the way that HTTP says it should.
    package func finish() throws(TransportError) -> TransportResponse {
        if state == .notModified { return .notModified }
        guard state == .receiving else { throw failure(.invalidResponse, "no answer") }
        if let announcedEnd, size < announcedEnd { throw broken(.truncated, "\(size) of \(announcedEnd) bytes") }
        if let expected = request.expectedSize, size != expected {
            throw failure(.sizeMismatch, "\(size) bytes instead of \(expected)")
        }
        let sha256 = Hexadecimal.string(digest.finish())
        if let expected = request.expectedSHA256, sha256 != expected {
            throw failure(.digestMismatch, "SHA-256 \(sha256) instead of \(expected)")
        }
        let end = close(descriptor)
        descriptor = -1
        guard end == 0 else { throw failure(.writeFailed, request.destination, systemError: errno) }
        return .received(
            Download(
                size: size, sha256: sha256, resumedFrom: resumedFrom, entityTag: entityTag, lastModified: lastModified))
    }

    /// An error that ends the transfer from outside, with what can be continued of it.
    package func broken(_ code: TransportError.Code, _ detail: String) -> TransportError {
        failure(code, detail, resumable: true)
    }
}

// MARK: - The file

extension TransferReceiver {
    private func open(at offset: Int) throws(TransportError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        descriptor = openFile(request.destination, flags)
        guard descriptor >= 0, ftruncate(descriptor, off_t(offset)) == 0 else {
            throw failure(.writeFailed, request.destination, systemError: errno)
        }
        guard offset > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        while size < offset {
            let count = read(descriptor, &buffer, min(buffer.count, offset - size))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(.writeFailed, request.destination, systemError: errno) }
            buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            size += count
        }
        resumedFrom = offset
    }

    /// A 206: it must begin exactly where the file ends, and the file must still be the same.
    private func continueFile(_ contentRange: String?, _ length: Int?) throws(TransportError) {
        guard let resume = request.resume, let range = ContentRange(contentRange ?? ""), range.start == resume.offset
        else { throw failure(.invalidResponse, "a range that was not asked for: \(shown(contentRange))") }
        if let length, length != range.end - range.start {
            throw failure(.invalidResponse, "Content-Length \(length) for the range \(shown(contentRange))")
        }
        if let total = range.total, range.end != total {
            throw failure(.invalidResponse, "a range that ends early: \(shown(contentRange))")
        }
        guard entityTag == nil || entityTag == resume.validator || lastModified == resume.validator else {
            throw failure(.invalidResponse, "a range of another version of the file")
        }
        try open(at: resume.offset)
        announcedEnd = range.end
    }

    private func checkAnnouncement() throws(TransportError) {
        guard let announcedEnd else { return }
        guard announcedEnd <= request.sizeLimit else {
            throw failure(.tooLarge, "\(announcedEnd) bytes are announced, \(request.sizeLimit) is the most")
        }
        if let expected = request.expectedSize, announcedEnd != expected {
            throw failure(.sizeMismatch, "\(announcedEnd) bytes are announced instead of \(expected)")
        }
    }
}

// MARK: - Numbers and errors

extension TransferReceiver {
    /// A number in a header field: decimal digits and nothing else, and no more than a size can be (CVE-2021-36159 was a
    /// reader that went on past such a number).
    private func number(_ text: String?, _ name: String) throws(TransportError) -> Int? {
        guard let text else { return nil }
        guard let number = decimal(text) else {
            throw failure(.invalidResponse, "\(name): \(shown(text))")
        }
        return number
    }

    /// The seconds to wait; dates are taken for an invitation to use the own schedule.
    private func retryAfter(_ text: String?) -> Int? { text.flatMap { decimal($0) } }

    private func shown(_ text: String?) -> String { String((text ?? "none").prefix(80)) }

    private func failure(
        _ code: TransportError.Code, _ detail: String, systemError: Int32? = nil, resumable: Bool = false
    ) -> TransportError {
        var resume: ResumePoint?
        // A weak tag says that files are alike, not that their bytes are equal.
        let validator = entityTag.flatMap { $0.hasPrefix("W/") ? nil : $0 } ?? lastModified
        if resumable, size > 0, let validator { resume = ResumePoint(offset: size, validator: validator) }
        return TransportError(code, host: host, detail: detail, resume: resume, systemError: systemError)
    }
}

/// The value of `Content-Range`: `bytes 100-199/200`, or `…/*`.
private struct ContentRange {
    var start: Int
    /// Behind the last byte.
    var end: Int
    var total: Int?

    init?(_ text: String) {
        guard text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = decimal(ends[0]), let last = decimal(ends[1]), first <= last else {
            return nil
        }
        start = first
        end = last + 1
        if parts[1] != "*" {
            guard let number = decimal(parts[1]), number >= end else { return nil }
            total = number
        }
    }
}

/// A number of at most 15 decimal digits; nil for anything else.
private func decimal(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 15, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int(text)
}

private func openFile(_ path: String, _ flags: Int32) -> Int32 { open(path, flags, 0o644) }
