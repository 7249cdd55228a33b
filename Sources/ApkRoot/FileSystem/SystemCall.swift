#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The system calls that change or read a root; their raw values are the C functions.
package enum SystemCall: String, Sendable, CaseIterable {
    case open = "openat"
    case makeDirectory = "mkdirat"
    case write, read
    case changeOwner = "fchownat"
    case changeMode = "fchmodat"
    case setTimes = "utimensat"
    case setExtendedAttribute = "fsetxattr"
    case getExtendedAttribute = "fgetxattr"
    case rename = "renameat"
    case link = "linkat"
    case symbolicLink = "symlinkat"
    case makeNode = "mknodat"
    case unlink = "unlinkat"
    case status = "fstatat"
    case access = "faccessat"
    case synchronize = "fsync"
    case readLink = "readlinkat"
    case lock = "flock"
    case list = "getdents"
}

/// A system call that failed.
struct SystemFailure: Error, Hashable {
    var call: SystemCall
    /// The `errno`.
    var number: Int32

    /// Whether a file cannot get a name here that a copy of it can have: the name is on another file system, or the file
    /// has as many names as its own allows.
    var needsCopy: Bool { number == EXDEV || number == EMLINK }
}

/// What tests make of a system call instead of doing it.
package enum Fault: Sendable {
    /// It fails with this `errno`.
    case error(Int32)
    /// It takes this many bytes at most.
    case short(Int)
}

/// Performs system calls: repeats those that a signal interrupts, and lets tests step in between.
package struct SystemInterface: Sendable {
    /// Asked before each call; nil lets it happen.
    package var fault: (@Sendable (SystemCall) -> Fault?)?

    package init(fault: (@Sendable (SystemCall) -> Fault?)? = nil) { self.fault = fault }

    /// Does a call that returns -1 and sets `errno` on failure.
    @discardableResult
    func perform<Result: SignedInteger>(
        _ call: SystemCall, _ body: () -> Result
    ) throws(SystemFailure) -> Result {
        while true {
            if let fault, case .error(let number)? = fault(call) {
                if number == EINTR { continue }
                throw SystemFailure(call: call, number: number)
            }
            let result = body()
            guard result == -1 else { return result }
            let number = errno
            if number != EINTR { throw SystemFailure(call: call, number: number) }
        }
    }

    /// Writes all of the bytes, however few each call takes.
    func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemFailure) {
        var rest = bytes
        while !rest.isEmpty {
            var count = rest.count
            if let fault, case .short(let most)? = fault(.write) { count = max(1, min(count, most)) }
            let base = rest.baseAddress
            let written = try perform(.write) { platformWrite(descriptor, base, count) }
            // A write of nothing would be tried forever.
            guard written > 0 else { throw SystemFailure(call: .write, number: ENOSPC) }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }
}

private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Calls `body` with the bytes as a C string. Names with a NUL inside never come here: every gate refuses them.
func withCName<Bytes: Collection<UInt8>, Result>(_ name: Bytes, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: name.count + 1) { buffer in
        var index = 0
        for byte in name {
            buffer[index] = CChar(bitPattern: byte)
            index += 1
        }
        buffer[index] = 0
        guard let base = buffer.baseAddress else { preconditionFailure("a buffer of at least one byte") }
        return body(base)
    }
}
