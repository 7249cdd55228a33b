import COpenSSL

/// An RSA or EC key pair that tests sign with.
///
/// - Note: `@unchecked`: the key is not changed after it was made, and OpenSSL signs with one key from several threads.
public final class TestKey: @unchecked Sendable {
    /// The hash under a signature.
    public enum Hash: Sendable { case sha1, sha256, sha512 }

    /// The file name under which the key is trusted.
    public let name: String
    private let key: OpaquePointer

    /// Makes a new pair. Takes some 50 ms for 2048 bits, so share keys between tests where it does not matter.
    public init(name: String, bits: UInt32 = 2048) {
        self.name = name
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { EVP_PKEY_CTX_free(context) }
        precondition(EVP_PKEY_keygen_init(context) == 1)
        precondition(EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1)
        var made: OpaquePointer?
        precondition(EVP_PKEY_generate(context, &made) == 1)
        key = made!
    }

    /// Makes a pair of the curve P-256, which only apk v3 takes.
    public init(ellipticCurve name: String) {
        self.name = name
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        precondition(EVP_PKEY_keygen_init(context) == 1)
        precondition(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1)
        var made: OpaquePointer?
        precondition(EVP_PKEY_generate(context, &made) == 1)
        key = made!
    }

    deinit { EVP_PKEY_free(key) }

    /// Pairs that all tests may share.
    public static let first = TestKey(name: "first@example.org-00000001.rsa.pub")
    public static let second = TestKey(name: "second@example.org-00000002.rsa.pub")

    /// A pair of an elliptic curve that all tests may share.
    public static let curve = TestKey(ellipticCurve: "curve@example.org.pem")

    /// What the identifiers of apk v3 hash: the point of an EC key, the PKCS #1 form of an RSA key. In both cases it is
    /// what a SubjectPublicKeyInfo holds behind its algorithm, whose length is known for P-256 and for RSA of 2048 bits.
    public var innerEncoding: [UInt8] {
        var encoding: UnsafeMutablePointer<UInt8>?
        let count = Int(i2d_PUBKEY(key, &encoding))
        defer { CRYPTO_free(encoding, nil, 0) }
        let bytes = Array(UnsafeBufferPointer(start: encoding, count: count))
        return Array(bytes.dropFirst(EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? 26 : 24))
    }

    /// The public key as apk keeps it: PEM `PUBLIC KEY`.
    public var publicPEM: [UInt8] {
        let memory = BIO_new(BIO_s_mem())
        defer { BIO_free(memory) }
        precondition(PEM_write_bio_PUBKEY(memory, key) == 1)
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(count)))
    }

    /// The raw RSA PKCS #1 v1.5 signature of `message`.
    public func sign(_ message: [UInt8], _ hash: Hash) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        let method =
            switch hash {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha512: EVP_sha512()
            }
        precondition(EVP_DigestSignInit(context, nil, method, nil, key) == 1)
        var length = 0
        precondition(EVP_DigestSign(context, nil, &length, message, message.count) == 1)
        var signature = [UInt8](repeating: 0, count: length)
        precondition(EVP_DigestSign(context, &signature, &length, message, message.count) == 1)
        return Array(signature.prefix(length))
    }
}
