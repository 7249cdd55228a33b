/// The content of an index whose origin was checked. Only ``IndexArchive`` makes one.
public struct VerifiedIndex: Sendable {
    /// What ``text`` is.
    public enum Format: Hashable, Sendable {
        /// The text of `APKINDEX`, of apk v2.
        case text
        /// An ADB payload with the schema `indx`, of apk v3.
        case adb
    }

    /// What ``text`` is.
    public let format: Format
    /// The index itself, as raw bytes.
    public let text: [UInt8]
    /// The content of `DESCRIPTION`, such as `v3.19.1-643-gec825d20535`; empty where there is none.
    public let description: [UInt8]
    /// The SHA-256 of the whole file, 32 bytes.
    public let sha256: [UInt8]
    /// The size of the whole file in bytes.
    public let compressedSize: Int
    /// Whose signature was verified; nil for an index that was accepted untrusted.
    public let signer: Signer?

    /// ``sha256`` as 64 lower-case hexadecimal digits.
    public var sha256Hex: String { Hexadecimal.string(sha256) }

    init(
        _ format: Format = .text, text: [UInt8], description: [UInt8], sha256: [UInt8], compressedSize: Int,
        signer: Signer?
    ) {
        self.format = format
        self.text = text
        self.description = description
        self.sha256 = sha256
        self.compressedSize = compressedSize
        self.signer = signer
    }

    /// The same index with its text.
    func holding(_ text: [UInt8]) -> VerifiedIndex {
        VerifiedIndex(
            format, text: text, description: description, sha256: sha256, compressedSize: compressedSize,
            signer: signer)
    }
}
