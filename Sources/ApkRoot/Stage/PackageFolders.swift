/// The directories of the stage that hold the files of one package: one for each of the package's own that has files.
struct PackageFolders {
    private typealias Folder = (number: UInt32, directory: Directory)

    private let stage: Stage
    private var numbers: [ArraySlice<UInt8>: UInt32] = [:]
    /// Most files lie beside the one before them.
    private var last: (path: ArraySlice<UInt8>, folder: Folder)?

    init(_ stage: Stage) { self.stage = stage }

    /// Starts the file of a path in the package.
    mutating func createFile(
        _ path: [UInt8], mode: UInt32
    ) throws(SystemFailure) -> (number: UInt32, file: RootFile) {
        let parent = parentPath(path)
        if let last, last.path == parent { return try stage.createFile(path, mode: mode, in: last.folder) }
        let folder = try folder(of: parent)
        last = (parent, folder)
        return try stage.createFile(path, mode: mode, in: folder)
    }

    private mutating func folder(of path: ArraySlice<UInt8>) throws(SystemFailure) -> Folder {
        if let number = numbers[path] { return (number, try stage.openFolder(number)) }
        let folder = try stage.makeFolder()
        numbers[path] = folder.number
        return folder
    }
}
