/// Which directories of the stage can become directories of the root as they are.
///
/// One can where the root's directory is new and has all of its files under the same names. Where several packages have
/// files in a directory, the one with the most of them brings it, and the others' files are placed in it one by one.
struct Adoption {
    /// The number of the stage's directory by the path of the root's.
    private(set) var folders: [[UInt8]: UInt32] = [:]
    private var isAdopted: [Bool]

    /// - Parameters:
    ///   - nodes: what shall be in the root.
    ///   - names: how many places each staged file gets, by its number.
    init(_ nodes: some Sequence<RootNode>, of tree: RootTree, in stage: Stage, names: [UInt32: Int]) {
        let sizes = stage.fileCounts
        isAdopted = Array(repeating: false, count: sizes.count)
        guard !sizes.isEmpty else { return }
        /// How many files of a directory have come by, and where they go; no path once they are torn apart.
        var found = Array(repeating: (count: 0, path: ArraySlice<UInt8>?.some([])), count: sizes.count)
        for node in nodes {
            guard case .staged(let number) = node.content, names[number] == 1 else { continue }
            let staged = stage.name(of: number)
            guard let folder = staged.folder.map(Int.init), lastComponent(node.path).elementsEqual(staged.name) else {
                continue
            }
            let parent = parentPath(node.path)
            if found[folder].count == 0 { found[folder].path = parent }
            found[folder].count += 1
            if found[folder].path != parent { found[folder].path = nil }
        }
        for (folder, found) in found.enumerated() where found.count == sizes[folder] {
            guard let path = found.path.map(Array.init), tree.isNewDirectory(path) else { continue }
            if let other = folders[path], sizes[Int(other)] >= found.count { continue }
            folders[path] = UInt32(folder)
        }
        for folder in folders.values { isAdopted[Int(folder)] = true }
    }

    /// Whether a file comes with its directory.
    func brings(_ staged: StagedName) -> Bool { staged.folder.map { isAdopted[Int($0)] } ?? false }
}
