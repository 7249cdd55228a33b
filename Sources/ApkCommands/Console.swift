#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where a command's texts go: collected, or written out as they come.
package final class Console {
    /// What was written and not passed on yet.
    package var output: String { String(decoding: written, as: UTF8.self) }
    package private(set) var errors = ""
    private var written: [UInt8] = []
    /// Whether texts go to the terminal or wherever the process writes.
    let isLive: Bool
    /// What is left to do when everything is written, and nobody waits any more.
    private var afterwards: [() -> Void] = []
    private var outputDescriptor: Int32 = 1
    private var renaming: (temporary: String, path: String, cleanup: Int)?
    /// What happens when the process is interrupted; nothing of its own for a command inside of another program.
    let interruption: Interruption?
    /// Whether texts for people may have colours.
    package private(set) var hasColor = false

    /// - Parameter isLive: true to write to standard output and standard error; false to keep everything.
    package init(isLive: Bool) {
        self.isLive = isLive
        interruption = isLive ? Interruption() : nil
    }

    /// Does something that is taken back if the process is interrupted meanwhile.
    func clearing<Result>(_ cleanup: @escaping @Sendable () -> Void, _ body: () throws -> Result) rethrows -> Result {
        try interruption?.clearing(cleanup, body) ?? body()
    }

    /// Does something to its end, even if the process is interrupted meanwhile.
    func completing<Result>(_ body: () throws -> Result) rethrows -> Result {
        try interruption?.completing(body) ?? body()
    }

    /// Puts work off until the answer is out.
    func doAfterwards(_ work: @escaping () -> Void) { afterwards.append(work) }

    /// Does what was put off.
    func doLast() {
        for work in afterwards { work() }
        afterwards = []
    }

    /// Decides on colour: `always`, `never`, or `auto` for a terminal without `NO_COLOR`.
    func setColor(_ choice: String) {
        let isPlain = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        hasColor = choice == "always" || (choice == "auto" && isLive && isatty(1) == 1 && !isPlain)
    }

    /// Whether standard error is a terminal that a person may be looking at.
    var showsProgress: Bool { isLive && isatty(2) == 1 }

    /// Sends the output to a file instead; `-` stays standard output.
    ///
    /// A regular file gets its name when everything is written: what was there before is whole until then.
    ///
    /// - Returns: false with `errno` set if it cannot be created.
    func open(_ path: String) -> Bool {
        guard isLive, path != "-" else { return true }
        let isNew = access(path, F_OK) != 0
        guard isNew || isRegularFile(path) else {
            outputDescriptor = createFile(path)
            return outputDescriptor >= 0
        }
        let temporary = "\(path).\(getpid()).tmp"
        let cleanup = interruption?.add { unlink(temporary) } ?? 0
        outputDescriptor = createFile(temporary)
        if outputDescriptor >= 0 { renaming = (temporary, path, cleanup) }
        return outputDescriptor >= 0
    }

    /// Writes out what is left, and gives an output file its name.
    ///
    /// - Returns: false if that failed; the output file is then as it was.
    func finish() -> Bool {
        let isWritten = flush()
        guard let (temporary, path, cleanup) = renaming else { return isWritten }
        renaming = nil
        defer { interruption?.remove(cleanup) }
        if isWritten, close(outputDescriptor) == 0, rename(temporary, path) == 0 { return true }
        unlink(temporary)
        return false
    }

    /// Writes text for people.
    func write(_ text: DisplayText) { write(exactly: text.shown) }

    func line(_ text: DisplayText) { write(exactly: text.shown + "\n") }

    /// Writes a document that has a form of its own, or that a program reads.
    func write(exactly document: String) {
        written += document.utf8
        flushIfLong()
    }

    /// Writes a line whose text is there as UTF-8.
    func line(exactly bytes: [UInt8]) {
        written += bytes
        written.append(UInt8(ascii: "\n"))
        flushIfLong()
    }

    private func flushIfLong() {
        if isLive, written.count > 1 << 16 { flush() }
    }

    func error(_ text: DisplayText) {
        let line = text.shown + "\n"
        if isLive { put(Array(line.utf8), 2) } else { errors += line }
    }

    /// Writes out what is left.
    ///
    /// - Returns: false if it could not be written.
    @discardableResult
    package func flush() -> Bool {
        guard isLive else { return true }
        defer { written.removeAll(keepingCapacity: true) }
        return put(written, outputDescriptor)
    }

    @discardableResult
    private func put(_ text: [UInt8], _ descriptor: Int32) -> Bool {
        var bytes = text[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { platformWrite(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    func bold(_ text: DisplayText) -> DisplayText { hasColor ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
    func dim(_ text: DisplayText) -> DisplayText { hasColor ? "\u{1b}[2m\(text)\u{1b}[0m" : text }
    func red(_ text: DisplayText) -> DisplayText { hasColor ? "\u{1b}[31m\(text)\u{1b}[0m" : text }
}

private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

private func createFile(_ path: String) -> Int32 { open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
