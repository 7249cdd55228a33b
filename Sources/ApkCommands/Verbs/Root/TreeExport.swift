internal import ApkArchive
internal import ApkRoot

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Writes a tree that never becomes a root on the disk as a tar archive.
struct TreeExport {
    private let context: VerbContext

    init(_ context: VerbContext) { self.context = context }

    /// - Parameters:
    ///   - path: the archive; `-` for standard output. A file gets its name when it is complete.
    ///   - plan: makes the tree, from a stage that is removed afterwards.
    func run(to path: String, _ plan: (Stage) throws -> RootPlan) throws -> Int32 {
        let stage = try Stage(path: environmentValue("TMPDIR") ?? "/tmp")
        defer { try? stage.remove() }
        let plan = try plan(stage)
        guard path != "-" else {
            try write(plan, stage, to: 1, name: "standard output")
            return 0
        }
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ArchiveError(.writeFailed, path: path, systemError: errno) }
        do {
            try write(plan, stage, to: descriptor, name: path)
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else {
            let cause = errno
            unlink(temporary)
            throw ArchiveError(.writeFailed, path: path, systemError: cause)
        }
        return 0
    }

    private func write(_ plan: RootPlan, _ stage: Stage, to descriptor: Int32, name: String) throws {
        var tar = TarWriter(DescriptorSink(descriptor: descriptor, name: name))
        try plan.tree.write(to: &tar, from: stage)
        try tar.finish()
    }
}
