internal import ApkFormats

extension PackageVerifier {
    /// Reads the metadata and the signatures, and proves the first by the index or by the second. Nothing behind them is
    /// read before.
    func verifyVersion3(
        _ file: any RandomAccessFile, size: Int, _ expectation: PackageExpectation?, _ links: inout [ChainLink]
    ) throws(ArchiveError) -> VerifiedPackage {
        let stream = try ADBStream(RangeSource(file, 0..<size), limits: limits)
        var reader = ADBBlockReader(stream, limits: limits)
        let head = try reader.readHead(schema: ADBSchema.package, limit: (limits.metadata, "metadata"))
        guard let identity = Checksum(bytes: try Digest.of(head.payload, .sha256)) else {
            preconditionFailure("a SHA-256 has 32 bytes")
        }
        let proof = try proveOrigin(of: head, identity, expectation, &links)
        let metadata = try Version3Metadata(head.payload, limits: limits)
        let record = metadata.package.info.indexRecord(checksum: identity, downloadSize: size)
        try checkMetadata(of: record, expectation, &links)
        return VerifiedPackage(
            file: file, fileSize: size, proof: proof, links: links, warnings: warnings(for: record, expectation),
            record: record, identity: identity, replaces: metadata.package.info.replaces,
            replacesPriority: metadata.package.replacesPriority, triggers: metadata.package.triggers,
            scripts: metadata.scripts, contentLimit: contentLimit(expectation), limits: limits,
            format: .version3(metadata))
    }

    private func proveOrigin(
        of head: ADBBlockReader.Head, _ identity: Checksum, _ expectation: PackageExpectation?,
        _ links: inout [ChainLink]
    ) throws(ArchiveError) -> VerifiedPackage.Proof {
        if let expected = expectation?.identity {
            // 20 bytes may be the start of the SHA-256, as a database keeps it. Otherwise they are a SHA-1, with which
            // no v3 package can be compared: as for apk, only its own signature can prove it then.
            let isSame = expected.byteCount == 32 ? expected == identity : expected.identity == identity.identity
            if isSame || expected.byteCount == 32 {
                links.append(
                    ChainLink(kind: .signature, outcome: .notNeeded, detail: String(head.signatures.count)))
                let link = ChainLink(kind: .identity, outcome: .proved, detail: expected.description)
                try prove(link, &links) { () throws(ArchiveError) in
                    guard isSame else {
                        throw ArchiveError(
                            .identityMismatch, offset: 0, expected: expected.description, found: identity.description)
                    }
                }
                return .index
            }
        }
        do throws(ArchiveError) {
            let verifier = SignatureVerifier(keys: keys, policy: policy)
            guard let signer = try verifier.verify(head) else {
                links.append(ChainLink(kind: .signature, outcome: .untrusted, detail: ""))
                return .untrusted
            }
            let detail = "\(signer.keyName) \(signer.algorithm.rawValue)"
            links.append(ChainLink(kind: .signature, outcome: .proved, detail: detail))
            return .signature(signer)
        } catch {
            let detail = String(decoding: error.name, as: UTF8.self)
            links.append(ChainLink(kind: .signature, outcome: .failed, detail: detail))
            throw error
        }
    }
}
