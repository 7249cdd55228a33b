internal import ApkArchive
internal import ApkFormats
internal import ApkRoot

/// The packages of an image as an install into an empty root would merge them.
struct MergedPackages {
    let plan: RootPlan
    let numbers: EntryNumbers
    let contents: KeptContents
    /// The nodes of the tree, sorted once.
    let nodes: [RootNode]

    var tree: RootTree { plan.tree }

    init(
        _ set: PackageSet, _ image: ImageContents, time: Int, run: RunOptions
    ) throws(ImageError) {
        let numbers = EntryNumbers(set)
        self.numbers = numbers
        contents = KeptContents(set, numbers)
        let steps = set.list.indices.map { place in
            var package = set.list[place]
            package.facts = set.facts[place]
            return RootChanges.Step.install(package.staged(place, numbers: numbers), tag: package.source.tag)
        }
        var changes = RootChanges(steps, world: image.world)
        changes.architectures = [image.architecture]
        changes.repositories = image.repositories
        changes.keys = image.keys
        var options = run
        options.time = time
        do throws(RootError) {
            plan = try RootPlanner.plan(changes, stage: contents, options: options)
            nodes = plan.tree.nodes
        } catch {
            throw ImageError(error)
        }
    }

    /// Makes sure that the contents of nodes are at hand, so that each package is read at most once for them.
    func fetch(_ nodes: [RootNode]) throws(ImageError) {
        let wanted = nodes.compactMap { node in
            if case .staged(let number) = node.content { number } else { nil }
        }
        do throws(RootError) { try contents.fetch(wanted) } catch { throw ImageError(error) }
    }
}
