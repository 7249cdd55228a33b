internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The helper program's side of `HelperTransport`: reads requests, and answers each when its file is there.
package struct TransportServer: Sendable {
    private let transport: any Transport
    private let channel: Channel

    /// Lines of several threads, one at a time.
    private final class Channel: Sendable {
        private let descriptor: Int32
        private let turn = Locked(true)

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        func say(_ text: String) { turn.withLock { $0 = writeAll(text, to: descriptor) } }
    }

    package init(_ transport: any Transport) {
        self.transport = transport
        // The command's end of the sockets is behind both standard input and output.
        channel = Channel(1)
    }

    /// Serves until the other side is gone; what is under way then is left as it is.
    package func run() {
        channel.say(TransportMessage.greeting + "\n")
        var reader = LineReader(descriptor: 0)
        while let line = reader.next() {
            guard case .request(let number, let request)? = TransportMessage(line: line) else { return }
            let isStarted = WorkerThread.detach { answer(number, request) }
            if !isStarted {
                channel.say(
                    TransportMessage.failure(
                        number, TransportError(.transportUnavailable, detail: "no more threads", systemError: EAGAIN)
                    ).line)
            }
        }
    }

    private func answer(_ number: Int, _ request: TransportRequest) {
        let channel = channel
        do throws(TransportError) {
            let response = try transport.fetch(request) { size in
                channel.say(TransportMessage.progress(number, size).line)
            }
            channel.say(TransportMessage.response(number, response).line)
        } catch {
            channel.say(TransportMessage.failure(number, error).line)
        }
    }
}
