internal import ApkFormats
internal import ApkRepositories

/// Reads a set of packages from whatever holds one.
struct PackageSetReader {
    private let context: VerbContext

    init(_ context: VerbContext) { self.context = context }

    /// Reads a root, a lock, an answer as JSON, or a list of `NAME-VERSION` lines.
    ///
    /// - Throws: ``RepositoryError``; a lock without a section for the architecture has none of its packages.
    func read(_ path: String) throws -> [PackageSummary] {
        if path != "-", isDirectory(path) { return try root(path) }
        let bytes = try context.bytes(of: path)
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return try closure(bytes, path) }
        do throws(FormatError) {
            let document = try JSON(parsing: bytes)
            return try document["architectures"] == nil ? answer(document) : lock(Lock(parsing: bytes), path)
        } catch {
            throw RepositoryError(.malformedLock, location: path, format: error)
        }
    }

    private func root(_ path: String) throws -> [PackageSummary] {
        let places = ["lib/apk/db/installed", "usr/lib/apk/db/installed"].map {
            RootPath.place(of: $0, in: path) ?? "\(path)/\($0)"
        }
        let place = places.first { isReadable($0) } ?? places[0]
        let text = try context.bytes(of: place)
        do throws(FormatError) {
            return try InstalledDatabase(parsing: text).packages.map { package in
                PackageSummary(
                    name: package.name, version: package.record.version, checksum: package.record.checksum,
                    downloadSize: package.record.downloadSize, installedSize: package.record.installedSize)
            }
        } catch {
            throw RepositoryError(.malformedDatabase, location: place, format: error)
        }
    }

    private func lock(_ lock: Lock, _ path: String) throws(FormatError) -> [PackageSummary] {
        let architecture = context.invocation.architecture ?? RepositoryOptions.hostArchitecture
        let only = lock.sections.count == 1 ? lock.sections.first : nil
        guard let section = lock[architecture] ?? (context.invocation.architecture == nil ? only : nil) else {
            throw FormatError(
                .missingField, field: "architectures.\(architecture)",
                expected: "one of \(lock.sections.map(\.architecture).joined(separator: ", ")) as `--arch`")
        }
        return section.packages.map(\.summary)
    }

    private func answer(_ document: JSON) throws(FormatError) -> [PackageSummary] {
        guard let packages = document["packages"]?.elements else {
            throw FormatError(.missingField, field: "packages", expected: "a lock, or what `--format json` prints")
        }
        var summaries: [PackageSummary] = []
        for (index, package) in packages.enumerated() {
            guard let name = package["name"]?.string, let version = package["version"]?.string else {
                throw FormatError(.missingField, field: "packages[\(index)]", expected: "a name and a version")
            }
            summaries.append(
                PackageSummary(
                    name: name, version: version, checksum: package["checksum"]?.string.flatMap { Checksum($0) },
                    downloadSize: package["downloadSize"]?.integer, installedSize: package["installedSize"]?.integer))
        }
        return summaries
    }

    /// Lines such as `--closure` prints. The version begins behind the last `-` but one: names may hold dashes, versions
    /// end in `-rN`.
    private func closure(_ bytes: [UInt8], _ path: String) throws -> [PackageSummary] {
        var summaries: [PackageSummary] = []
        for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self).trimmed
            if text.isEmpty || text.hasPrefix("#") { continue }
            let dashes = text.indices.filter { text[$0] == "-" }
            let split = dashes.suffix(2).first {
                $0 != text.startIndex && Version.isValid(String(text[text.index(after: $0)...]))
            }
            guard let split else {
                throw RepositoryError(
                    .malformedLock, location: path,
                    format: FormatError(
                        .invalidValue, line: index + 1, text: String(text.prefix(200)),
                        expected: "NAME-VERSION, such as `--closure` prints"))
            }
            summaries.append(
                PackageSummary(name: String(text[..<split]), version: String(text[text.index(after: split)...])))
        }
        return summaries
    }
}
