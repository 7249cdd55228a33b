internal import ApkArchive
internal import ApkRoot

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
        return try context.console.clearing({ stage.abandon() }) {
            let plan = try plan(stage)
            try OutputArchive(context.console).write(to: path) { descriptor, name in
                var tar = TarWriter(DescriptorSink(descriptor: descriptor, name: name))
                try plan.tree.write(to: &tar, from: stage)
                try tar.finish()
            }
            return 0
        }
    }
}
