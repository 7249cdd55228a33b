#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file that is being written, at any place, from any thread. Closes the descriptor when it goes.
final class OutputFile: Sendable {
    /// What errors call it.
    let name: String
    private let descriptor: Int32

    /// Creates a file that must not be there yet; 0644 whatever the process masks.
    init(creating path: String, shownAs name: String) throws(ImageError) {
        self.name = name
        descriptor = retrying { open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
        guard descriptor >= 0 else { throw ImageError(system: errno, path: name) }
    }

    /// Opens a device, a pipe or what else is there already.
    init(existing path: String) throws(ImageError) {
        name = path
        descriptor = retrying { open(path, O_WRONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw ImageError(system: errno, path: name) }
    }

    /// Takes over a descriptor.
    init(descriptor: Int32, name: String) {
        self.name = name
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImageError) {
        var rest = bytes
        var offset = offset
        while !rest.isEmpty {
            let count = retrying { pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset)) }
            guard count > 0 else { throw ImageError(system: count < 0 ? errno : ENOSPC, path: name) }
            offset += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(ImageError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(ImageError) in
            try write(UnsafeRawBufferPointer(buffer), at: offset)
        }
    }

    /// Writes at the end of a pipe or device, which has no places.
    func append(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = retrying { systemWrite(descriptor, rest) }
            guard count > 0 else { throw ImageError(system: count < 0 ? errno : ENOSPC, path: name) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func truncate(to size: Int) throws(ImageError) {
        guard retrying({ ftruncate(descriptor, off_t(size)) }) == 0 else { throw ImageError(system: errno, path: name) }
    }

    /// Fills the front of `buffer` with what stands at `offset`; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ImageError) -> Int {
        let count = retrying { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
        guard count >= 0 else { throw ImageError(system: errno, path: name) }
        return count
    }
}

/// Names in the file system, for what is written whole before it gets its name.
enum OutputPath {
    enum Kind { case nothing, file, directory, other }

    static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .nothing }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    /// A name beside `path` that nobody else uses.
    static func temporary(for path: String) -> String {
        let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
        let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
        let directory = parts.dropLast().map { $0 + "/" }.joined()
        return "\(directory).\(parts.last ?? "").\(getpid()).tmp"
    }

    static func makeDirectory(_ path: String) throws(ImageError) {
        guard mkdir(path, 0o755) == 0 || (errno == EEXIST && kind(of: path) == .directory) else {
            throw ImageError(system: errno, path: path)
        }
    }

    static func rename(_ source: String, to target: String) throws(ImageError) {
        guard systemRename(source, target) == 0 else { throw ImageError(system: errno, path: target) }
    }

    static func remove(_ path: String) { unlink(path) }

    /// A new file without a name, for what has to be complete before it can go down a pipe.
    static func unnamedFile() throws(ImageError) -> OutputFile {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(directory)/.apkresolve-image.\(getpid()).tmp"
        let file = try OutputFile(creating: path, shownAs: path)
        unlink(path)
        return file
    }
}

extension ImageError {
    /// A failed system call on a file.
    init(system number: Int32, path: String) { self.init(.systemFailure, path: path, systemError: number) }
}

private func systemRename(_ source: String, _ target: String) -> Int32 { rename(source, target) }

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// Repeats a system call for as long as a signal interrupts it.
private func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result == -1 && errno == EINTR { continue }
        return result
    }
}
