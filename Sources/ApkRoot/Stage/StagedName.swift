/// What a staged file is called.
struct StagedName: Hashable, Sendable {
    /// The number of the stage's directory that has it; nil for the stage itself.
    var folder: UInt32?
    var name: [UInt8]

    /// The path below the root, for errors.
    var path: [UInt8] {
        let directory = folder.map { joined(Stage.name, StagedName.folder($0)) } ?? Stage.name
        return joined(directory, name)
    }

    /// The name in the stage of a file without one of its own: its number in hexadecimal digits.
    static func numbered(_ number: UInt32) -> [UInt8] { Array(String(number, radix: 16).utf8) }

    /// The name in the stage of a directory.
    static func folder(_ number: UInt32) -> [UInt8] { Array("in-\(String(number, radix: 16))".utf8) }
}

/// Opens the directories of a stage; the last one stays open, as files that lie together are asked for together.
struct StageFolders {
    private let stage: Directory
    private var last: (number: UInt32, directory: Directory)?

    init(_ stage: Directory) { self.stage = stage }

    /// The directory that has a file.
    mutating func directory(of name: StagedName) throws(SystemFailure) -> Directory {
        guard let number = name.folder else { return stage }
        if let last, last.number == number { return last.directory }
        let directory = try stage.directory(StagedName.folder(number))
        last = (number, directory)
        return directory
    }
}
