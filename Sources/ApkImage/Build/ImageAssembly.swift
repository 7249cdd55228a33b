internal import ApkArchive
internal import ApkFormats
internal import ApkRoot
internal import Synchronization

/// Makes the layers of one image out of its packages.
///
/// Each group of packages first becomes a layer as the packages have it, in one pass over their bytes. That pass tells
/// what the packages hold; then they are merged as an install would merge them, and what a reader would see of the
/// layers is compared with that. Small differences go into the generated layer on top. Where a package does not do as
/// it is, layers are made once more. What the cache knows of packages spares the first attempt.
struct ImageAssembly {
    private let contents: ImageContents
    private let opener: PackageOpener
    private let store: any BlobStore
    private let options: ImageOptions
    private let threads: Int
    private let time: Int
    private var packages: PackageSet
    private var groups: [[Int]] = []
    private(set) var rewritten: [RewrittenPackage] = []
    /// The merged packages, once they are all read.
    private(set) var merged: MergedPackages?

    private let progress: ProgressCounter

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

    private var isSingle: Bool { options.strategy == .single }

    /// Whether all contents are known already.
    private var isKnown: Bool {
        packages.list.indices.allSatisfy { place in
            guard let facts = packages.facts[place] else { return false }
            return !packages.list[place].hasOwnLayer || facts.diffID != nil
        }
    }

    private static func open(
        _ packages: [ImagePackage], _ opener: PackageOpener, _ threads: Int
    ) throws(ImageError) -> [OpenedPackage] {
        let opened = Mutex<[OpenedPackage?]>(Array(repeating: nil, count: packages.count))
        try ParallelWork.run(order: Array(packages.indices), threads: threads) { place throws(ImageError) in
            var package = try opener.open(packages[place])
            if package.facts == nil, package.size <= PackageOpener.smallSize {
                package.facts = try opener.read(package, place: place, wantsDiffID: package.hasOwnLayer)
            }
            opened.withLock { $0[place] = package }
        }
        return opened.withLock { $0.compactMap(\.self) }
    }

    private mutating func planGroups() throws(ImageError) {
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
    private mutating func merge() throws(ImageError) -> MergedPackages {
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

    // MARK: - Layers of packages

    private func isOwnBytes(_ group: Int, placed: Set<Int>) -> Bool {
        options.strategy == .package && groups[group].count == 1 && !placed.contains(group)
            && packages.list[groups[group][0]].hasOwnLayer
    }

    private mutating func writeLayers(placed: Set<Int>) throws(ImageError) -> [BuiltLayer] {
        let own = groups.indices.filter { isOwnBytes($0, placed: placed) }
        try copyOwnBytes(own.map { groups[$0][0] })
        var layers: [BuiltLayer] = []
        for group in groups.indices {
            if isOwnBytes(group, placed: placed) {
                layers.append(ownLayer(of: groups[group][0]))
            } else {
                let placement = placed.contains(group) ? try place(group) : nil
                layers.append(try writeLayer(group, placement))
            }
        }
        return layers
    }

    /// Fills the layers that are packages' own bytes, on all processors, the largest first.
    private mutating func copyOwnBytes(_ places: [Int]) throws(ImageError) {
        var blobs: [Int: any ReservedBlob] = [:]
        for place in places {
            let package = packages.list[place]
            guard let hash = package.verified?.dataHash else { continue }
            blobs[place] = try store.reserve(BlobDigest(sha256: hash), size: package.size)
        }
        let read = Mutex(packages.facts)
        let (packages, opener, progress, reserved) = (packages, opener, progress, blobs)
        let order = places.sorted { packages.list[$0].size > packages.list[$1].size }
        try ParallelWork.run(order: order, threads: threads) { place throws(ImageError) in
            let package = packages.list[place]
            let blob = reserved[place]
            if packages.facts[place]?.diffID != nil {
                if let blob { try opener.copyData(of: package, to: blob) }
            } else {
                if let blob, let range = package.verified?.segments?.data {
                    package.file?.startCopying(range, to: blob)
                }
                let facts = try opener.read(package, place: place, wantsDiffID: true)
                try package.file?.endCopying()
                read.withLock { $0[place] = facts }
            }
            try blob?.commit()
            progress.advance(package)
        }
        self.packages.facts = read.withLock { $0 }
    }

    private func ownLayer(of place: Int) -> BuiltLayer {
        let package = packages.list[place]
        guard let hash = package.verified?.dataHash, let diffID = packages.facts[place]?.diffID else {
            preconditionFailure("a layer of a package's own bytes was read")
        }
        let descriptor = Descriptor(
            mediaType: .gzipLayer, digest: BlobDigest(sha256: hash), size: package.size,
            annotations: Annotations([Annotations.package: package.label]))
        return BuiltLayer(
            kind: .packageBytes, descriptor: descriptor, diffID: diffID, packages: [package.label], source: "")
    }

    private mutating func place(_ group: Int) throws(ImageError) -> Placement {
        let merged = try merge()
        return Placement(groups[group], of: packages, in: merged.tree, merged.numbers, defersSettings: isSingle)
    }

    private mutating func writeLayer(_ group: Int, _ placement: Placement?) throws(ImageError) -> BuiltLayer {
        let rule = LayerRule(placement: placement, defersSettings: false)
        var diffID: BlobDigest?
        let blob = try store.addStream { stream throws(ImageError) in
            let writer = try LayerWriter(stream, threads: threads)
            let composer = LayerComposer(writer, rule)
            try compose(group, into: composer)
            diffID = try writer.finish()
        }
        return writtenLayer(.written, blob, diffID, places: groups[group])
    }

    private mutating func compose(_ group: Int, into composer: LayerComposer) throws(ImageError) {
        for place in groups[group] {
            let facts = try opener.read(packages.list[place], place: place, wantsDiffID: false, into: composer)
            if packages.facts[place] == nil { packages.facts[place] = facts }
            progress.advance(packages.list[place])
        }
    }

    private func writtenLayer(
        _ kind: BuiltLayer.Kind, _ blob: (digest: BlobDigest, size: Int), _ diffID: BlobDigest?, places: [Int]
    ) -> BuiltLayer {
        guard let diffID else { preconditionFailure("a layer that was written has a diff id") }
        let descriptor = Descriptor(mediaType: .gzipLayer, digest: blob.digest, size: blob.size)
        return BuiltLayer(
            kind: kind, descriptor: descriptor, diffID: diffID, packages: places.map { packages.label($0) }, source: "")
    }

    // MARK: - What readers would see

    /// The layers as readers stack them.
    private mutating func stack(placed: Set<Int>) throws(ImageError) -> LayerStack {
        var stack = LayerStack()
        for group in groups.indices {
            let isOwn = isOwnBytes(group, placed: placed)
            var rule = LayerRule(
                placement: placed.contains(group) ? try place(group) : nil, defersSettings: isSingle)
            for place in groups[group] {
                for (index, entry) in packages.entries(place).enumerated() {
                    let id = EntryID(package: place, entry: index)
                    if isOwn {
                        stack.add(entry, id)
                    } else if let placed = rule.place(entry, id) {
                        stack.add(placed, id)
                    }
                }
            }
        }
        return stack
    }

    /// How many bytes of a package's files the generated layer may repeat before the layer in question is written anew.
    private static let mostRepeated = 64 << 10

    /// The groups that do not do as their packages have them.
    private mutating func findMisfits(_ merged: MergedPackages) throws(ImageError) -> Set<Int> {
        let stack = try stack(placed: [])
        let difference = stack.difference(to: merged.tree, merged.numbers)
        var misfits = stack.strays
        var repeated: [Int: Int] = [:]
        for node in difference.nodes where node.owner != nil {
            guard let place = stack.packages[node.path] else { continue }
            if isSingle {
                misfits.insert(place)
            } else if case .staged = node.content {
                repeated[place, default: 0] += node.size
            }
        }
        if isSingle { misfits.formUnion(difference.hidden.compactMap { stack.packages[$0] }) }
        misfits.formUnion(repeated.filter { $0.value > Self.mostRepeated }.keys)
        rewritten = packages.list.indices.compactMap { place in
            let label = packages.label(place)
            if stack.strays.contains(place) { return RewrittenPackage(package: label, reason: .pathThroughLink) }
            if misfits.contains(place) { return RewrittenPackage(package: label, reason: .changedFiles) }
            let isVersion3 = packages.list[place].verified != nil && !packages.list[place].hasOwnLayer
            return isVersion3 ? RewrittenPackage(package: label, reason: .version3) : nil
        }
        return Set(groups.indices.filter { !misfits.isDisjoint(with: groups[$0]) })
    }

    /// The generated layer: everything that the layers below do not show, or not so; nil if that is nothing.
    private mutating func makeTopLayer(placed: Set<Int>) throws(ImageError) -> BuiltLayer? {
        let merged = try merge()
        let difference = try stack(placed: placed).difference(to: merged.tree, merged.numbers)
        guard !difference.nodes.isEmpty || !difference.hidden.isEmpty else { return nil }
        try merged.fetch(difference.nodes)
        var diffID: BlobDigest?
        let blob = try store.addStream { stream throws(ImageError) in
            let writer = try LayerWriter(stream, threads: threads)
            let composer = LayerComposer(writer, LayerRule(placement: nil, defersSettings: false))
            try composer.append(
                difference.nodes, hiding: difference.hidden, in: merged.tree, contents: merged.contents)
            diffID = try writer.finish()
        }
        return writtenLayer(.generated, blob, diffID, places: [])
    }

    // MARK: - One layer for all

    /// Everything in one layer, in one pass where the packages do not overlap.
    private mutating func makeSingleLayer() throws(ImageError) -> BuiltLayer {
        var placement: Placement?
        if isKnown, try !findMisfits(merge()).isEmpty { placement = try place(0) }
        let mark = store.mark
        while true {
            var diffID: BlobDigest?
            let blob = try store.addStream { stream throws(ImageError) in
                diffID = try writeSingleLayer(stream, placement)
            }
            if diffID != nil { return writtenLayer(.written, blob, diffID, places: Array(packages.list.indices)) }
            // It was found out that packages overlap.
            store.rewind(to: mark)
            placement = try place(0)
        }
    }

    /// - Returns: nil if the packages turn out to need a placement.
    private mutating func writeSingleLayer(
        _ stream: BlobStream, _ placement: Placement?
    ) throws(ImageError) -> BlobDigest? {
        let writer = try LayerWriter(stream, threads: threads)
        let composer = LayerComposer(writer, LayerRule(placement: placement, defersSettings: true))
        if !groups.isEmpty { try compose(0, into: composer) }
        let merged = try merge()
        if placement == nil, try !findMisfits(merged).isEmpty { return nil }
        let rest = try stack(placed: placement == nil ? [] : [0]).difference(to: merged.tree, merged.numbers)
        try merged.fetch(rest.nodes)
        try composer.append(rest.nodes, in: merged.tree, contents: merged.contents)
        return try writer.finish()
    }
}

extension Annotations {
    /// On a layer that is a package's own bytes: the package, `name-version`.
    static let package = "io.github.apkresolve.package"
}
