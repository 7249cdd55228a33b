internal import ApkArchive
internal import ApkRoot

/// Writes a root that is on the disk as a tar archive.
struct RootExport {
    private let context: VerbContext

    init(_ context: VerbContext) { self.context = context }

    func run(_ root: StagingRoot, to path: String) throws -> Int32 {
        try OutputArchive(context.console).write(to: path) { descriptor, name in
            var tar = TarWriter(DescriptorSink(descriptor: descriptor, name: name))
            let skipped = try root.write(to: &tar)
            try tar.finish()
            for path in skipped {
                context.note("\(String(decoding: path, as: UTF8.self)) is a socket, which no archive holds")
            }
        }
        return 0
    }
}
