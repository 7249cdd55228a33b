public import ApkFormats

/// All links of the chain of trust of one file, as far as they could be followed, and what became of each.
public struct VerificationReport: Sendable {
    /// The file, as the caller named it.
    public let path: String
    /// nil for a file that could not be recognised.
    public let kind: ArchiveKind?
    /// The links in their order. Where one failed it is the last.
    public let links: [ChainLink]
    public let warnings: [PackageWarning]
    /// What the package says about itself; nil for an index, and where that could not be read.
    public let record: IndexRecord?
    /// How many packages an index has.
    public let packageCount: Int?
    /// The SHA-256 of the whole file, 32 bytes; nil where it was not read to its end.
    public let sha256: [UInt8]?
    /// Why the file was refused; nil where all is well.
    public let failure: ArchiveError?
}

extension PackageVerifier {
    /// Refuses an entry of a package by throwing: what is wrong with it though the archive is right. Gets the digest that
    /// the entry gives or, where its content was read, has.
    public typealias EntryCheck = (VerifiedPackage, ArchiveEntry, _ digest: [UInt8]?) throws(ArchiveError) -> Void

    /// Follows every link of a file's chain, of a package or of an index, and tells what became of each.
    ///
    /// - Parameters:
    ///   - expectation: what a signed index says about a package; nil for one that must prove itself.
    ///   - check: called for each entry of a package, in order.
    public func report(
        path: String, expecting expectation: PackageExpectation? = nil, checking check: EntryCheck = { _, _, _ in }
    ) -> VerificationReport {
        var draft = ReportDraft(path: path)
        do throws(ArchiveError) {
            let file = try OpenFile(path: path)
            let kind = try ArchiveKind.of(file, limits: limits)
            draft.kind = kind
            switch kind {
            case .package: try follow(file, expectation, check, &draft)
            case .index: try follow(indexAt: path, &draft)
            }
        } catch {
            draft.fail(error.at(path: path))
        }
        return draft.finished()
    }

    private func follow(
        _ file: OpenFile, _ expectation: PackageExpectation?, _ check: EntryCheck, _ draft: inout ReportDraft
    ) throws(ArchiveError) {
        let package = try verify(file, expecting: expectation, links: &draft.links)
        draft.record = package.record
        draft.warnings = package.warnings
        var contents = try package.open(hashing: .file)
        // That the bytes are not what was promised is worse, and may be why an entry is refused.
        var refusal: ArchiveError?
        while let entry = try contents.next() {
            while try contents.nextChunk() != nil {}
            guard refusal == nil else { continue }
            do throws(ArchiveError) { try check(package, entry, contents.checksum ?? entry.checksum) } catch {
                refusal = error
            }
        }
        let proof = try contents.finish()
        draft.sha256 = proof.fileSHA256
        draft.links += proof.links.filter { refusal == nil || $0.kind != .files }
        if let refusal { throw refusal }
    }

    private func follow(indexAt path: String, _ draft: inout ReportDraft) throws(ArchiveError) {
        let index = try IndexArchive(keys: keys, policy: policy, limits: limits).read(path: path)
        draft.sha256 = index.sha256
        if let signer = index.signer {
            let detail = "\(signer.keyName) \(signer.algorithm.rawValue)"
            draft.links.append(ChainLink(kind: .signature, outcome: .proved, detail: detail))
        } else {
            draft.links.append(ChainLink(kind: .signature, outcome: .untrusted, detail: ""))
        }
        do throws(FormatError) {
            switch index.format {
            case .text: draft.packageCount = try IndexReader.records(in: index.text).count
            case .adb: draft.packageCount = try ADBIndex(index.text).indices.count
            }
        } catch {
            throw ArchiveError(.malformedIndex, name: Array("APKINDEX".utf8), format: error)
        }
        draft.links.append(ChainLink(kind: .records, outcome: .proved, detail: String(draft.packageCount ?? 0)))
    }
}

/// A report that is being made.
private struct ReportDraft {
    let path: String
    var kind: ArchiveKind?
    var links: [ChainLink] = []
    var warnings: [PackageWarning] = []
    var record: IndexRecord?
    var packageCount: Int?
    var sha256: [UInt8]?
    var failure: ArchiveError?

    init(path: String) { self.path = path }

    /// Notes the error, with the link that it breaks where the verifier has not.
    mutating func fail(_ error: ArchiveError) {
        failure = error
        guard links.last?.outcome != .failed else { return }
        links.append(ChainLink(kind: brokenLink(error), outcome: .failed, detail: error.found))
    }

    private func brokenLink(_ error: ArchiveError) -> ChainLink.Kind {
        let trust: Set<ArchiveError.Code> = [
            .unsigned, .unknownKey, .badSignature, .unknownAlgorithm, .refusedAlgorithm, .invalidKeyName,
            .alteredSignatureMember,
        ]
        if trust.contains(error.code) { return .signature }
        if error.code == .dataMismatch { return .data }
        if [.checksumMismatch, .badHardLink, .reservedPath].contains(error.code) { return .files }
        return record == nil ? .structure : .data
    }

    func finished() -> VerificationReport {
        VerificationReport(
            path: path, kind: kind, links: links, warnings: warnings, record: record, packageCount: packageCount,
            sha256: sha256, failure: failure)
    }
}
