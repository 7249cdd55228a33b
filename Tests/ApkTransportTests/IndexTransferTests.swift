import ApkRepositories
import ApkSolver
import ApkTestSupport
import ApkTransport
import Foundation
import Testing

/// What a mirror may do while an index is fetched, and what has to come of it.
@Suite struct IndexTransferTests {
    typealias Reply = MisbehavingServer.Reply
    typealias Request = MisbehavingServer.Request

    /// A way to misbehave, and the error that it leads to; nil where the answer is right in the end.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: String?
        /// What the transport says, where it has the last word.
        var reason: TransportError.Code?
        let answer: @Sendable (Request, [UInt8]) -> Reply?

        init(
            _ name: String, _ code: String? = nil, _ reason: TransportError.Code? = nil,
            answer: @escaping @Sendable (Request, [UInt8]) -> Reply?
        ) {
            testDescription = name
            self.code = code
            self.reason = reason
            self.answer = answer
        }
    }

    static let cases: [Case] = [
        Case("stalls once in the middle") { request, index in
            request.count == 1 ? .beginning(index, 1000, end: .stall) : nil
        },
        Case("stalls before the head", "fetch-failed", .stalled) { _, _ in .raw("", end: .stall) },
        Case("stalls in the middle, always", "fetch-failed", .stalled) { request, index in
            Reply.range(request) == nil ? .beginning(index, 1000, end: .stall) : .raw("", end: .stall)
        },
        Case("breaks off once") { request, index in
            request.count == 1 ? .beginning(index, 1000, end: .close) : nil
        },
        Case("breaks off always", "fetch-failed", .truncated) { _, index in .beginning(index, 1000, end: .close) },
        Case("closes without a word", "fetch-failed", .connectionFailed) { _, _ in .raw("", end: .close) },
        Case("says it is shorter than it is", "not-intact") { _, index in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", index, end: .close)
        },
        Case("is cut without a length", "not-intact") { _, index in
            .raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", Array(index[..<1000]), end: .close)
        },
        Case("404", "not-found", .httpStatus) { _, _ in .status(404) },
        Case("403", "fetch-failed", .httpStatus) { _, _ in .status(403) },
        Case("429 once") { request, _ in request.count == 1 ? .status(429, ["Retry-After: 2"]) : nil },
        Case("503 for a day", "fetch-failed", .httpStatus) { _, _ in .status(503, ["Retry-After: 86400"]) },
        Case("500 twice") { request, _ in request.count < 3 ? .status(500) : nil },
        Case("500 always", "fetch-failed", .httpStatus) { _, _ in .status(500) },
        Case("304 to nobody", "fetch-failed", .httpStatus) { _, _ in .status(304) },
        Case("redirects in circles", "fetch-failed", .tooManyRedirects) { request, _ in
            .status(302, ["Location: \(request.path)"])
        },
        // Foundation takes the path alone, and asks the same host for it.
        Case("redirects to a file", "not-found", .httpStatus) { request, _ in
            request.path == FixtureMirror.indexPath ? .status(302, ["Location: file:///etc/passwd"]) : .status(404)
        },
        Case("ignores ranges") { request, index in
            request.count == 1
                ? .beginning(index, 1000, end: .close)
                : .raw("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: \(index.count)\r\n\r\n", index)
        },
        Case("gives another range") { request, index in
            switch (request.count, Reply.range(request)) {
            case (1, _): .beginning(index, 1000, end: .close)
            case (_, .some): .part(index, from: 900, tag: "\"1\"")
            default: nil
            }
        },
        Case("gives a range to nobody", "fetch-failed", .invalidResponse) { _, index in
            .part(index, from: 0, tag: "\"1\"")
        },
        Case("changes between two requests") { request, index in
            let older = [UInt8](repeating: 7, count: 5000)
            return request.count == 1 ? .beginning(older, 1000, tag: "\"0\"", end: .close) : nil
        },
        Case("changes between two requests, and hides it") { request, index in
            let older = [UInt8](repeating: 7, count: 5000)
            switch (request.count, Reply.range(request)) {
            case (1, _): return .beginning(older, 1000, tag: "\"0\"", end: .close)
            case (_, let start?): return .part(index, from: start, tag: "\"0\"")
            default: return nil
            }
        },
        Case("refuses to continue") { request, index in
            switch (request.count, Reply.range(request)) {
            case (1, _): .beginning(index, 1000, end: .close)
            case (_, .some): .status(416)
            default: nil
            }
        },
        Case("is something else", "not-intact") { request, _ in
            .file(Array("<html>Welcome to our network, please log in</html>".utf8), for: request)
        },
        Case("has one byte changed", "not-intact") { request, index in
            var changed = index
            changed[changed.count / 2] ^= 1
            return .file(changed, for: request)
        },
        Case("promises 16 exabytes", "fetch-failed") { _, _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n", [1, 2, 3], end: .close)
        },
        Case("promises more than an index may have", "fetch-failed", .tooLarge) { _, _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", [1, 2, 3], end: .close)
        },
        // CVE-2021-36159: numbers in replies that a reader ran past.
        Case("a status of many digits", "fetch-failed") { _, index in
            .raw("HTTP/1.1 2000000000000000000000000000000 OK\r\nContent-Length: 3\r\n\r\n", [1, 2, 3], end: .close)
        },
        Case("a chunk of many digits", "fetch-failed") { _, _ in
            .raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "f", count: 400),
                end: .close)
        },
        Case("a range of many digits", "fetch-failed") { request, index in
            Reply.range(request) == nil && request.count == 1
                ? .beginning(index, 1000, end: .close)
                : .raw(
                    "HTTP/1.1 206 P\r\nContent-Range: bytes 1000-99999999999999999999999/*\r\nContent-Length: 5\r\n\r\n",
                    [1, 2, 3, 4, 5], end: .close)
        },
        Case("no HTTP at all", "fetch-failed") { _, _ in .raw("SSH-2.0-OpenSSH_9.2\r\n\r\n", end: .close) },
    ]

    @Test(arguments: cases)
    func misbehaviour(_ one: Case) throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let index = try #require(FixtureMirror.content(FixtureMirror.indexPath))
        let server = try FixtureMirror.server { one.answer($0, index) }
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        var options = FixtureMirror.options(url, cache: cache)
        if one.testDescription.hasPrefix("stalls") {
            // Where the machine is what stalls, there are attempts enough.
            options.remote.policy.stallTimeout = 0.5
            if one.code == nil { options.remote.policy.attempts = 20 }
        }
        if let code = one.code {
            let error = #expect(throws: RepositoryError.self) { _ = try Catalog.load(options) }
            #expect(error?.code.rawValue == code)
            if let reason = one.reason { #expect(error?.failures.first?.transport?.code == reason) }
            if code == "fetch-failed" { #expect(error?.failures.first?.transport?.host == "127.0.0.1:\(server.port)") }
        } else {
            let catalog = try Catalog.load(options)
            #expect(catalog.universe.packageCount == 58)
        }
        #expect(FixtureMirror.poison(in: cache) == [])
        #expect(FixtureMirror.leftovers(in: cache) == [])
        // Whatever happened, the next run against a mirror that behaves is right.
        let good = try FixtureMirror.server()
        defer { good.stop() }
        var next = options
        next.remote.mirrors = [try #require(Mirror("\(url)=http://127.0.0.1:\(good.port)"))]
        server.stop()
        #expect(try Catalog.load(next).universe.packageCount == 58)
        #expect(FixtureMirror.poison(in: cache) == [])
    }

    @Test func aServerThatAsksForTimeGetsIt() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let slept = Slept()
        let server = try FixtureMirror.server { $0.count == 1 ? .status(429, ["Retry-After: 7"]) : nil }
        defer { server.stop() }
        _ = try Catalog.load(FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache, slept: slept))
        #expect(slept.all == [7])
    }

    @Test func delaysDoubleWithJitterThatRepeatsForASeed() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server { _ in .status(500) }
        defer { server.stop() }
        func delays() -> [Double] {
            let slept = Slept()
            var options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache, slept: slept)
            options.remote.policy.attempts = 6
            #expect(throws: RepositoryError.self) { _ = try Catalog.load(options) }
            return slept.all
        }
        let first = delays()
        #expect(first == delays())
        #expect(first.count == 5)
        for (round, delay) in first.enumerated() {
            let longest = 0.5 * Double(1 << round)
            #expect(delay >= longest / 2 && delay <= longest)
        }
    }

    @Test func anUnchangedIndexIsNotSentAgain() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        var options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        _ = try Catalog.load(options)
        #expect(try Catalog.load(options).universe.packageCount == 58)
        #expect(server.requests.map { $0.fields["if-none-match"] } == [nil, "\"1\""])
        options.remote.maximumIndexAge = 3600
        _ = try Catalog.load(options)
        #expect(server.requests.count == 2)
    }

    @Test func aDamagedEntryIsFetchedAgain() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        var options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        options.remote.maximumIndexAge = 3600
        _ = try Catalog.load(options)
        let objects = cache + "/v1/objects"
        let name = try #require(
            FileManager.default.enumerator(atPath: objects)?.compactMap { $0 as? String }.first { $0.count > 64 })
        var bytes = try SharedFiles.bytes(objects + "/" + name)
        bytes[100] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: objects + "/" + name))
        #expect(try Catalog.load(options).universe.packageCount == 58)
        #expect(server.requests.count == 2)
    }

    @Test func withoutCacheNothingStays() throws {
        let server = try FixtureMirror.server()
        defer { server.stop() }
        var options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: "/nonexistent/cache")
        options.remote.cache = nil
        #expect(try Catalog.load(options).universe.packageCount == 58)
    }
}
