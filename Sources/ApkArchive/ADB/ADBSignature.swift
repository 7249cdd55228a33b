/// The payload of a signature block of an apk v3 file.
struct ADBSignature: Sendable {
    /// Version, hash and key: the first 18 bytes, which are signed too.
    let header: [UInt8]
    /// The signature itself.
    let bytes: [UInt8]

    /// nil for a payload that is too short to hold a signature.
    init?(_ payload: [UInt8]) {
        guard payload.count > 18 else { return nil }
        header = Array(payload[..<18])
        bytes = Array(payload[18...])
    }

    /// The start of the SHA-512 of the key.
    var keyIdentifier: [UInt8] { Array(header[2...]) }

    /// The hash of the metadata that is signed; nil for a version or a hash that does not exist.
    var digest: (algorithm: DigestAlgorithm, length: Int)? {
        guard header[0] == 0 else { return nil }
        switch header[1] {
        case 3: return (.sha256, 32)
        case 4: return (.sha512, 64)
        case 5: return (.sha256, 20)
        default: return nil
        }
    }
}

extension SignatureVerifier {
    /// Looks for one good signature by a trusted key; others are passed over, as apk v3 does.
    ///
    /// - Returns: the signer; nil where there is none and the policy allows it.
    /// - Throws: ``ArchiveError/Code/unsigned``, ``ArchiveError/Code/unknownAlgorithm``,
    ///   ``ArchiveError/Code/unknownKey``, ``ArchiveError/Code/badSignature``.
    func verify(_ head: ADBBlockReader.Head) throws(ArchiveError) -> Signer? {
        do {
            return try verifyTrusted(head)
        } catch {
            guard policy.allowUntrusted else { throw error }
            return nil
        }
    }

    private func verifyTrusted(_ head: ADBBlockReader.Head) throws(ArchiveError) -> Signer {
        guard let first = head.signatures.first else {
            throw ArchiveError(.unsigned, expected: "a signature", option: "allowUntrusted")
        }
        let usable = head.signatures.filter { $0.digest != nil }
        guard !usable.isEmpty else {
            throw ArchiveError(
                .unknownAlgorithm, name: Array(Hexadecimal.string(first.keyIdentifier).utf8),
                expected: "version 0 with SHA-256 or SHA-512", found: "\(first.header[0]), \(first.header[1])")
        }
        var wrong: [UInt8]?
        for signature in usable {
            guard let (key, name) = keys.key(withIdentifier: signature.keyIdentifier),
                let (algorithm, length) = signature.digest
            else { continue }
            let hash = try Digest.of(head.payload, algorithm).prefix(length)
            let schema = (0..<4).map { UInt8(truncatingIfNeeded: head.schema >> ($0 * 8)) }
            guard key.verifies(signature.bytes, ofMessage: schema + signature.header + hash) else {
                wrong = wrong ?? name
                continue
            }
            return Signer(
                keyName: String(decoding: name, as: UTF8.self), algorithm: key.kind == .rsa ? .rsa512 : .ecdsa512)
        }
        if let wrong { throw ArchiveError(.badSignature, name: wrong) }
        throw ArchiveError(
            .unknownKey, name: Array(Hexadecimal.string(usable[0].keyIdentifier).utf8),
            expected: "a signature by one of \(keys.names.count) trusted keys", found: keys.firstFlaw,
            option: "allowUntrusted")
    }
}
