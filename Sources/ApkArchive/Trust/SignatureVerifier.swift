/// Decides whether the signatures of a signature member prove a trusted origin.
struct SignatureVerifier {
    let keys: KeyRing
    let policy: TrustPolicy

    /// The hashes over the signed bytes that ``verify(_:digests:)`` will want.
    func digests(for signatures: [Signature]) -> DigestSet {
        var set: DigestSet = []
        for signature in signatures where keys.contains(signature.keyName) {
            if let algorithm = signature.algorithm { set.insert(DigestSet(algorithm.digest)) }
        }
        return set
    }

    /// Checks the signatures of the strongest algorithm for which the ring has a key; all of them must be good.
    ///
    /// Weaker ones and those by unknown keys prove nothing and are passed over, as apk does.
    /// - Returns: the signer; nil where there is none and the policy allows it.
    /// - Throws: ``ArchiveError/Code/unsigned``, ``ArchiveError/Code/unknownAlgorithm``,
    ///   ``ArchiveError/Code/unknownKey``, ``ArchiveError/Code/refusedAlgorithm``, ``ArchiveError/Code/badSignature``.
    func verify(_ signatures: [Signature], digests: DigestValues) throws(ArchiveError) -> Signer? {
        do {
            return try verifyTrusted(signatures, digests: digests)
        } catch {
            guard policy.allowUntrusted else { throw error }
            return nil
        }
    }

    private func verifyTrusted(_ signatures: [Signature], digests: DigestValues) throws(ArchiveError) -> Signer {
        guard let first = signatures.first else {
            throw ArchiveError(.unsigned, expected: "a signature", option: "allowUntrusted")
        }
        guard signatures.contains(where: { $0.algorithm != nil }) else {
            throw ArchiveError(
                .unknownAlgorithm, name: first.keyName,
                expected: SignatureAlgorithm.labelled.map(\.rawValue).joined(separator: ", "),
                found: String(decoding: first.label, as: UTF8.self))
        }
        var candidates: [(signature: Signature, algorithm: SignatureAlgorithm, key: PublicKey)] = []
        for signature in signatures {
            guard let algorithm = signature.algorithm, let key = keys.key(named: signature.keyName), key.kind == .rsa
            else { continue }
            candidates.append((signature, algorithm, key))
        }
        guard !candidates.isEmpty else {
            let known = signatures.first { keys.contains($0.keyName) && $0.algorithm != nil } ?? first
            throw ArchiveError(
                .unknownKey, name: known.keyName, expected: "a signature by one of \(keys.names.count) trusted keys",
                found: keys.flaw(ofKeyNamed: known.keyName), option: "allowUntrusted")
        }
        if policy.refuseSHA1 { candidates.removeAll { $0.algorithm.digest == .sha1 } }
        guard let strongest = candidates.map(\.algorithm).max() else {
            throw ArchiveError(
                .refusedAlgorithm, name: first.keyName, expected: "a signature stronger than SHA-1",
                option: "refuseSHA1")
        }
        candidates.removeAll { $0.algorithm != strongest }
        for candidate in candidates {
            guard let digest = digests[strongest.digest],
                candidate.key.verifies(candidate.signature.bytes, digest: digest, strongest.digest)
            else {
                throw ArchiveError(.badSignature, name: candidate.signature.keyName, found: strongest.rawValue)
            }
        }
        let signer = candidates[0].signature
        return Signer(keyName: String(decoding: signer.keyName, as: UTF8.self), algorithm: strongest)
    }
}
