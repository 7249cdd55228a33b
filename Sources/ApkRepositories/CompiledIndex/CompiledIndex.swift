internal import ApkArchive
internal import ApkFormats
internal import ApkSolver

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The universe of some verified indexes in a file of the cache, mapped instead of read again.
///
///     COMPILED/KEY.universe     KEY is a hash of the repositories, their order, and the options that matter
///
/// A file counts only while the indexes that it was made of are the same files, byte for byte: each is remembered by
/// ``FileStamp`` and by its SHA-256, and each key that signed one by its content, which must still be the content of the
/// first file of that name in the key directories. A key that is taken away, or replaced, ends the trust that it gave.
///
/// The head of the file, which is all that solving touches, has a checksum that is compared before anything is used;
/// the records behind it have one each. So a file that is torn, cut off or damaged is not used; one of another version,
/// or of a program with other layouts, is not either. Neither is one that others could have written (``OwnFile``).
struct CompiledIndex {
    private let directory: String
    private let sources: [IndexSource]
    private let architectures: [String]
    private let keyDirectories: [String]
    /// What the file was made for, as bytes.
    private let purpose: [UInt8]
    /// How the index files looked before they were read.
    private let stamps: [FileStamp]
    /// When that was. A stamp that was too fresh then says nothing later either.
    private let start: Int64

    private static let magic: UInt64 = 0x3158_4449_4b50_4121
    private static let headerSize = 64
    /// How many files are kept.
    private static let maximumCount = 8

    /// - Returns: nil where nothing can be kept: one of the indexes is no file.
    init?(
        directory: String, sources: [IndexSource], architectures: [String], keyDirectories: [String],
        allowsUntrusted: Bool
    ) {
        self.directory = directory
        self.sources = sources
        self.architectures = architectures
        self.keyDirectories = keyDirectories
        stamps = sources.compactMap(\.stamp)
        start = FileStamp.now
        guard stamps.count == sources.count, !sources.isEmpty else { return nil }
        var writer = ByteWriter()
        writer.add(allowsUntrusted ? 1 : 0)
        writer.add(architectures)
        writer.add(UInt64(sources.count))
        for source in sources {
            writer.add(source.path)
            writer.add(source.shown)
            writer.add(source.repository.layout.rawValue)
            writer.add(UInt64(source.tags.count))
            for tag in source.tags { writer.add(tag.map { "@" + $0 } ?? "") }
        }
        purpose = writer.bytes
    }

    private var path: String {
        let hash = purpose.withUnsafeBytes { bytes in
            (contentHash(bytes, seed: 1), contentHash(bytes, seed: 2))
        }
        func digits(_ word: UInt64) -> String {
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        return "\(directory)/\(digits(hash.0))\(digits(hash.1)).universe"
    }

    // MARK: Reading

    /// The universe and its repositories; nil where there is none that can be trusted.
    func read() -> (universe: Universe, repositories: [LoadedRepository])? {
        guard OwnFile.isOwnDirectory(directory, creating: false), let file = MappedFile(path: path),
            file.bytes.count > Self.headerSize
        else { return nil }
        let bytes = file.bytes
        func word(_ place: Int) -> Int {
            Int(truncatingIfNeeded: bytes.load(fromByteOffset: place * 8, as: UInt64.self))
        }
        let bodyStart = word(3)
        let headEnd = word(4)
        guard bytes.load(as: UInt64.self) == Self.magic,
            bytes.load(fromByteOffset: 8, as: UInt64.self) == CompiledUniverse.fingerprint,
            word(2) == bytes.count, bodyStart > Self.headerSize, bodyStart % 64 == 0, headEnd >= bodyStart,
            headEnd <= bytes.count
        else { return nil }
        let head = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<headEnd])
        let seed = contentHash(UnsafeRawBufferPointer(rebasing: bytes[..<40]), seed: 0)
        guard contentHash(head, seed: seed) == bytes.load(fromByteOffset: 40, as: UInt64.self) else { return nil }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<bodyStart]))
        guard reader.bytes() == purpose, let (repositories, frame) = readFacts(&reader) else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[bodyStart...])
        return CompiledUniverse.universe(in: body, frame: frame, owner: file).map { ($0, repositories) }
    }

    private func readFacts(
        _ reader: inout ByteReader
    ) -> (repositories: [LoadedRepository], frame: CompiledUniverse.Frame)? {
        var repositories: [LoadedRepository] = []
        for (source, stamp) in zip(sources, stamps) {
            for word in stamp.words { guard reader.word() == word else { return nil } }
            var repository = LoadedRepository(
                location: source.shown, tags: source.tags, description: reader.text(), sha256: reader.text(),
                signedBy: nil, packageCount: Int(truncatingIfNeeded: reader.word()), source: source.repository,
                isVersion3: false, packageNameSpec: nil)
            let signer = reader.text()
            if !signer.isEmpty {
                let content = reader.bytes()
                guard let path = keyPath(signer), (try? RootSettings.read(path)) == content else { return nil }
                repository.signedBy = signer
            }
            repositories.append(repository)
        }
        let tags = reader.texts()
        let tagRepositories = reader.texts().compactMap { UInt32($0) }
        let hasUsualConditions = reader.word() == 1
        let locations = reader.texts()
        let problems = (0..<min(reader.word(), UInt64(1) << 20)).map { _ in reader.problem() }
        guard !reader.isBroken, tags.count == tagRepositories.count, !tags.isEmpty else { return nil }
        let frame = CompiledUniverse.Frame(
            architectures: architectures, repositories: locations.map { RepositorySource(location: $0) }, tags: tags,
            tagRepositories: tagRepositories, hasUsualConditions: hasUsualConditions, problems: problems)
        return (repositories, frame)
    }

    /// The key of that name that would be trusted now: the first one in the order of directories.
    private func keyPath(_ name: String) -> String? {
        keyDirectories.map { "\($0)/\(name)" }.first { RootSettings.exists($0) }
    }

    // MARK: Writing

    /// Keeps the universe of the indexes, if it is certain that they are still what was read. Failure is no error: the
    /// next run reads the indexes again.
    func write(_ universe: Universe, _ repositories: [LoadedRepository]) {
        guard CompiledUniverse.canHold(universe), repositories.count == sources.count,
            stamps.allSatisfy({ $0.wasSettled(at: start) }), sources.map(\.stamp) == stamps,
            OwnFile.isOwnDirectory(directory, creating: true)
        else { return }
        var facts = ByteWriter()
        facts.add(purpose)
        for (repository, stamp) in zip(repositories, stamps) {
            for word in stamp.words { facts.add(word) }
            facts.add(repository.description)
            facts.add(repository.sha256)
            facts.add(UInt64(repository.packageCount))
            facts.add(repository.signedBy ?? "")
            if let signer = repository.signedBy {
                guard let path = keyPath(signer), let stamp = FileStamp(path: path), stamp.wasSettled(at: start),
                    let content = try? RootSettings.read(path)
                else { return }
                facts.add(content)
            }
        }
        let frame = CompiledUniverse.Frame(universe)
        facts.add(frame.tags)
        facts.add(frame.tagRepositories.map { String($0) })
        facts.add(frame.hasUsualConditions ? 1 : 0)
        facts.add(frame.repositories.map(\.location))
        facts.add(UInt64(frame.problems.count))
        for problem in frame.problems { facts.add(problem) }
        var front = facts.bytes
        front += [UInt8](repeating: 0, count: -front.count & 63)
        let bodyStart = Self.headerSize + front.count
        front += CompiledUniverse.head(of: universe)
        let headEnd = Self.headerSize + front.count
        let places = [
            Self.magic, CompiledUniverse.fingerprint, UInt64(headEnd + universe.records.count), UInt64(bodyStart),
            UInt64(headEnd),
        ]
        let seed = places.withUnsafeBytes { contentHash($0, seed: 0) }
        let words = places + [front.withUnsafeBytes { contentHash($0, seed: seed) }, 0, 0]
        OwnFile.removeLeftovers(in: directory)
        words.withUnsafeBytes { header in
            front.withUnsafeBytes { front in
                universe.records.withUnsafeBufferPointer { records in
                    let parts = [header, front, UnsafeRawBufferPointer(records)]
                    _ = OwnFile.replace(path, with: parts, isDurable: true)
                }
            }
        }
        dropOldest()
    }

    /// Each new index of a remote repository makes another file: only those that were made last are kept.
    private func dropOldest() {
        let paths = Directories.names(in: directory).filter { $0.hasSuffix(".universe") }.map { "\(directory)/\($0)" }
        guard paths.count > Self.maximumCount else { return }
        let files = paths.map { (path: $0, used: Directories.file($0)?.used ?? 0) }.sorted { $0.used > $1.used }
        for file in files.dropFirst(Self.maximumCount) { unlink(file.path) }
    }
}

// MARK: Problems of records

extension ByteWriter {
    /// Adds a number plus one, 0 for none.
    fileprivate mutating func add(optional number: Int?) {
        add(number.map { UInt64(truncatingIfNeeded: $0 &+ 1) } ?? 0)
    }

    fileprivate mutating func add(_ problem: RecordProblem) {
        add(optional: problem.repository)
        add(optional: problem.package?.index)
        add(problem.isFatal ? 1 : 0)
        add(problem.error.code.rawValue)
        add(optional: problem.error.line)
        add(problem.error.field.map { [$0] } ?? [])
        add(problem.error.text)
        add(problem.error.expected)
        add(optional: problem.error.offset)
    }
}

extension ByteReader {
    fileprivate mutating func number() -> Int? {
        let word = word()
        return word == 0 ? nil : Int(truncatingIfNeeded: word) - 1
    }

    fileprivate mutating func problem() -> RecordProblem {
        let repository = number()
        let package = number().map { PackageID($0) }
        let isFatal = word() == 1
        let code = FormatError.Code(rawValue: text())
        let line = number()
        let field = texts().first
        let content = text()
        let expected = text()
        return RecordProblem(
            repository: repository, package: package, isFatal: isFatal,
            error: FormatError(code, line: line, field: field, text: content, expected: expected, offset: number()))
    }
}
