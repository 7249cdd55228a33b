/// Reads and verifies indexes: `APKINDEX.tar.gz` files, and those of apk v3, whatever they are called.
public struct IndexArchive: Sendable {
    public var keys: KeyRing
    public var policy: TrustPolicy
    public var limits: ArchiveLimits

    public init(keys: KeyRing, policy: TrustPolicy = TrustPolicy(), limits: ArchiveLimits = ArchiveLimits()) {
        self.keys = keys
        self.policy = policy
        self.limits = limits
    }

    /// Reads and verifies an index file.
    public func read(path: String) throws(ArchiveError) -> VerifiedIndex {
        try read(FileSource(path: path))
    }

    /// Reads and verifies an index file whose text is wanted behind others: it is inflated to where it stays.
    ///
    /// - Parameter text: what the index is appended to, which the result then does not hold; as it was where this throws.
    package func read(path: String, appendingTo text: inout [UInt8]) throws(ArchiveError) -> VerifiedIndex {
        let source = try FileSource(path: path)
        let count = text.count
        do {
            return try read(source, appendingTo: &text)
        } catch {
            text.removeSubrange(count...)
            throw error.at(path: source.name)
        }
    }

    /// Reads and verifies an index that is in memory.
    /// - Parameter name: what errors call it.
    public func read(bytes: [UInt8], name: String) throws(ArchiveError) -> VerifiedIndex {
        try read(MemorySource(bytes, name: name))
    }

    /// Reads and verifies an index in one pass: inflates once, hashes what goes by, and returns the text only when the
    /// end of the source has been seen and the signature fits everything after the signature member.
    ///
    /// - Throws: ``ArchiveError/Code/unsigned``, ``ArchiveError/Code/unknownKey``, ``ArchiveError/Code/badSignature``
    ///   and the other trust errors unless the policy allows untrusted indexes; what is not a well-formed index in any
    ///   case, trailing bytes and further members included.
    public func read(_ source: any ByteSource) throws(ArchiveError) -> VerifiedIndex {
        do {
            var text: [UInt8] = []
            return try read(source, appendingTo: &text).holding(text)
        } catch {
            throw error.at(path: source.name)
        }
    }

    private func read(_ source: any ByteSource, appendingTo text: inout [UInt8]) throws(ArchiveError) -> VerifiedIndex {
        let (first, source) = try ReplayedSource.peek(source, count: 3)
        guard first.elementsEqual("ADB".utf8) else { return try readMembers(source, appendingTo: &text) }
        let index = try readADB(source)
        text += index.text
        return index.holding([])
    }

    private func readMembers(
        _ source: any ByteSource, appendingTo text: inout [UInt8]
    ) throws(ArchiveError) -> VerifiedIndex {
        var tar = TarReader(try GzipMemberReader(source, limits: limits, hashingFile: true), limits: limits)
        // Until its first entry is known, the first member may be either the signature or an unsigned index.
        tar.input.startCapture()
        _ = try tar.input.nextMember()
        tar.restart(ending: .endOfInput)
        tar.input.limitInflated(to: limits.signatureMember, option: "signatureMember")
        var entry = try tar.next()
        var signature: SignatureMember?
        let verifier = SignatureVerifier(keys: keys, policy: policy)
        if let first = entry, first.path.starts(with: Signature.prefix) {
            let member = try SignatureMember(&tar, first: first)
            try tar.input.startDigests(verifier.digests(for: member.signatures))
            guard try tar.input.nextMember() else {
                throw ArchiveError(.missingIndex, offset: tar.input.fileOffset, expected: "a member with the index")
            }
            tar.restart(ending: .endOfArchive)
            signature = member
            entry = nil
        } else {
            guard policy.allowUntrusted else {
                throw ArchiveError(.unsigned, expected: "a signature", option: "allowUntrusted")
            }
            tar.input.endCapture()
            tar.expect(.endOfArchive)
        }
        tar.input.limitInflated(to: limits.index, option: "index")
        let signedHeader = tar.input.header
        let description = try readContent(&tar, first: entry, appendingTo: &text)
        guard try !tar.input.nextMember() else {
            throw ArchiveError(.trailingData, offset: tar.input.memberStart, expected: "the end of the file")
        }
        let size = tar.input.fileOffset
        let signer = try verify(signature, signedHeader, tar.input.finishDigests(), verifier)
        return VerifiedIndex(
            text: [], description: description, sha256: tar.input.fileSHA256(), compressedSize: size,
            signer: signer)
    }

    private func verify(
        _ member: SignatureMember?, _ signedHeader: GzipHeader, _ digests: DigestValues, _ verifier: SignatureVerifier
    ) throws(ArchiveError) -> Signer? {
        guard let member else { return nil }
        guard let signer = try verifier.verify(member.signatures, digests: digests) else { return nil }
        try member.checkFrame(against: signedHeader)
        return signer
    }

    private func readContent(
        _ tar: inout TarReader<GzipMemberReader>, first: ArchiveEntry?, appendingTo text: inout [UInt8]
    ) throws(ArchiveError) -> [UInt8] {
        let start = text.count
        var hasText = false
        var description: [UInt8] = []
        var next = first
        if next == nil { next = try tar.next() }
        while let entry = next {
            switch entry.path {
            case Array("APKINDEX".utf8) where entry.kind == .regular:
                text.removeSubrange(start...)
                try tar.readContent(appendingTo: &text, limit: limits.index, option: "index")
                hasText = true
            case Array("DESCRIPTION".utf8) where entry.kind == .regular:
                description = try tar.readContent(limit: limits.description, option: "description")
            case let path where path.first == UInt8(ascii: "."):
                // `.PKGINFO` makes it a package, `.SIGN.` a signature where none may be.
                throw ArchiveError(
                    .misplacedEntry, tarOffset: entry.offset, name: path, expected: "APKINDEX and DESCRIPTION")
            default: break
            }
            next = try tar.next()
        }
        guard hasText else { throw ArchiveError(.missingIndex, expected: "an entry APKINDEX") }
        return description
    }
}
