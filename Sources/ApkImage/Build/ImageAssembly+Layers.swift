internal import ApkArchive

// MARK: - Layers of packages

extension ImageAssembly {
    func isOwnBytes(_ group: Int, placed: Set<Int>) -> Bool {
        options.strategy == .package && groups[group].count == 1 && !placed.contains(group)
            && packages.list[groups[group][0]].hasOwnLayer
    }

    mutating func writeLayers(placed: Set<Int>) throws(ImageError) -> [BuiltLayer] {
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
    mutating func copyOwnBytes(_ places: [Int]) throws(ImageError) {
        var blobs: [Int: any ReservedBlob] = [:]
        for place in places {
            let package = packages.list[place]
            guard let hash = package.verified?.dataHash else { continue }
            blobs[place] = try store.reserve(BlobDigest(sha256: hash), size: package.size)
        }
        let (packages, opener, progress, reserved) = (packages, opener, progress, blobs)
        let sizes = places.map { packages.list[$0].size }
        let read = try Workers.map(count: places.count, threads: threads, sizes: sizes) { turn throws(ImageError) in
            let place = places[turn]
            let package = packages.list[place]
            let blob = reserved[place]
            var facts = packages.facts[place]
            if facts?.diffID != nil {
                if let blob { try opener.copyData(of: package, to: blob) }
            } else {
                if let blob, let range = package.verified?.segments?.data {
                    package.file?.startCopying(range, to: blob)
                }
                facts = try opener.read(package, place: place, wantsDiffID: true)
                try package.file?.endCopying()
            }
            try blob?.commit()
            progress.advance(package)
            return facts
        }
        for (place, facts) in zip(places, read) { self.packages.facts[place] = facts }
    }

    func ownLayer(of place: Int) -> BuiltLayer {
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

    mutating func place(_ group: Int) throws(ImageError) -> Placement {
        let merged = try merge()
        return Placement(groups[group], of: packages, in: merged.tree, merged.numbers, defersSettings: isSingle)
    }

    mutating func writeLayer(_ group: Int, _ placement: Placement?) throws(ImageError) -> BuiltLayer {
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

    mutating func compose(_ group: Int, into composer: LayerComposer) throws(ImageError) {
        for place in groups[group] {
            let facts = try opener.read(packages.list[place], place: place, wantsDiffID: false, into: composer)
            if packages.facts[place] == nil { packages.facts[place] = facts }
            progress.advance(packages.list[place])
        }
    }

    func writtenLayer(
        _ kind: BuiltLayer.Kind, _ blob: (digest: BlobDigest, size: Int), _ diffID: BlobDigest?, places: [Int]
    ) -> BuiltLayer {
        guard let diffID else { preconditionFailure("a layer that was written has a diff id") }
        let descriptor = Descriptor(mediaType: .gzipLayer, digest: blob.digest, size: blob.size)
        return BuiltLayer(
            kind: kind, descriptor: descriptor, diffID: diffID, packages: places.map { packages.label($0) }, source: "")
    }
}
