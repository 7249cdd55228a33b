internal import ApkArchive
internal import ApkFormats
internal import ApkRoot

/// Makes the layers of one image out of its packages.
///
/// Each group of packages first becomes a layer as the packages have it, in one pass over their bytes. That pass tells
/// what the packages hold; then they are merged as an install would merge them, and what a reader would see of the
/// layers is compared with that. Small differences go into the generated layer on top. Where a package does not do as
/// it is, layers are made once more. What the cache knows of packages spares the first attempt.
struct ImageAssembly {
    let contents: ImageContents
    let opener: PackageOpener
    let store: any BlobStore
    let options: ImageOptions
    let threads: Int
    let time: Int
    var packages: PackageSet
    var groups: [[Int]] = []
    var rewritten: [RewrittenPackage] = []
    /// The merged packages, once they are all read.
    var merged: MergedPackages?
    /// What layers do not show if every package is taken as it is, once that was found out.
    var foretold: LayerStack.Difference?

    let progress: ProgressCounter

    init(
        _ contents: ImageContents, _ opener: PackageOpener, _ store: any BlobStore, _ options: ImageOptions, time: Int
    ) throws(ImageError) {
        self.contents = contents
        self.opener = opener
        self.store = store
        self.options = options
        self.time = time
        progress = ProgressCounter(total: contents.packages.count, options.progress)
        threads = options.threads ?? Workers.processorCount
        packages = PackageSet(try Self.open(contents.packages, opener, threads))
    }

    /// The layers of packages, and the generated one.
    mutating func run() throws(ImageError) -> [BuiltLayer] {
        try planGroups()
        if isSingle { return [try makeSingleLayer()] }
        var layers: [BuiltLayer] = []
        var placed: Set<Int> = []
        if !isKnown {
            let mark = store.mark
            layers = try writeLayers(placed: [])
            placed = try findMisfits(merge())
            if !placed.isEmpty {
                store.rewind(to: mark)
                layers = []
            }
        } else {
            placed = try findMisfits(merge())
        }
        if layers.isEmpty { layers = try writeLayers(placed: placed) }
        if let top = try makeTopLayer(placed: placed) { layers.append(top) }
        return layers
    }

    /// The `datahash` of each package in hexadecimal; empty for those without.
    var dataHashes: [String] {
        packages.list.map { $0.verified?.dataHash.map { Hexadecimal.string($0) } ?? "" }
    }

    var isSingle: Bool { options.strategy == .single }

    /// Whether all contents are known already.
    var isKnown: Bool {
        packages.list.indices.allSatisfy { place in
            guard let facts = packages.facts[place] else { return false }
            return !packages.list[place].hasOwnLayer || facts.diffID != nil
        }
    }

    private static func open(
        _ packages: [ImagePackage], _ opener: PackageOpener, _ threads: Int
    ) throws(ImageError) -> [OpenedPackage] {
        try Workers.map(count: packages.count, threads: threads) { place throws(ImageError) in
            var package = try opener.open(packages[place])
            if package.facts == nil, package.size <= PackageOpener.smallSize {
                package.facts = try opener.read(package, place: place, wantsDiffID: package.hasOwnLayer)
            }
            return package
        }
    }

    mutating func planGroups() throws(ImageError) {
        let places = packages.list.indices.filter { packages.facts[$0]?.isEmpty != true }
        let budget = options.layerBudget - options.additions.count - (isSingle ? 0 : 1)
        guard budget > 0 else {
            throw ImageError(.tooFewLayers, detail: "\(options.layerBudget - budget + 1)")
        }
        let members = places.map { place in
            let record = packages.list[place].source.record
            return LayerPlan.Member(name: record.name, origin: record.origin ?? "", size: packages.list[place].size)
        }
        groups = LayerPlan(members, options.strategy, budget: budget).groups.map { $0.map { places[$0] } }
    }

    /// Merges the packages, all of which were read.
    mutating func merge() throws(ImageError) -> MergedPackages {
        if let merged { return merged }
        let merged = try MergedPackages(packages, contents, time: time, run: options.run)
        if options.refusesOpenScripts, let script = merged.plan.scripts.first(where: { $0.outcome == .needsYou }) {
            throw ImageError(
                RootError(
                    .scriptNeedsYou, package: script.package, detail: "\(script.kind.rawValue): \(script.detail)"))
        }
        self.merged = merged
        return merged
    }
}

extension Annotations {
    /// On a layer that is a package's own bytes: the package, `name-version`.
    static let package = "io.github.apkresolve.package"
}
