internal import ApkArchive
internal import ApkRoot

// MARK: - What readers would see

extension ImageAssembly {
    /// The layers as readers stack them.
    mutating func stack(placed: Set<Int>) throws(ImageError) -> LayerStack {
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

    /// What the layers do not show as it shall be.
    mutating func difference(placed: Set<Int>, _ merged: MergedPackages) throws(ImageError) -> LayerStack.Difference {
        if placed.isEmpty, let foretold { return foretold }
        return try stack(placed: placed).difference(to: merged)
    }

    /// How many bytes of a package's files the generated layer may repeat before the layer in question is written anew.
    private static let mostRepeated = 64 << 10

    /// The groups that do not do as their packages have them.
    mutating func findMisfits(_ merged: MergedPackages) throws(ImageError) -> Set<Int> {
        let stack = try stack(placed: [])
        let difference = stack.difference(to: merged)
        foretold = difference
        var misfits = stack.strays.union(stack.overstated)
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
            if stack.overstated.contains(place) {
                return RewrittenPackage(package: label, reason: .overstatedAttributes)
            }
            if misfits.contains(place) { return RewrittenPackage(package: label, reason: .changedFiles) }
            let isVersion3 = packages.list[place].verified != nil && !packages.list[place].hasOwnLayer
            return isVersion3 ? RewrittenPackage(package: label, reason: .version3) : nil
        }
        return Set(groups.indices.filter { !misfits.isDisjoint(with: groups[$0]) })
    }

    /// The generated layer: everything that the layers below do not show, or not so; nil if that is nothing.
    mutating func makeTopLayer(placed: Set<Int>) throws(ImageError) -> BuiltLayer? {
        let merged = try merge()
        let difference = try difference(placed: placed, merged)
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
}
