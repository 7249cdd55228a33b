/// The members of a v2 package in front of its data: read, hashed, not yet believed.
struct Version2Members {
    private(set) var signature: SignatureMember?
    /// Where the control member stands in the file.
    private(set) var control = 0..<0
    /// The control member's gzip header and the digests of its compressed bytes: SHA-1 always, and those that a
    /// signature or the index needs.
    private(set) var controlHeader = GzipHeader()
    private(set) var digests = DigestValues()
    /// The raw bytes of both members, for the digest of the whole file.
    private(set) var raw: [UInt8] = []
    /// The content of `.PKGINFO`, and the scripts.
    private(set) var packageInfo: [UInt8] = []
    private(set) var scripts: [PackageScript] = []

    /// - Parameters:
    ///   - source: the file from its first byte.
    ///   - identity: the digest by which an index knows the package.
    init(
        _ source: RangeSource, limits: ArchiveLimits, verifier: SignatureVerifier, identity: DigestSet
    ) throws(ArchiveError) {
        var tar = TarReader(try GzipMemberReader(source, limits: limits), ending: .endOfInput, limits: limits)
        // Until its first entry is known, the first member may be either the signature or an unsigned control part.
        tar.input.startCapture()
        try tar.input.startDigests(identity.union(.sha1))
        _ = try tar.input.nextMember()
        tar.restart(ending: .endOfInput)
        // An unsigned control member begins well below this bound, and gets its own with the first entry.
        tar.input.limitInflated(to: limits.signatureMember, option: "signatureMember")
        var first = try tar.next()
        if let entry = first, entry.path.starts(with: Signature.prefix) {
            let member = try SignatureMember(&tar, first: entry)
            signature = member
            raw = member.raw
            _ = tar.input.finishDigests()
            try tar.input.startDigests(verifier.digests(for: member.signatures).union(identity).union(.sha1))
            tar.input.startCapture()
            guard try tar.input.nextMember() else {
                throw ArchiveError(
                    .missingControl, offset: tar.input.fileOffset, expected: "a control segment",
                    found: "the end of the file")
            }
            tar.restart(ending: .endOfInput)
            tar.input.limitInflated(to: limits.control, option: "control")
            first = try tar.next()
        } else {
            tar.input.limitInflated(to: limits.control, option: "control")
        }
        let start = tar.input.memberStart
        try readControl(&tar, first: first)
        control = start..<tar.input.fileOffset
        controlHeader = tar.input.header
        digests = tar.input.finishDigests()
        tar.input.endCapture()
        raw += tar.input.captured
    }

    private mutating func readControl(
        _ tar: inout TarReader<GzipMemberReader>, first: ArchiveEntry?
    ) throws(ArchiveError) {
        guard let first else {
            throw ArchiveError(
                .missingControl, offset: tar.input.memberStart, expected: ".PKGINFO", found: "a segment without entries"
            )
        }
        guard first.kind == .regular, first.path.elementsEqual(".PKGINFO".utf8) else {
            throw ArchiveError(
                .misplacedEntry, offset: tar.input.memberStart, tarOffset: first.offset, name: first.path,
                expected: ".PKGINFO as the first entry of the control segment")
        }
        packageInfo = try tar.readContent(limit: tar.limits.control, option: "control")
        while let entry = try tar.next() {
            guard entry.path.first == UInt8(ascii: "."), entry.kind == .regular,
                !entry.path.contains(UInt8(ascii: "/")), !entry.path.starts(with: Signature.prefix),
                !entry.path.elementsEqual(".INSTALL".utf8)
            else {
                throw ArchiveError(
                    .misplacedEntry, offset: tar.input.memberStart, tarOffset: entry.offset, name: entry.path,
                    expected: "nothing but .PKGINFO and scripts in the control segment")
            }
            let name = String(decoding: entry.path.dropFirst(), as: UTF8.self)
            guard let kind = PackageScript.Kind(rawValue: name) else { continue }
            scripts.append(
                PackageScript(kind: kind, content: try tar.readContent(limit: tar.limits.script, option: "script")))
        }
        let order = PackageScript.Kind.allCases
        scripts.sort { order.firstIndex(of: $0.kind)! < order.firstIndex(of: $1.kind)! }
    }
}
