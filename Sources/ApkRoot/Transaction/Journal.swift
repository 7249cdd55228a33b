internal import ApkArchive

/// The steps by which a prepared root becomes the new one. Written down before the first is done, so that a run that is
/// killed is completed by the next.
///
/// Each step can be done again without harm. The file is a sequence of fields that end with NUL; a step is a letter and
/// its fields, and the last one is `e`.
struct Journal {
    /// The file's name in the stage. It has this name only when it is complete.
    static let name = Array("journal".utf8)

    enum Step: Hashable {
        /// Removes a file.
        case removeFile([UInt8])
        /// Removes a directory if it is empty.
        case removeDirectory([UInt8])
        case makeDirectory([UInt8], mode: UInt32)
        /// Gives a directory of the stage, with all the files in it, its place.
        case adopt(UInt32, [UInt8])
        /// Gives a staged file its place.
        case place(StagedName, [UInt8])
        /// Gives a staged file one place of several.
        case link(StagedName, [UInt8])
        case symbolicLink([UInt8], target: [UInt8], seconds: Int, nanoseconds: Int, owner: Owner?)
        /// Gives a directory what it shall have when everything in it is done.
        case finishDirectory([UInt8], mode: UInt32?, owner: Owner?, seconds: Int, nanoseconds: Int)
    }

    /// Who owns a file.
    struct Owner: Hashable {
        var user: UInt32
        var group: UInt32
    }

    var steps: [Step] = []
    /// The database that the steps replace; nil where there was none, or it stays.
    var database: Database?

    /// What apk's database was and becomes. If it is neither, somebody has changed the root since.
    struct Database: Hashable {
        var path: [UInt8]
        /// SHA-256 in hexadecimal digits.
        var before: [UInt8]
        var after: [UInt8]

        static func digest(of content: [UInt8]) throws(RootError) -> [UInt8] {
            do throws(ArchiveError) {
                return Array(Hexadecimal.string(try Digest.of(content, .sha256)).utf8)
            } catch {
                throw RootError(.systemFailure, archive: error)
            }
        }
    }

    /// The content of the file.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func put(_ field: some Sequence<UInt8>) {
            bytes.append(contentsOf: field)
            bytes.append(0)
        }
        func put(_ number: some BinaryInteger) { put(String(number).utf8) }
        func put(_ staged: StagedName) {
            put(staged.folder.map { String($0) }?.utf8 ?? "".utf8)
            put(staged.name)
        }
        func put(_ owner: Owner?) {
            put(owner.map { "\($0.user):\($0.group)" }?.utf8 ?? "".utf8)
        }
        if let database {
            put("b".utf8)
            put(database.path)
            put(database.before)
            put(database.after)
        }
        for step in steps {
            switch step {
            case .removeFile(let path):
                put("x".utf8)
                put(path)
            case .removeDirectory(let path):
                put("y".utf8)
                put(path)
            case .makeDirectory(let path, let mode):
                put("d".utf8)
                put(path)
                put(mode)
            case .adopt(let folder, let path):
                put("a".utf8)
                put(folder)
                put(path)
            case .place(let staged, let path):
                put("f".utf8)
                put(staged)
                put(path)
            case .link(let staged, let path):
                put("n".utf8)
                put(staged)
                put(path)
            case .symbolicLink(let path, let target, let seconds, let nanoseconds, let owner):
                put("s".utf8)
                put(path)
                put(target)
                put(seconds)
                put(nanoseconds)
                put(owner)
            case .finishDirectory(let path, let mode, let owner, let seconds, let nanoseconds):
                put("m".utf8)
                put(path)
                put(mode.map(Int.init) ?? -1)
                put(owner)
                put(seconds)
                put(nanoseconds)
            }
        }
        put("e".utf8)
        return bytes
    }

    init() {}

    /// Reads the content of the file.
    ///
    /// - Throws: ``RootError/Code/badJournal``.
    init(parsing content: [UInt8]) throws(RootError) {
        var fields = content.split(separator: 0, omittingEmptySubsequences: false)[...]
        func bad() -> RootError { RootError(.badJournal, path: joined(Stage.name, Journal.name)) }
        func bytes() throws(RootError) -> [UInt8] {
            guard let field = fields.popFirst() else { throw bad() }
            return Array(field)
        }
        func text() throws(RootError) -> String { String(decoding: try bytes(), as: UTF8.self) }
        func path() throws(RootError) -> [UInt8] {
            let path = try bytes()
            // Only this program writes here; even so, no step may ever lead out of the root.
            let components = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard components.allSatisfy({ !$0.isEmpty && !$0.elementsEqual("..".utf8) }) || path.isEmpty else {
                throw bad()
            }
            return path
        }
        func number<Number: FixedWidthInteger>(_: Number.Type) throws(RootError) -> Number {
            guard let number = Number(try text()) else { throw bad() }
            return number
        }
        func staged() throws(RootError) -> StagedName {
            let folder = try text()
            let name = try path()
            guard !name.isEmpty, !name.contains(UInt8(ascii: "/")), folder.isEmpty || UInt32(folder) != nil else {
                throw bad()
            }
            return StagedName(folder: UInt32(folder), name: name)
        }
        func owner() throws(RootError) -> Owner? {
            let parts = try text().split(separator: ":").map { UInt32($0) }
            if parts.isEmpty { return nil }
            guard parts.count == 2, let user = parts[0], let group = parts[1] else { throw bad() }
            return Owner(user: user, group: group)
        }
        while true {
            switch try text() {
            case "e": return
            case "b": database = Database(path: try path(), before: try bytes(), after: try bytes())
            case "x": steps.append(.removeFile(try path()))
            case "y": steps.append(.removeDirectory(try path()))
            case "d": steps.append(.makeDirectory(try path(), mode: try number(UInt32.self)))
            case "a": steps.append(.adopt(try number(UInt32.self), try path()))
            case "f": steps.append(.place(try staged(), try path()))
            case "n": steps.append(.link(try staged(), try path()))
            case "s":
                steps.append(
                    .symbolicLink(
                        try path(), target: try bytes(), seconds: try number(Int.self),
                        nanoseconds: try number(Int.self), owner: try owner()))
            case "m":
                let directory = try path()
                let mode = try number(Int.self)
                guard mode <= 0o7777 else { throw bad() }
                steps.append(
                    .finishDirectory(
                        directory, mode: mode < 0 ? nil : UInt32(mode), owner: try owner(),
                        seconds: try number(Int.self), nanoseconds: try number(Int.self)))
            default: throw bad()
            }
        }
    }
}
