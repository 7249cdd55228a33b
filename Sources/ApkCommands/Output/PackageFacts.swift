internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories
internal import ApkSolver

/// What documents say of packages and repositories whatever the request: written once for all answers of a batch, in
/// which the same few thousand libraries come again and again.
final class PackageFacts: Sendable {
    /// All repositories, written.
    let repositories: JSON
    private let universe: Universe
    /// Each package's members and the brace before them; empty for packages that no answer had yet.
    private let written: Locked<[[UInt8]]>

    init(_ catalog: Catalog) {
        universe = catalog.universe
        repositories = .written(PackageFacts.repositories(catalog).lineBytes())
        written = Locked(Array(repeating: [], count: catalog.universe.packageCount))
    }

    /// A package as an object in one line, with members that belong to an answer behind those that do not.
    func object(_ package: PackageID, _ rest: [(String, JSON)]) -> JSON {
        let known = members(package)
        let added = JSON.object(rest).lineBytes(expecting: 512)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(known.count + added.count + 1)
        bytes += known
        bytes.append(UInt8(ascii: ","))
        // The blank takes the place of the brace.
        bytes.append(UInt8(ascii: " "))
        added.withUnsafeBufferPointer { bytes += UnsafeBufferPointer(rebasing: $0.dropFirst()) }
        return .written(bytes)
    }

    private func members(_ package: PackageID) -> [UInt8] {
        let known = written.withLock { $0[package.index] }
        guard known.isEmpty else { return known }
        let bytes = Array(JSON.object(PackageFacts.members(package, universe)).lineBytes().dropLast())
        written.withLock { $0[package.index] = bytes }
        return bytes
    }

    /// What a package's record says.
    static func members(_ package: PackageID, _ universe: Universe) -> [(String, JSON)] {
        [
            ("name", .string(universe.name(of: package))),
            ("version", .string(universe.version(of: package))),
            ("architecture", .string(universe.architecture(of: package))),
            ("repository", universe.repository(of: package).map { .integer($0) } ?? .null),
            ("checksum", .string(universe.field("C", of: package))),
            ("downloadSize", .integer(Int(clamping: universe.downloadSize(of: package)))),
            ("installedSize", .integer(Int(clamping: universe.installedSize(of: package)))),
            ("origin", .string(universe.field("o", of: package))),
            ("license", .string(universe.field("L", of: package))),
        ]
    }

    static func repositories(_ catalog: Catalog) -> JSON {
        .array(
            catalog.repositories.map { repository in
                .object([
                    ("location", .string(repository.location)),
                    ("tag", repository.tags.compactMap { $0 }.first.map { .string($0) } ?? .null),
                    ("description", .string(repository.description)),
                    ("sha256", .string(repository.sha256)),
                    ("packages", .integer(repository.packageCount)),
                    ("signedBy", repository.signedBy.map { .string($0) } ?? .null),
                ])
            })
    }
}
