#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The system's words for an `errno`, and what helps where only the caller's shell can.
func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code)) + (code == EMFILE ? " (raise the limit with `ulimit -n`)" : "")
}

/// All of standard input; nil if reading fails.
func readStandardInput() -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(0, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return nil }
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
}

/// Whether there is a directory, also behind a link.
func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is a regular file, also behind a link.
func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Whether a file can be read.
func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Writes a file that gets its name when it is complete; what had the name before is whole until then.
///
/// - Returns: the `errno` of what failed; nil if nothing did.
func writeWhole(_ text: String, to path: String) -> Int32? {
    let console = Console(isLive: true)
    guard console.open(path) else { return errno }
    console.write(exactly: text)
    return console.finish() ? nil : errno
}

/// Writes text for people to standard error, whatever becomes of it.
func writeToStandardError(_ text: DisplayText) { writeToStandardError(exactly: text.shown) }

/// Writes a document that programs read to standard error, whatever becomes of it.
func writeToStandardError(exactly document: String) {
    var bytes = Array(document.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
    }
}

/// The columns of the terminal behind standard error; 80 where it does not tell.
func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
}
