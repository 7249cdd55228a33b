#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads lines from a descriptor. Used by one thread.
struct LineReader {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its end; nil at the end of input, also within a line.
    mutating func next() -> [UInt8]? {
        while true {
            if let end = pending.firstIndex(of: 0x0a) {
                let line = Array(pending[..<end])
                pending.removeSubrange(...end)
                return line
            }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }
}

/// Writes a whole text to a socket.
///
/// - Returns: false if the other side is gone.
func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, quietly) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        bytes = bytes.dropFirst(Int(count))
    }
    return true
}

/// A connection that is gone is an error of the call, not a signal that ends the process.
#if canImport(Darwin)
    private let quietly: Int32 = 0
#else
    private let quietly = Int32(MSG_NOSIGNAL)
#endif
