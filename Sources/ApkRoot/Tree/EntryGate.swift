public import ApkArchive
package import ApkFormats

/// Looks at the entries of one package in their order for what no root takes, whatever else there is: paths that are not a
/// package's to have, hard links to anything but an earlier regular file, and hard links with another digest than that
/// file's.
///
/// Packages that are merged and packages that are only verified pass the same gate. Of their names it keeps only hashes.
struct EntryGate {
    private struct File {
        /// The place of the regular file, also for another name of it.
        var index: Int
        var digest: FileDigest?
    }

    private let expectsHardLinks: Bool
    private var files: [NameHash: File] = [:]

    /// - Parameter expectsHardLinks: false where it is known that there are none, who alone ask for the places of files.
    init(expectsHardLinks: Bool = true) { self.expectsHardLinks = expectsHardLinks }

    /// Lets an entry pass.
    ///
    /// - Parameters:
    ///   - digest: of the content or, for a hard link, what it says; nil where it says nothing.
    ///   - index: the entry's place.
    /// - Returns: the place of the file that a hard link names; nil for other entries.
    /// - Throws: ``RootError`` without the package's name.
    mutating func admit(_ entry: ArchiveEntry, digest: FileDigest?, at index: Int) throws(RootError) -> Int? {
        try PathGate.check(entry.path, isDirectory: entry.kind == .directory, package: "")
        guard expectsHardLinks else { return nil }
        switch entry.kind {
        case .regular:
            files[NameHash(entry.path[...])] = File(index: index, digest: digest)
            return nil
        case .hardLink:
            var name = entry.linkTarget[...]
            while name.starts(with: "./".utf8) { name = name.dropFirst(2) }
            guard let file = files[NameHash(name)] else {
                throw RootError(
                    .badHardLink, path: entry.path, detail: String(decoding: entry.linkTarget, as: UTF8.self))
            }
            if let digest, digest != file.digest { throw mismatch(entry, digest, file) }
            files[NameHash(entry.path[...])] = file
            return file.index
        default: return nil
        }
    }

    private func mismatch(_ link: ArchiveEntry, _ digest: FileDigest, _ file: File) -> RootError {
        RootError(
            .badPackage, path: link.path,
            archive: ArchiveError(
                .checksumMismatch, tarOffset: link.offset, name: link.path,
                expected: Checksum(digest.identity).hexadecimal,
                found: file.digest.map { Checksum($0.identity).hexadecimal } ?? ""))
    }
}

extension PackageVerifier {
    /// Follows every link of a file's chain as ``report(path:expecting:checking:)`` does, and refuses besides what no root
    /// takes of a package.
    public func rootReport(path: String, expecting expectation: PackageExpectation? = nil) -> VerificationReport {
        var gate = EntryGate()
        return report(path: path, expecting: expectation) { package, entry, digest throws(ArchiveError) in
            if entry.isPlaceholder { return }
            let digest = digest.flatMap { FileDigest($0, package.fileDigestAlgorithm) }
            do throws(RootError) { _ = try gate.admit(entry, digest: digest, at: 0) } catch {
                throw ArchiveError(error, of: entry)
            }
        }
    }
}

extension ArchiveError {
    /// Why a gate refused an entry. The codes are the same.
    fileprivate init(_ error: RootError, of entry: ArchiveEntry) {
        self =
            error.archive
            ?? ArchiveError(
                Code(rawValue: error.code.rawValue), tarOffset: entry.offset, name: entry.path,
                expected: error.code == .badHardLink ? "an earlier file of the package" : "",
                found: error.detail)
    }
}

extension FileDigest {
    /// The digest that an archive gives, as databases have it: 20 bytes of it. nil for fewer.
    package init?(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) {
        guard let checksum = Checksum(bytes: bytes.prefix(20)) else { return nil }
        self.init(checksum.identity, algorithm: algorithm == .sha1 ? .sha1 : .truncatedSHA256)
    }
}
