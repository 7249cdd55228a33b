import COpenSSL

/// What OpenSSL needs to know of a certificate to find it in a directory.
package struct Certificate: Hashable, Sendable {
    /// The hash of its subject, 8 hexadecimal digits: the file or link `HASH.NUMBER` is where it is looked for.
    package let subjectHash: String
    /// The certificate itself (DER), to tell it from others of the same subject.
    package let encoding: [UInt8]

    /// Reads PEM text; nil unless there is exactly one certificate in it.
    package init?(pem: [UInt8]) {
        defer { ERR_clear_error() }
        let read: (hash: UInt, encoding: [UInt8])? = pem.withUnsafeBytes { bytes in
            guard let memory = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(memory) }
            guard let certificate = PEM_read_bio_X509(memory, nil, { _, _, _, _ in -1 }, nil) else { return nil }
            defer { X509_free(certificate) }
            if let second = PEM_read_bio_X509(memory, nil, { _, _, _, _ in -1 }, nil) {
                X509_free(second)
                return nil
            }
            var encoding: UnsafeMutablePointer<UInt8>?
            let count = i2d_X509(certificate, &encoding)
            defer { CRYPTO_free(encoding, nil, 0) }
            guard count > 0, let encoding else { return nil }
            let der = Array(UnsafeBufferPointer(start: encoding, count: Int(count)))
            return (UInt(X509_subject_name_hash(certificate)), der)
        }
        guard let read else { return nil }
        let digits = String(UInt32(truncatingIfNeeded: read.hash), radix: 16)
        subjectHash = String(repeating: "0", count: 8 - digits.count) + digits
        encoding = read.encoding
    }
}
