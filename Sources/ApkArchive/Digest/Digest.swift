import COpenSSL

/// The hash functions of apk's formats.
public enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable {
    case sha1 = "SHA-1"
    case sha256 = "SHA-256"
    case sha512 = "SHA-512"

    /// The length of a digest in bytes.
    public var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    var method: OpaquePointer {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        }
    }
}

/// A hash that is being computed. Bytes go in by ``update(_:)``; ``finish()`` gives the digest and starts again.
public struct Digest: ~Copyable {
    public let algorithm: DigestAlgorithm
    private let context: OpaquePointer

    /// - Throws: ``ArchiveError/Code/cryptoUnavailable`` where the library does not offer the algorithm.
    public init(_ algorithm: DigestAlgorithm) throws(ArchiveError) {
        guard let context = EVP_MD_CTX_new() else {
            throw ArchiveError(.cryptoUnavailable, expected: algorithm.rawValue)
        }
        guard EVP_DigestInit_ex(context, algorithm.method, nil) == 1 else {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
            throw ArchiveError(.cryptoUnavailable, expected: algorithm.rawValue)
        }
        self.algorithm = algorithm
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        let result = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(result == 1, "a digest that was set up takes bytes")
    }

    /// The digest of all bytes since the start or the last `finish()`.
    public mutating func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.length) { buffer, count in
            finish(into: UnsafeMutableRawBufferPointer(buffer))
            count = algorithm.length
        }
    }

    /// Writes the digest of all bytes since the start or the last `finish()` to the front of `buffer`.
    package mutating func finish(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= algorithm.length)
        var result = EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        precondition(result == 1, "a digest that was set up can be finished")
        // Without a method the context keeps the one it has, which saves looking it up once per file.
        result = EVP_DigestInit_ex(context, nil, nil)
        precondition(result == 1, "a digest that was set up can start again")
    }
}

extension Digest {
    /// The digest of bytes that are all there.
    public static func of(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) throws(ArchiveError) -> [UInt8] {
        var digest = try Digest(algorithm)
        bytes.withUnsafeBytes { digest.update($0) }
        return digest.finish()
    }
}
