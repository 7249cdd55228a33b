import COpenSSL

/// An RSA public key.
///
/// - Note: `@unchecked`: the key is never changed after it was made, and OpenSSL verifies with one key from several
///   threads (each verification has a context of its own).
final class PublicKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Reads a PEM `PUBLIC KEY` (SubjectPublicKeyInfo).
    ///
    /// - Throws: ``ArchiveError/Code/unusableKey`` for anything else, and for keys that are not RSA.
    init(pem: [UInt8], name: String) throws(ArchiveError) {
        defer { ERR_clear_error() }
        let decoded: OpaquePointer? = pem.withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(memory) }
            // The callback refuses to ask anyone for a passphrase.
            return PEM_read_bio_PUBKEY(memory, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let decoded else { throw ArchiveError(.unusableKey, path: name, expected: "a PEM public key") }
        guard EVP_PKEY_get_base_id(decoded) == EVP_PKEY_RSA else {
            EVP_PKEY_free(decoded)
            throw ArchiveError(.unusableKey, path: name, expected: "an RSA key")
        }
        key = decoded
    }

    deinit { EVP_PKEY_free(key) }

    /// Whether `signature` is an RSA PKCS #1 v1.5 signature of bytes with this digest.
    func verifies(_ signature: [UInt8], digest: [UInt8], _ algorithm: DigestAlgorithm) -> Bool {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
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
