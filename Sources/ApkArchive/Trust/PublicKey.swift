import COpenSSL

/// A public key: RSA for both versions of apk, or of an elliptic curve for v3.
///
/// - Note: `@unchecked`: the key is never changed after it was made, and OpenSSL verifies with one key from several
///   threads (each verification has a context of its own).
final class PublicKey: @unchecked Sendable {
    /// The kinds of keys that apk signs with.
    enum Kind: Sendable { case rsa, ellipticCurve }

    let kind: Kind
    private let key: OpaquePointer

    /// Reads a PEM `PUBLIC KEY` (SubjectPublicKeyInfo).
    ///
    /// - Throws: ``ArchiveError/Code/unusableKey`` for anything else, and for keys of other kinds.
    init(pem: [UInt8], name: String) throws(ArchiveError) {
        defer { ERR_clear_error() }
        let decoded: OpaquePointer? = pem.withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(memory) }
            // The callback refuses to ask anyone for a passphrase.
            return PEM_read_bio_PUBKEY(memory, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let decoded else { throw ArchiveError(.unusableKey, path: name, expected: "a PEM public key") }
        switch EVP_PKEY_get_base_id(decoded) {
        case EVP_PKEY_RSA: kind = .rsa
        case EVP_PKEY_EC: kind = .ellipticCurve
        default:
            EVP_PKEY_free(decoded)
            throw ArchiveError(.unusableKey, path: name, expected: "an RSA or EC key")
        }
        key = decoded
    }

    deinit { EVP_PKEY_free(key) }

    /// Whether `signature` is an RSA PKCS #1 v1.5 signature of bytes with this digest.
    func verifies(_ signature: [UInt8], digest: [UInt8], _ algorithm: DigestAlgorithm) -> Bool {
        guard kind == .rsa, let context = EVP_PKEY_CTX_new(key, nil) else { return false }
        defer {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        return EVP_PKEY_verify_init(context) == 1
            && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
            && EVP_PKEY_CTX_set_signature_md(context, algorithm.method) == 1
            && EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    }
}

/// What apk v3 does with a key.
extension PublicKey {
    /// The 16 bytes by which signatures name the key: the start of the SHA-512 of its inner encoding, that is the point of
    /// an EC key and the PKCS #1 form of an RSA key.
    var identifier: [UInt8] {
        var encoding: UnsafeMutablePointer<UInt8>?
        let count = i2d_PublicKey(key, &encoding)
        defer {
            CRYPTO_free(encoding, nil, 0)
            ERR_clear_error()
        }
        guard count > 0, let encoding, var digest = try? Digest(.sha512) else { return [] }
        digest.update(UnsafeRawBufferPointer(start: encoding, count: Int(count)))
        return Array(digest.finish().prefix(16))
    }

    /// Whether `signature` is one of `message` with SHA-512: ECDSA in DER, or RSA PKCS #1 v1.5.
    func verifies(_ signature: [UInt8], ofMessage message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, DigestAlgorithm.sha512.method, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
