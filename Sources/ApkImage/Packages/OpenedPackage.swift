internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkRoot

/// A package of an image: its file is open and its control part proved, or it has none.
struct OpenedPackage: Sendable {
    let source: ImagePackage
    /// nil for a package that has nothing to fetch.
    let verified: VerifiedPackage?
    /// The open file, through which the data segment can be copied as it is read.
    let file: TeeFile?
    /// What the cache knows of the contents.
    var facts: PackageFacts?

    var label: String { source.label }

    /// The size of the compressed contents in bytes.
    var size: Int { verified.map { $0.segments?.data.count ?? $0.fileSize } ?? 0 }

    /// Whether the data segment can be a layer as it is.
    var hasOwnLayer: Bool { verified?.segments != nil }

    /// The package as a root's plan takes it.
    func staged(_ place: Int, numbers: EntryNumbers) -> StagedPackage {
        var package = StagedPackage(record: source.record)
        guard let verified, let facts else { return package }
        package.replaces = verified.replaces
        package.replacesPriority = verified.replacesPriority
        package.triggers = verified.triggers
        package.scripts = verified.scripts
        package.entries = facts.entries.enumerated().compactMap { index, entry in
            if entry.isPlaceholder { return nil }
            let content: FileContent =
                entry.kind == .regular ? .staged(numbers.number(EntryID(package: place, entry: index))) : .none
            let digest = entry.checksum.flatMap { FileDigest($0, verified.fileDigestAlgorithm) }
            return StagedEntry(entry, content: content, digest: digest)
        }
        return package
    }
}

/// Opens and reads packages for an image.
struct PackageOpener: Sendable {
    let supply: any PackageSupply
    let verifier: PackageVerifier
    let cache: FactsCache

    /// Data segments up to this size are read before layers are planned: most are of packages without any file, which
    /// get no layer.
    static let smallSize = 4096

    func open(_ source: ImagePackage) throws(ImageError) -> OpenedPackage {
        // apk neither fetches nor unpacks a package of installed size 0.
        guard source.record.installedSize > 0 else {
            return OpenedPackage(source: source, verified: nil, file: nil, facts: PackageFacts())
        }
        let file: TeeFile
        do throws(RepositoryError) { file = TeeFile(try supply.open(source.request)) } catch {
            throw ImageError(.unavailable, path: error.location, package: source.label, repository: error)
        }
        do throws(ArchiveError) {
            let verified = try verifier.verify(file, expecting: source.request.expectation)
            var opened = OpenedPackage(source: source, verified: verified, file: file)
            opened.facts = verified.dataHash.flatMap { cache.facts(for: $0) }
            return opened
        } catch {
            throw ImageError(error, package: source.label)
        }
    }

    /// Reads a package's contents to their end, which proves them.
    ///
    /// - Parameters:
    ///   - wantsDiffID: whether the data segment is to be a layer.
    ///   - composer: gets the contents as they go by; nil for nobody.
    func read(
        _ package: OpenedPackage, place: Int, wantsDiffID: Bool, into composer: LayerComposer? = nil
    ) throws(ImageError) -> PackageFacts {
        guard let verified = package.verified else { return PackageFacts() }
        do {
            return try read(verified, place, wantsDiffID, composer)
        } catch let error as ImageError {
            throw error
        } catch let error as ArchiveError {
            throw ImageError(error, package: package.label)
        } catch {
            throw ImageError(.badPackage, package: package.label, detail: "\(error)")
        }
    }

    private func read(
        _ package: VerifiedPackage, _ place: Int, _ wantsDiffID: Bool, _ composer: LayerComposer?
    ) throws -> PackageFacts {
        var facts = PackageFacts()
        var contents = try package.open(hashing: wantsDiffID ? .inflatedData : [])
        while var entry = try contents.next() {
            let index = facts.entries.count
            let isWritten = try composer?.begin(entry, EntryID(package: place, entry: index)) ?? false
            if entry.kind == .regular {
                let isKept = PackageFacts.keeps(entry)
                var kept: [UInt8] = []
                while let chunk = try contents.nextChunk() {
                    if isWritten { try composer?.write(chunk) }
                    if isKept { kept.append(contentsOf: chunk) }
                }
                if isKept { facts.kept[index] = kept }
            }
            entry.checksum = contents.checksum ?? entry.checksum
            facts.entries.append(entry)
        }
        let proof = try contents.finish()
        facts.diffID = proof.inflatedDataSHA256.map { BlobDigest(sha256: $0) }
        if let dataHash = package.dataHash, wantsDiffID { cache.store(facts, for: dataHash) }
        return facts
    }

    /// Copies a data segment whose contents are known into a blob, and proves it by its hash.
    func copyData(of package: OpenedPackage, to blob: any ReservedBlob) throws(ImageError) {
        guard var source = package.verified?.rawData, let expected = package.verified?.dataHash else { return }
        let start = source.position
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        do throws(ArchiveError) {
            var digest = try Digest(.sha256)
            while true {
                let offset = source.position - start
                let count = try source.read(into: buffer)
                guard count > 0 else { break }
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                digest.update(bytes)
                do throws(ImageError) { try blob.write(bytes, at: offset) } catch {
                    throw ArchiveError(.writeFailed, path: error.path, offset: offset, systemError: error.systemError)
                }
            }
            let found = digest.finish()
            guard found == expected else {
                throw ArchiveError(
                    .dataMismatch, path: source.name, offset: start, expected: Hexadecimal.string(expected),
                    found: Hexadecimal.string(found))
            }
        } catch {
            throw ImageError(error, package: package.label)
        }
    }
}
