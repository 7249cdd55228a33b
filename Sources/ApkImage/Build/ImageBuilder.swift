public import ApkArchive
internal import ApkFormats
public import ApkRepositories
internal import ApkRoot

/// Builds images out of packages, without root, without a daemon, and without running anything.
///
///     let builder = ImageBuilder(supply: LocalSupply(), verifier: PackageVerifier(keys: keys))
///     let report = try builder.build([contents], to: ImageDestination(format: .oci, path: "node"))
///
/// The same packages and options give the same bytes, on any number of threads.
public struct ImageBuilder: Sendable {
    private let supply: any PackageSupply
    private let verifier: PackageVerifier
    public var options: ImageOptions

    /// - Parameters:
    ///   - supply: where package files come from.
    ///   - verifier: what proves them; each must be what its index says.
    public init(supply: any PackageSupply, verifier: PackageVerifier, options: ImageOptions = ImageOptions()) {
        self.supply = supply
        self.verifier = verifier
        self.options = options
    }

    /// Builds one image, or one for each of several architectures with an index over them.
    ///
    /// - Parameter images: at least one.
    /// - Throws: ``ImageError``; nothing stands under the destination's name then that was not there before.
    public func build(_ images: [ImageContents], to destination: ImageDestination) throws(ImageError) -> ImageReport {
        precondition(!images.isEmpty, "there is something to build")
        guard images.count == 1 || destination.format != .dockerArchive else {
            throw ImageError(.singleArchitecture, path: destination.path)
        }
        OpenFileLimit.makeRoom(for: images.map(\.packages.count).max() ?? 0)
        let times = images.map { options.time ?? $0.newestBuildTime }
        let store = try makeStore(destination, time: times.max() ?? 0)
        var built: [BuiltImage] = []
        for (contents, time) in zip(images, times) { built.append(try build(contents, in: store, time: time)) }
        return try finish(built, destination, store)
    }

    private func makeStore(_ destination: ImageDestination, time: Int) throws(ImageError) -> any BlobStore {
        switch destination.format {
        case .oci: try LayoutDirectory(path: destination.path)
        case .ociArchive, .dockerArchive: try LayoutArchive(path: destination.path, time: time)
        }
    }

    private func build(
        _ contents: ImageContents, in store: any BlobStore, time: Int
    ) throws(ImageError) -> BuiltImage {
        var verifier = verifier
        verifier.architectures = [contents.architecture]
        let opener = PackageOpener(
            supply: supply, verifier: verifier, cache: FactsCache(directory: options.cacheDirectory))
        var assembly = try ImageAssembly(contents, opener, store, options, time: time)
        var layers = try assembly.run()
        guard let merged = assembly.merged else { preconditionFailure("an assembly that ran has merged its packages") }
        for directory in options.additions { layers.append(try add(directory, merged.tree, store, time)) }
        let platform = Platform(apkArchitecture: contents.architecture)
        let configuration = ImageConfiguration(
            platform: platform, created: time, execution: execution(in: merged.tree), diffIDs: layers.map(\.diffID),
            history: layers.map { historyStep($0) })
        let configurationBlob = try put(configuration.json, .imageConfiguration, store)
        var annotations = options.annotations
        if annotations[Annotations.created] == nil { annotations[Annotations.created] = Timestamp.text(time) }
        let manifest = ImageManifest(
            configuration: configurationBlob, layers: layers.map(\.descriptor), annotations: annotations)
        var descriptor = try put(manifest.json, .imageManifest, store)
        descriptor.platform = platform
        return BuiltImage(
            architecture: contents.architecture, platform: platform, manifest: descriptor,
            configuration: configurationBlob, layers: layers, packageCount: contents.packages.count,
            contentSize: merged.nodes.reduce(0) { $0 + $1.size },
            bill: contents.bill(
                name: options.fullName, manifest: descriptor.digest, platform: platform, time: time,
                tool: options.tool, dataHashes: assembly.dataHashes),
            rewritten: assembly.rewritten, scripts: merged.plan.scripts)
    }

    private func add(
        _ directory: AddedDirectory, _ tree: RootTree, _ store: any BlobStore, _ time: Int
    ) throws(ImageError) -> BuiltLayer {
        let threads = options.threads ?? Workers.processorCount
        var diffID: BlobDigest?
        let blob = try store.addStream { stream throws(ImageError) in
            let writer = try LayerWriter(stream, threads: threads)
            var layer = AddedLayer(directory, time: time, in: tree, to: writer)
            try layer.write()
            diffID = try writer.finish()
        }
        guard let diffID else { preconditionFailure("a layer that was written has a diff id") }
        return BuiltLayer(
            kind: .added, descriptor: Descriptor(mediaType: .gzipLayer, digest: blob.digest, size: blob.size),
            diffID: diffID, packages: [], source: directory.target)
    }

    /// The settings, with what everybody expects where nothing was said: a search path, and a shell if there is one.
    private func execution(in tree: RootTree) -> ExecutionSettings {
        var execution = options.execution
        if !execution.environment.contains(where: { $0.hasPrefix("PATH=") }) {
            execution.environment.insert(ExecutionSettings.defaultPath, at: 0)
        }
        if execution.entrypoint.isEmpty, execution.command.isEmpty, tree[Array("bin/sh".utf8)] != nil {
            execution.command = ["/bin/sh"]
        }
        return execution
    }

    private func historyStep(_ layer: BuiltLayer) -> ImageConfiguration.HistoryStep {
        let tool = options.tool.name
        switch layer.kind {
        case .packageBytes:
            return .init(createdBy: "\(tool): \(layer.packages[0])", comment: "the package's own bytes")
        case .written:
            let names = layer.packages.prefix(3).joined(separator: " ")
            let more = layer.packages.count - 3
            return .init(createdBy: "\(tool): \(names)\(more > 0 ? " and \(more) more packages" : "")")
        case .generated: return .init(createdBy: "\(tool): database, links and users")
        case .added: return .init(createdBy: "\(tool): files in \(layer.source)")
        }
    }

    private func put(
        _ json: JSON, _ mediaType: MediaType, _ store: any BlobStore
    ) throws(ImageError) -> Descriptor {
        let bytes = Array(json.line.utf8)
        return Descriptor(mediaType: mediaType, digest: try store.add(bytes), size: bytes.count)
    }

    private func finish(
        _ built: [BuiltImage], _ destination: ImageDestination, _ store: any BlobStore
    ) throws(ImageError) -> ImageReport {
        var top = built[0].manifest
        if built.count > 1 {
            let index = ImageIndex(manifests: built.map(\.manifest), annotations: options.annotations)
            top = try put(index.json, .imageIndex, store)
        }
        let report = ImageReport(images: built, descriptor: top)
        top.annotations[Annotations.referenceName] = options.tag
        let contents = LayoutContents(
            index: ImageIndex(manifests: [top]),
            dockerManifest: destination.format == .dockerArchive ? dockerManifest(built[0]) : nil,
            referenceName: options.tag)
        try store.finish(contents)
        return report
    }

    /// `manifest.json` as `docker save` writes it, which names the blobs of the layout.
    private func dockerManifest(_ image: BuiltImage) -> [UInt8] {
        func path(_ digest: BlobDigest) -> JSON { .string("blobs/sha256/" + digest.hexadecimal) }
        let entry = JSON.object([
            ("Config", path(image.configuration.digest)), ("RepoTags", .array([.string(options.fullName)])),
            ("Layers", .array(image.layers.map { path($0.descriptor.digest) })),
        ])
        return Array(JSON.array([entry]).pretty.utf8)
    }
}

extension Annotations {
    static let created = "org.opencontainers.image.created"
}

extension ImageContents {
    /// When the newest package was built, in seconds since 1970.
    var newestBuildTime: Int { packages.map(\.record.buildTime).max() ?? 0 }

    /// - Parameter dataHashes: of each package, in hexadecimal; empty for none.
    fileprivate func bill(
        name: String, manifest: BlobDigest, platform: Platform, time: Int, tool: (name: String, version: String),
        dataHashes: [String]
    ) -> BillOfMaterials {
        let components = packages.enumerated().map { place, package in
            let record = package.record
            var component = BillOfMaterials.Component(
                name: record.name, version: record.version, architecture: record.architecture ?? "noarch")
            component.license = record.license
            component.origin = record.origin ?? ""
            component.maintainer = record.maintainer ?? ""
            component.url = record.url
            component.summary = record.summary
            component.commit = record.commit ?? ""
            component.buildTime = record.buildTime
            component.identity = record.checksum.description
            component.dataHash = dataHashes[place]
            component.repository = package.repository
            component.distribution = package.distribution
            return component
        }
        return BillOfMaterials(
            name: name, manifest: manifest, platform: platform, created: time, tool: tool, components: components,
            dependencies: dependencies)
    }
}

extension ImagePackage {
    /// The vendor, as package URLs call it: told by who signed the repository, else by where it is.
    fileprivate var distribution: String {
        let hints = [signedBy ?? "", repository].map { $0.lowercased() }
        for hint in hints {
            for vendor in ["alpine", "wolfi", "chainguard", "chimera", "openwrt", "postmarketos"]
            where hint.contains(vendor) {
                return vendor == "chainguard" ? "wolfi" : vendor
            }
        }
        return "alpine"
    }
}
