/// The kinds of signatures, weakest first: RSA PKCS #1 v1.5 over different hashes, and ECDSA, which only v3 has.
public enum SignatureAlgorithm: String, Hashable, Sendable, CaseIterable, Comparable {
    case rsa = "RSA"
    case rsa256 = "RSA256"
    case rsa512 = "RSA512"
    case ecdsa512 = "ECDSA512"

    /// The algorithms that v2 packages and indexes label their signatures with.
    static let labelled: [SignatureAlgorithm] = [.rsa, .rsa256, .rsa512]

    public var digest: DigestAlgorithm {
        switch self {
        case .rsa: .sha1
        case .rsa256: .sha256
        case .rsa512, .ecdsa512: .sha512
        }
    }

    public static func < (first: Self, second: Self) -> Bool { first.digest.length < second.digest.length }
}

/// One entry of a signature member, named `.SIGN.ALGORITHM.KEY`.
struct Signature {
    /// nil for a label that no version of apk gives to RSA signatures, `DSA` included.
    let algorithm: SignatureAlgorithm?
    let label: [UInt8]
    let keyName: [UInt8]
    let bytes: [UInt8]

    static let prefix = Array(".SIGN.".utf8)

    init(entry: ArchiveEntry, bytes: [UInt8]) throws(ArchiveError) {
        let parts = entry.path.dropFirst(Signature.prefix.count)
            .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, !parts[1].contains(UInt8(ascii: "/")),
            !parts[1].elementsEqual(".".utf8), !parts[1].elementsEqual("..".utf8)
        else {
            throw ArchiveError(
                .invalidKeyName, tarOffset: entry.offset, name: entry.path, expected: ".SIGN.ALGORITHM.KEY")
        }
        let label = parts[0]
        self.label = [UInt8](label)
        algorithm = SignatureAlgorithm.labelled.first { label.elementsEqual($0.rawValue.utf8) }
        keyName = [UInt8](parts[1])
        self.bytes = bytes
    }
}

/// Who signed something, as far as it was proved.
public struct Signer: Hashable, Sendable {
    /// The file name of the key.
    public let keyName: String
    public let algorithm: SignatureAlgorithm
}
