internal import ApkRoot

// MARK: - One layer for all

extension ImageAssembly {
    /// Everything in one layer, in one pass where the packages do not overlap.
    mutating func makeSingleLayer() throws(ImageError) -> BuiltLayer {
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
    mutating func writeSingleLayer(
        _ stream: BlobStream, _ placement: Placement?
    ) throws(ImageError) -> BlobDigest? {
        let writer = try LayerWriter(stream, threads: threads)
        let composer = LayerComposer(writer, LayerRule(placement: placement, defersSettings: true))
        if !groups.isEmpty { try compose(0, into: composer) }
        let merged = try merge()
        if placement == nil, try !findMisfits(merged).isEmpty { return nil }
        let rest = try difference(placed: placement == nil ? [] : [0], merged)
        try merged.fetch(rest.nodes)
        try composer.append(rest.nodes, in: merged.tree, contents: merged.contents)
        return try writer.finish()
    }
}
