internal import ApkArchive
internal import ApkFormats

/// The digest by which the database knows extended attributes.
enum AttributeDigest {
    /// SHA-1 over all attributes sorted by name, each as a big-endian 32-bit length and the name, and the same for the
    /// value; nil without any.
    static func make(_ attributes: [ArchiveEntry.ExtendedAttribute]) throws(RootError) -> Checksum.Identity? {
        guard !attributes.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for attribute in attributes.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
            for part in [attribute.name, attribute.value] {
                withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
                bytes += part
            }
        }
        do throws(ArchiveError) {
            return Checksum(bytes: try Digest.of(bytes, .sha1))?.identity
        } catch {
            throw RootError(.badPackage, archive: error)
        }
    }
}
