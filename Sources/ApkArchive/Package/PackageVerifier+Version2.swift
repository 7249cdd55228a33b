internal import ApkFormats

extension PackageVerifier {
    /// Reads the signature and control members, and proves the second by the index or by the first.
    func verifyVersion2(
        _ file: any RandomAccessFile, size: Int, _ expectation: PackageExpectation?, _ links: inout [ChainLink]
    ) throws(ArchiveError) -> VerifiedPackage {
        let verifier = SignatureVerifier(keys: keys, policy: policy)
        let members = try Version2Members(
            RangeSource(file, 0..<size), limits: limits, verifier: verifier,
            identity: expectation?.identity.byteCount == 32 ? .sha256 : .sha1)
        let proof = try proveOrigin(of: members, verifier, expectation, &links)
        let control = try Version2Control(members, fileSize: size, limits: limits)
        guard let sha1 = members.digests.sha1, let identity = Checksum(bytes: sha1) else {
            preconditionFailure("the SHA-1 of the control segment is always made")
        }
        let record = control.info.record(checksum: identity, downloadSize: size)
        try checkMetadata(of: record, expectation, &links)
        return VerifiedPackage(
            file: file, fileSize: size, proof: proof, links: links, warnings: warnings(for: record, expectation),
            record: record, identity: identity, replaces: control.info.replaces,
            replacesPriority: control.info.replacesPriority, triggers: control.info.triggers,
            scripts: control.scripts, contentLimit: contentLimit(expectation), limits: limits,
            format: .version2(control))
    }

    private func proveOrigin(
        of members: Version2Members, _ verifier: SignatureVerifier, _ expectation: PackageExpectation?,
        _ links: inout [ChainLink]
    ) throws(ArchiveError) -> VerifiedPackage.Proof {
        if let expectation {
            let detail = members.signature.map { String($0.signatures.count) } ?? ""
            links.append(ChainLink(kind: .signature, outcome: .notNeeded, detail: detail))
            let isLong = expectation.identity.byteCount == 32
            let found = (isLong ? members.digests.sha256 : members.digests.sha1).flatMap { Checksum(bytes: $0) }
            let link = ChainLink(kind: .identity, outcome: .proved, detail: expectation.identity.description)
            try prove(link, &links) { () throws(ArchiveError) in
                guard found == expectation.identity else {
                    throw ArchiveError(
                        .identityMismatch, offset: members.control.lowerBound,
                        expected: expectation.identity.description, found: found?.description ?? "")
                }
            }
            return .index
        }
        do {
            guard
                let signer = try verifier.verify(members.signature?.signatures ?? [], digests: members.digests)
            else {
                links.append(ChainLink(kind: .signature, outcome: .untrusted, detail: ""))
                return .untrusted
            }
            try members.signature?.checkFrame(against: members.controlHeader)
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
