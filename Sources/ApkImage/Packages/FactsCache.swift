internal import ApkArchive

/// Keeps what is known of packages' contents between runs, one file for each `datahash`.
///
/// A file is complete or not there: it gets its name by a rename. One that is torn or changed counts as absent.
struct FactsCache: Sendable {
    private let directory: String?

    /// - Parameter directory: where the files are; made when the first one is written. nil for no cache.
    init(directory: String?) { self.directory = directory }

    func facts(for dataHash: [UInt8]) -> PackageFacts? {
        guard let path = path(for: dataHash), OutputPath.kind(of: path) == .file else { return nil }
        guard var source = try? FileSource(path: path), let bytes = try? source.readAll(limit: 1 << 30) else {
            return nil
        }
        return PackageFacts(encoded: bytes)
    }

    /// Keeps facts; a cache that cannot be written is none.
    func store(_ facts: PackageFacts, for dataHash: [UInt8]) {
        guard let directory, let path = path(for: dataHash), (try? makeDirectory(directory)) != nil else { return }
        let temporary = OutputPath.temporary(for: path)
        OutputPath.remove(temporary)
        do throws(ImageError) {
            try OutputFile(creating: temporary, shownAs: path).write(facts.encoded, at: 0)
            try OutputPath.rename(temporary, to: path)
        } catch {
            OutputPath.remove(temporary)
        }
    }

    private func path(for dataHash: [UInt8]) -> String? {
        directory.map { "\($0)/\(Hexadecimal.string(dataHash))" }
    }

    private func makeDirectory(_ path: String) throws(ImageError) {
        guard OutputPath.kind(of: path) != .directory else { return }
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !parent.isEmpty { try makeDirectory(parent) }
        try OutputPath.makeDirectory(path)
    }
}
