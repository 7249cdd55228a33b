internal import ApkArchive
internal import ApkRepositories

/// Keeps what is known of packages' contents between runs, one file for each `datahash`.
///
/// A file is complete or not there: it gets its name by a rename. One that is torn or changed counts as absent, and so
/// does one that another user could have written (``OwnFile``): nothing in it can be proved against the package at less
/// cost than reading the package, which is what it spares. Only that it was made for this `datahash` is said inside of it
/// too, so that files that changed places are not taken. What a layer of a package's own bytes holds is proved by the
/// `datahash` in any case.
struct FactsCache: Sendable {
    private let directory: String?

    /// - Parameter directory: where the files are; made when the first one is written. nil for no cache, as for one that
    ///   others may write to.
    init(directory: String?) { self.directory = directory }

    func facts(for dataHash: [UInt8]) -> PackageFacts? {
        guard let directory, OwnFile.isOwnDirectory(directory, creating: false),
            let file = OwnFile.open(path(for: dataHash, in: directory)), let size = try? file.size(), size <= 1 << 30,
            let bytes = try? file.bytes(size, at: 0)
        else { return nil }
        return PackageFacts(encoded: bytes, of: dataHash)
    }

    /// Keeps facts; a cache that cannot be written is none.
    func store(_ facts: PackageFacts, for dataHash: [UInt8]) {
        guard let directory, OwnFile.isOwnDirectory(directory, creating: true) else { return }
        facts.encoded(of: dataHash).withUnsafeBytes { bytes in
            // A digest tells what did not reach the disk before the power went.
            _ = OwnFile.replace(path(for: dataHash, in: directory), with: [bytes], isDurable: false)
        }
    }

    private func path(for dataHash: [UInt8], in directory: String) -> String {
        "\(directory)/\(Hexadecimal.string(dataHash))"
    }
}
