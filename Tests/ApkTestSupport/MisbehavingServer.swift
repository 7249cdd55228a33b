import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An HTTP server on loopback that does to its clients whatever a test wants, byte for byte. A thread for each connection,
/// plain sockets, and none of the code under test.
///
///     let server = try MisbehavingServer { request in
///         request.count == 1 ? .bytes("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") : .file(content, for: request)
///     }
public final class MisbehavingServer: Sendable {
    /// What a client asked for.
    public struct Request: Sendable {
        /// The path as it was sent, query included.
        public var path: String
        /// The header fields by their lower-case names.
        public var fields: [String: String]
        /// Which request for this path it is, from 1.
        public var count: Int
    }

    /// What the client gets, and what follows.
    public struct Reply: Sendable {
        public enum End: Sendable { case keepOpen, close, stall }
        public var bytes: [UInt8]
        public var end: End

        public init(_ bytes: [UInt8], end: End = .keepOpen) {
            self.bytes = bytes
            self.end = end
        }
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var open: Set<Int32> = []
        var isStopped = false
    }

    public let port: Int
    private let listener: Int32
    /// Only touched by ``withState(_:)``. The standard library's `Mutex` would do, if the thread sanitizer knew it.
    private nonisolated(unsafe) var state = State()
    private let lock = NSLock()
    private let answer: @Sendable (Request) -> Reply

    public init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        self.answer = answer
        #if canImport(Glibc)
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { self.accept() }
    }

    private func withState<Result>(_ body: (inout State) -> Result) -> Result { lock.withLock { body(&state) } }

    /// Ends all connections.
    public func stop() {
        withState { state in
            // Once closed, the listener's number may be another server's.
            guard !state.isStopped else { return }
            state.isStopped = true
            for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
            shutdown(listener, Int32(SHUT_RDWR))
        }
    }

    /// All requests so far.
    public var requests: [Request] { withState { $0.requests } }
    /// The number of connections that were opened.
    public var connections: Int { withState { $0.connections } }

    private func accept() {
        while true {
            #if canImport(Glibc)
                let connection = Glibc.accept(listener, nil, nil)
            #elseif canImport(Musl)
                let connection = Musl.accept(listener, nil, nil)
            #else
                let connection = Darwin.accept(listener, nil, nil)
            #endif
            guard connection >= 0 else {
                if withState({ $0.isStopped }) { break }
                // A client that is gone already, or no descriptor left for the moment.
                usleep(10_000)
                continue
            }
            let isStopped = withState { state in
                state.connections += 1
                state.open.insert(connection)
                return state.isStopped
            }
            if isStopped { shutdown(connection, Int32(SHUT_RDWR)) }
            Thread.detachNewThread { self.serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var pending: [UInt8] = []
        serving: while let head = readHead(connection, &pending) {
            let reply = answer(note(head))
            guard send(reply.bytes, connection) else { break }
            switch reply.end {
            case .keepOpen: continue
            case .close: break serving
            // The client gives up first, or the server is stopped.
            case .stall: while readHead(connection, &pending) != nil {}
            }
        }
        withState { _ = $0.open.remove(connection) }
        close(connection)
    }

    private func note(_ head: String) -> Request {
        let lines = head.split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        return withState { state in
            let count = state.requests.filter { $0.path == path }.count + 1
            let request = Request(path: path, fields: fields, count: count)
            state.requests.append(request)
            return request
        }
    }

    private func readHead(_ connection: Int32, _ pending: inout [UInt8]) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: pending, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                pending.removeFirst(text[..<end.upperBound].utf8.count)
                return String(text[..<end.lowerBound])
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }

    private func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            #if canImport(Darwin)
                let count = rest.withUnsafeBytes { Darwin.send(connection, $0.baseAddress, $0.count, 0) }
            #elseif canImport(Glibc)
                let count = rest.withUnsafeBytes {
                    Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            #else
                let count = rest.withUnsafeBytes { Musl.send(connection, $0.baseAddress, $0.count, MSG_NOSIGNAL) }
            #endif
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

extension MisbehavingServer.Reply {
    /// A text as it is, which is a whole reply or the beginning of one.
    public static func raw(_ text: String, _ body: [UInt8] = [], end: End = .keepOpen) -> Self {
        Self(Array(text.utf8) + body, end: end)
    }

    /// A status with a few fields and no body.
    public static func status(_ status: Int, _ fields: [String] = []) -> Self {
        .raw("HTTP/1.1 \(status) X\r\n" + fields.map { $0 + "\r\n" }.joined() + "Content-Length: 0\r\n\r\n")
    }

    /// A file as a good server gives it, with `ETag`, ranges and `If-None-Match`.
    public static func file(_ content: [UInt8], tag: String = "\"1\"", for request: MisbehavingServer.Request) -> Self {
        if request.fields["if-none-match"] == tag { return .status(304, ["ETag: \(tag)"]) }
        if let start = range(request), request.fields["if-range"] == tag, start < content.count {
            return part(content, from: start, tag: tag)
        }
        return .raw(
            "HTTP/1.1 200 OK\r\nETag: \(tag)\r\nContent-Length: \(content.count)\r\n\r\n", content)
    }

    /// The rest of a file as a 206, whatever was asked for.
    public static func part(_ content: [UInt8], from start: Int, tag: String) -> Self {
        .raw(
            "HTTP/1.1 206 Partial Content\r\nETag: \(tag)\r\nContent-Length: \(content.count - start)\r\n"
                + "Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)\r\n\r\n",
            Array(content[start...]))
    }

    /// The beginning of a file under a head that promises all of it.
    public static func beginning(_ content: [UInt8], _ count: Int, tag: String = "\"1\"", end: End) -> Self {
        .raw(
            "HTTP/1.1 200 OK\r\nETag: \(tag)\r\nContent-Length: \(content.count)\r\n\r\n", Array(content[..<count]),
            end: end)
    }

    /// Where a request wants to continue.
    public static func range(_ request: MisbehavingServer.Request) -> Int? {
        request.fields["range"].flatMap { $0.hasPrefix("bytes=") ? Int($0.dropFirst(6).prefix { $0 != "-" }) : nil }
    }
}
