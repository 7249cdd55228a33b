package import ApkArchive

/// The name of a blob: the SHA-256 of its bytes, written `sha256:` and 64 hexadecimal digits.
public struct BlobDigest: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter bytes: 32 bytes of SHA-256.
    package init(sha256 bytes: [UInt8]) {
        precondition(bytes.count == 32)
        self.bytes = bytes
    }

    /// Reads `sha256:` and 64 lower-case hexadecimal digits; nil for anything else, other algorithms included.
    public init?(_ text: String) {
        guard text.hasPrefix("sha256:"), text.utf8.count == 71,
            let bytes = Hexadecimal.bytes(text.utf8.dropFirst(7))
        else { return nil }
        self.bytes = bytes
    }

    /// 64 hexadecimal digits, as file names in a layout have them.
    public var hexadecimal: String { Hexadecimal.string(bytes) }

    public var description: String { "sha256:" + hexadecimal }

    /// The name of bytes that are all there.
    package static func of(_ bytes: [UInt8]) throws(ArchiveError) -> BlobDigest {
        BlobDigest(sha256: try Digest.of(bytes, .sha256))
    }
}
