internal import ApkArchive
internal import CFileAttributes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// An open file, closed when it goes.
final class RootFile: Sendable {
    let descriptor: Int32
    let system: SystemInterface

    init(descriptor: Int32, system: SystemInterface) {
        self.descriptor = descriptor
        self.system = system
    }

    deinit { close(descriptor) }

    func status() throws(SystemFailure) -> FileStatus {
        var status = stat()
        try system.perform(.status) { fstat(descriptor, &status) }
        return FileStatus(status)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemFailure) {
        try system.writeAll(bytes, to: descriptor)
    }

    func write(_ bytes: [UInt8]) throws(SystemFailure) {
        try bytes.withUnsafeBufferPointer { buffer throws(SystemFailure) in try write(UnsafeRawBufferPointer(buffer)) }
    }

    func changeMode(_ mode: UInt32) throws(SystemFailure) {
        try system.perform(.changeMode) { fchmod(descriptor, mode_t(mode)) }
    }

    func setTime(seconds: Int, nanoseconds: Int) throws(SystemFailure) {
        let descriptor = descriptor
        try system.perform(.setTimes) { () -> Int32 in
            withTimes(seconds, nanoseconds) { (times: UnsafePointer<timespec>) -> Int32 in futimens(descriptor, times) }
        }
    }

    func setExtendedAttribute(_ name: [UInt8], _ value: [UInt8]) throws(SystemFailure) {
        try system.perform(.setExtendedAttribute) { () -> Int32 in setAttribute(descriptor, name, value) }
    }

    /// The extended attributes of the file; none where the file system has no such thing.
    func extendedAttributes() throws(SystemFailure) -> [ArchiveEntry.ExtendedAttribute] {
        var attributes: [ArchiveEntry.ExtendedAttribute] = []
        for name in try attribute({ listAttributes(descriptor, $0) }).split(separator: 0) {
            let value = try attribute { room in withCName(name) { getAttribute(descriptor, $0, room) } }
            attributes.append(ArchiveEntry.ExtendedAttribute(name: Array(name), value: value))
        }
        return attributes
    }

    /// What a call gives that says how long it is when it is called without room.
    private func attribute(_ call: (UnsafeMutableRawBufferPointer) -> Int) throws(SystemFailure) -> [UInt8] {
        do throws(SystemFailure) {
            let empty = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            let length = try system.perform(.getExtendedAttribute) { call(empty) }
            guard length > 0 else { return [] }
            var bytes = [UInt8](repeating: 0, count: length)
            let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(SystemFailure) in
                try system.perform(.getExtendedAttribute) { call(UnsafeMutableRawBufferPointer(buffer)) }
            }
            return Array(bytes.prefix(count))
        } catch {
            guard error.number == ENOTSUP else { throw error }
            return []
        }
    }

    /// Waits until the file is where a loss of power leaves it.
    func synchronize() throws(SystemFailure) { try system.perform(.synchronize) { fsync(descriptor) } }

    /// Waits for, or only tries, the exclusive lock on the file. It ends with this object or the process.
    ///
    /// - Returns: false if another process has it, and `waits` is false.
    func lock(waits: Bool) throws(SystemFailure) -> Bool { try takeLock(descriptor, system, waits: waits) }

    /// Gives the lock back.
    func unlock() { flock(descriptor, LOCK_UN) }

    /// Fills the front of a buffer with what comes next, and returns how much that is; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemFailure) -> Int {
        try system.perform(.read) { platformRead(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Calls `body` with the content piece by piece.
    func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(SystemFailure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try read(into: buffer)
            guard count > 0 else { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The most bytes that a file may have which is read whole: far above what the files of apk and of accounts have.
    static let largestWhole = 256 << 20

    /// The whole content.
    ///
    /// - Throws: a failure with `EFBIG` where it is larger than ``largestWhole``.
    func readAll() throws(SystemFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        let size = try status().size
        guard size <= Self.largestWhole else { throw SystemFailure(call: .read, number: EFBIG) }
        // It may grow meanwhile.
        try read { if bytes.count <= Self.largestWhole { bytes.append(contentsOf: $0) } }
        guard bytes.count <= Self.largestWhole else { throw SystemFailure(call: .read, number: EFBIG) }
        return bytes
    }
}

private func platformRead(_ descriptor: Int32, _ room: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, room, count)
}

private func setAttribute(_ descriptor: Int32, _ name: [UInt8], _ value: [UInt8]) -> Int32 {
    withCName(name) { name in
        value.withUnsafeBytes { value in
            #if canImport(Darwin)
                fsetxattr(descriptor, name, value.baseAddress, value.count, 0, 0)
            #else
                fsetxattr(descriptor, name, value.baseAddress, value.count, 0)
            #endif
        }
    }
}

private func listAttributes(_ descriptor: Int32, _ room: UnsafeMutableRawBufferPointer) -> Int {
    let names = room.baseAddress?.assumingMemoryBound(to: CChar.self)
    #if canImport(Darwin)
        return flistxattr(descriptor, names, room.count, 0)
    #else
        return flistxattr(descriptor, names, room.count)
    #endif
}

private func getAttribute(
    _ descriptor: Int32, _ name: UnsafePointer<CChar>, _ room: UnsafeMutableRawBufferPointer
) -> Int {
    #if canImport(Darwin)
        return fgetxattr(descriptor, name, room.baseAddress, room.count, 0, 0)
    #else
        return fgetxattr(descriptor, name, room.baseAddress, room.count)
    #endif
}

/// Calls `body` with a time for access and the same for change.
func withTimes<Result>(_ seconds: Int, _ nanoseconds: Int, _ body: (UnsafePointer<timespec>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: timespec.self, capacity: 2) { times in
        times.initialize(repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds))
        guard let base = times.baseAddress else { preconditionFailure("a buffer of two times") }
        return body(base)
    }
}

/// Takes the lock of an open file or directory.
func takeLock(_ descriptor: Int32, _ system: SystemInterface, waits: Bool) throws(SystemFailure) -> Bool {
    do throws(SystemFailure) {
        try system.perform(.lock) { flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) }
        return true
    } catch {
        guard error.number == EWOULDBLOCK else { throw error }
        return false
    }
}
