internal import ApkArchive
internal import ApkFormats
public import ApkRepositories

/// How many bytes a pull moves for somebody who has one image and wants another.
public struct PullPlan: Hashable, Sendable {
    /// A layer of the wanted image.
    public struct Layer: Hashable, Sendable {
        /// What is in it: packages, `name-version`, or a digest.
        public var contents: [String]
        /// In bytes; an estimate for a layer that is not built.
        public var size: Int
        public var isExact: Bool
    }

    /// The layers that the first image has already, and those that are moved.
    public private(set) var present: [Layer] = []
    public private(set) var moved: [Layer] = []
    /// Layers of the first image that the second does not want.
    public private(set) var dropped: [Layer] = []
    /// Whether layers come from locks, so that generated and added ones are not counted.
    public private(set) var isFromLocks = false

    /// The bytes that are moved.
    public var movedSize: Int { moved.reduce(0) { $0 + $1.size } }
    /// The bytes of all layers of the wanted image.
    public var totalSize: Int { (moved + present).reduce(0) { $0 + $1.size } }

    /// - Parameters:
    ///   - old: what is there; new: what is wanted.
    public init(from old: PlannedImage, to new: PlannedImage) {
        let have = Set(old.layers.map(\.key))
        let want = Set(new.layers.map(\.key))
        present = new.layers.filter { have.contains($0.key) }.map(\.layer)
        moved = new.layers.filter { !have.contains($0.key) }.map(\.layer)
        dropped = old.layers.filter { !want.contains($0.key) }.map(\.layer)
        isFromLocks = old.isLock || new.isLock
    }
}

/// The layers that an image has, or would have.
public struct PlannedImage: Hashable, Sendable {
    /// A layer, and what makes it the same as another.
    struct KeyedLayer: Hashable, Sendable {
        var key: String
        var layer: PullPlan.Layer
    }

    private(set) var layers: [KeyedLayer] = []
    private(set) var isLock = false

    /// The layers that a lock's packages would become.
    ///
    /// - Parameter budget: the most layers for packages.
    public init(_ section: Lock.Section, _ strategy: LayerStrategy, budget: Int) {
        isLock = true
        let packages = section.packages.filter { $0.installedSize > 0 }
        let members = packages.map {
            // A lock does not know origins; a package's own name groups as stably, if not the same packages.
            LayerPlan.Member(name: $0.name, origin: "", size: $0.dataSize)
        }
        for group in LayerPlan(members, strategy, budget: budget).groups {
            let inside = group.map { packages[$0] }
            // A layer that is a package's own bytes has the digest that the lock knows; others are told by their parts.
            let isOwnBytes = strategy == .package && inside.count == 1 && inside[0].dataHash != nil
            let key = inside.map { isOwnBytes ? $0.dataHash ?? "" : $0.checksum.description }.joined(separator: "+")
            layers.append(
                KeyedLayer(
                    key: key,
                    layer: PullPlan.Layer(
                        contents: inside.map { "\($0.name)-\($0.version)" },
                        size: inside.reduce(0) { $0 + $1.dataSize }, isExact: isOwnBytes)))
        }
    }

    /// The layers of an image layout, a directory or an archive.
    ///
    /// - Parameter architecture: which of several images, as apk calls it; the only one in any case.
    /// - Throws: ``ImageError/Code/malformedImage``.
    public init(layout path: String, architecture: String) throws(ImageError) {
        let reader =
            OutputPath.kind(of: path) == .directory
            ? try LayoutReader(directory: path) : try LayoutReader(archive: path)
        let manifests = try reader.manifests()
        let platform = Platform(apkArchitecture: architecture)
        let fitting = manifests.first { $0.descriptor.platform?.architecture == platform.architecture }
        guard let chosen = manifests.count == 1 ? manifests[0] : fitting else {
            throw ImageError(.malformedImage, path: path, detail: "no image for \(platform)")
        }
        layers = chosen.manifest.layers.map { layer in
            let name = layer.annotations[Annotations.package] ?? layer.digest.description
            return KeyedLayer(
                key: layer.digest.hexadecimal,
                layer: PullPlan.Layer(contents: [name], size: layer.size, isExact: true))
        }
    }
}

extension LockedPackage {
    /// The size of the compressed contents in bytes.
    fileprivate var dataSize: Int { downloadSize - (segments?.data ?? 0) }
}
