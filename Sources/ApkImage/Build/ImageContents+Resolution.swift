internal import ApkArchive
public import ApkFormats
public import ApkRepositories
public import ApkResolver
internal import ApkSolver

extension ImageContents {
    /// The contents that a resolution asks for.
    ///
    /// - Parameters:
    ///   - catalog: what the resolution was made from.
    ///   - digests: the SHA-256 of package files as a lock knows them, by identity.
    /// - Throws: ``RepositoryError`` where the index's names cannot be part of a path.
    public init(
        _ resolution: Resolution, _ catalog: Catalog, digests: [Checksum.Identity: String] = [:]
    ) throws(RepositoryError) {
        let universe = resolution.universe
        var packages: [ImagePackage] = []
        var places: [PackageID: Int] = [:]
        for package in resolution.packages {
            places[package] = packages.count
            var request = try catalog.request(for: package)
            request.sha256 = digests[request.expectation.identity.identity]
            let repository = universe.repository(of: package).map { catalog.repositories[$0] }
            packages.append(
                ImagePackage(
                    record: universe.record(of: package), request: request,
                    tag: repository?.tags.compactMap(\.self).first,
                    repository: repository.map { Self.publicLocation($0.location) } ?? "",
                    signedBy: repository?.signedBy))
        }
        var world = World()
        for dependency in catalog.world { world.add(dependency) }
        for request in resolution.requests {
            if let dependency = try? Dependency(parsing: request) { world.add(dependency) }
        }
        let dependencies = resolution.edges.compactMap { edge in
            edge.owner.flatMap { places[$0] }.flatMap { from in
                places[edge.provider].map { BillOfMaterials.Dependency(from: from, to: $0) }
            }
        }
        self.init(
            architecture: catalog.architecture, packages: packages, world: world, dependencies: dependencies)
    }
    /// Where a repository is for everybody; empty for a directory of this machine, which means nothing elsewhere.
    private static func publicLocation(_ location: String) -> String {
        Repository.localPath(of: location) == nil ? location : ""
    }
}
