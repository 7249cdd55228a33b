/// The data member of a v2 package.
final class Version2Contents: ContentReader {
    private var tar: TarReader<GzipMemberReader>
    private let control: Version2Control
    private let digests: ContentDigests
    private let dataHash: String

    init(
        _ package: VerifiedPackage, _ control: Version2Control, _ digests: ContentDigests
    ) throws(ArchiveError) {
        let range = control.segments.data
        var gzip = try GzipMemberReader(
            RangeSource(package.file, range), startingAt: range.lowerBound, limits: package.limits,
            hashingFile: digests.contains(.file))
        do throws(ArchiveError) {
            gzip.hashFilePrefix(control.head)
            try gzip.startDigests(.sha256)
            if digests.contains(.inflatedData) { try gzip.startInflatedDigest() }
            guard try gzip.nextMember() else {
                throw ArchiveError(.missingData, offset: range.lowerBound, expected: "a data segment")
            }
        } catch {
            throw error.at(path: package.file.name)
        }
        gzip.limitInflated(to: package.limits.data, option: "data")
        tar = TarReader(gzip, limits: package.limits)
        self.control = control
        self.digests = digests
        dataHash = Hexadecimal.string(control.dataHash)
    }

    func next() throws(ArchiveError) -> ArchiveEntry? {
        guard let entry = try tar.next() else { return nil }
        // apk tells segments apart by such names, so in the data they would make another package of it.
        guard !(entry.path.first == UInt8(ascii: ".") && Version2Contents.isControl(entry.path)) else {
            throw ArchiveError(
                .misplacedEntry, offset: control.segments.data.lowerBound, tarOffset: entry.offset, name: entry.path,
                expected: "nothing of the control segment in the data segment")
        }
        return entry
    }

    func nextChunk() throws(ArchiveError) -> UnsafeRawBufferPointer? { try tar.nextChunk() }

    func finish() throws(ArchiveError) -> ContentProof {
        guard try !tar.input.nextMember() else {
            throw ArchiveError(.trailingData, offset: tar.input.memberStart, expected: "the end of the file")
        }
        let found = tar.input.finishDigests().sha256.map { Hexadecimal.string($0) } ?? ""
        guard found == dataHash else {
            throw ArchiveError(
                .dataMismatch, offset: control.segments.data.lowerBound, expected: dataHash, found: found)
        }
        return ContentProof(
            links: [ChainLink(kind: .data, outcome: .proved, detail: found)],
            fileSHA256: digests.contains(.file) ? tar.input.fileSHA256() : nil,
            inflatedDataSHA256: digests.contains(.inflatedData) ? tar.input.finishInflatedDigest() : nil)
    }

    private static func isControl(_ path: [UInt8]) -> Bool {
        path.starts(with: Signature.prefix) || path.elementsEqual(".PKGINFO".utf8)
            || path.elementsEqual(".INSTALL".utf8)
            || PackageScript.Kind(rawValue: String(decoding: path.dropFirst(), as: UTF8.self)) != nil
    }
}
