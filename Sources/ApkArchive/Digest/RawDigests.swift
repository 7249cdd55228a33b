/// A set of hash functions.
package struct DigestSet: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let sha1 = DigestSet(rawValue: 1)
    package static let sha256 = DigestSet(rawValue: 2)
    package static let sha512 = DigestSet(rawValue: 4)

    package init(_ algorithm: DigestAlgorithm) {
        switch algorithm {
        case .sha1: self = .sha1
        case .sha256: self = .sha256
        case .sha512: self = .sha512
        }
    }
}

/// Finished digests of one stretch of bytes.
package struct DigestValues: Sendable {
    package var sha1: [UInt8]?
    package var sha256: [UInt8]?
    package var sha512: [UInt8]?

    package subscript(algorithm: DigestAlgorithm) -> [UInt8]? {
        switch algorithm {
        case .sha1: sha1
        case .sha256: sha256
        case .sha512: sha512
        }
    }
}

/// Several hashes over the same stretch of bytes.
struct RawDigests: ~Copyable {
    private var sha1: Digest?
    private var sha256: Digest?
    private var sha512: Digest?

    init(_ set: DigestSet) throws(ArchiveError) {
        sha1 = set.contains(.sha1) ? try Digest(.sha1) : nil
        sha256 = set.contains(.sha256) ? try Digest(.sha256) : nil
        sha512 = set.contains(.sha512) ? try Digest(.sha512) : nil
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        sha1?.update(bytes)
        sha256?.update(bytes)
        sha512?.update(bytes)
    }

    mutating func finish() -> DigestValues {
        DigestValues(sha1: sha1?.finish(), sha256: sha256?.finish(), sha512: sha512?.finish())
    }
}
