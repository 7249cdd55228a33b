internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A private directory on the root's file system in which files lie, numbered, until it is proved that they may have
/// their names.
///
/// A staged file already has its mode, time and, where the process may give them, its owner and attributes, so that it
/// goes to its place by a rename alone. A stage can be written by any number of threads.
public final class Stage: StagedContents {
    /// The name of the stage in a root. It never outlives a run that ends, whatever way it ends, without being cleared
    /// by the next one.
    static let name = Array(".apkresolve".utf8)

    let directory: Directory
    private let parent: Directory
    private let name: [UInt8]
    /// The bits that the process takes away from the mode of new files.
    let maskedBits: UInt32
    private let next = Atomic<UInt32>(0)
    private let isAbandoned = Atomic<Bool>(false)
    /// Whether the process may give files away.
    let isSuperuser: Bool

    /// Makes the stage, or empties one that an interrupted run left.
    init(in parent: Directory, name: [UInt8] = Stage.name) throws(RootError) {
        self.parent = parent
        self.name = name
        do throws(SystemFailure) {
            if try !parent.makeDirectory(name, mode: 0o700) {
                try parent.directory(name).removeContents()
                try parent.remove(name, isDirectory: true)
                // Whoever made another in between would own what lies in it.
                guard try parent.makeDirectory(name, mode: 0o700) else {
                    throw SystemFailure(call: .makeDirectory, number: EEXIST)
                }
            }
        } catch {
            throw RootError(error, path: name)
        }
        do throws(SystemFailure) {
            directory = try parent.directory(name)
            // The mode that a file gets tells the mask, which cannot be asked for without setting it.
            let probe = Array("mask".utf8)
            maskedBits = ~(try directory.createFile(probe, mode: 0o777).status().permissions) & 0o777
            try directory.remove(probe)
        } catch {
            try? parent.directory(name).removeContents()
            try? parent.remove(name, isDirectory: true)
            throw RootError(error, path: name)
        }
        isSuperuser = geteuid() == 0
    }

    /// Makes a stage of its own in a directory, for trees that are not written to a root. Its name is new, however many
    /// there are in the directory, and nobody can guess it.
    public convenience init(path: String) throws(RootError) {
        let parent: Directory
        do throws(SystemFailure) { parent = try Directory.open(path: path, system: SystemInterface()) } catch {
            throw RootError(error, path: Array(path.utf8))
        }
        do throws(RootError) {
            let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
            try self.init(in: parent, name: Array(".apkresolve-\(getpid())-\(suffix)".utf8))
        } catch {
            var error = error
            error.path = joined(path.utf8, error.path)
            throw error
        }
    }

    /// Removes the stage and everything that is left in it.
    public func remove() throws(RootError) {
        do throws(SystemFailure) {
            try directory.removeContents()
            try parent.remove(name, isDirectory: true)
        } catch {
            throw RootError(error, path: name)
        }
    }

    /// Removes the stage while others may still write to it: the process is about to end. One with a journal stays, for
    /// the next run to complete.
    public func abandon() {
        do throws(SystemFailure) {
            guard try directory.status(Journal.name) == nil else { return }
        } catch {
            return
        }
        isAbandoned.store(true, ordering: .sequentiallyConsistent)
        // Who was about to make a file when this was said makes it still.
        for _ in 0..<100 {
            if (try? remove()) != nil { return }
            usleep(1000)
        }
    }

    /// Starts a new file, with its mode but for the set-id bits, which a write takes away again.
    func createFile(mode: UInt32) throws(SystemFailure) -> (number: UInt32, file: RootFile) {
        guard !isAbandoned.load(ordering: .relaxed) else { throw SystemFailure(call: .open, number: ECANCELED) }
        let number = next.add(1, ordering: .relaxed).oldValue
        let wanted = mode & 0o777
        let file = try directory.createFile(Stage.fileName(number), mode: wanted)
        // chmod is only needed for what open() cannot give.
        if wanted & maskedBits != 0 { try file.changeMode(wanted) }
        return (number, file)
    }

    /// Writes a whole new file.
    func createFile(
        _ bytes: [UInt8], mode: UInt32, seconds: Int, nanoseconds: Int = 0
    ) throws(SystemFailure) -> UInt32 {
        let (number, file) = try createFile(mode: mode)
        try file.write(bytes)
        if mode & 0o7000 != 0 { try file.changeMode(mode) }
        try file.setTime(seconds: seconds, nanoseconds: nanoseconds)
        return number
    }

    /// A number for something that is not a file made by ``createFile(mode:)``.
    func reserveNumber() -> UInt32 { next.add(1, ordering: .relaxed).oldValue }

    /// The name of a staged file: its number in hexadecimal digits.
    static func fileName(_ number: UInt32) -> [UInt8] {
        var digits: [UInt8] = []
        var shift = 28
        while shift > 0, number >> UInt32(shift) == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> UInt32(shift) & 15)
            digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            shift -= 4
        }
        return digits
    }

    /// The content of a staged file.
    public func content(of number: UInt32) throws(RootError) -> [UInt8] {
        do throws(SystemFailure) {
            return try directory.openPrivateFile(Stage.fileName(number)).readAll()
        } catch {
            throw RootError(error, path: joined(Stage.name, Stage.fileName(number)))
        }
    }
}
