/// The installed database of a root, `lib/apk/db/installed`: its packages with their files.
///
/// ```swift
/// var database = try InstalledDatabase(parsing: text)
/// database.remove(named: "git")
/// database.insert(InstalledPackage(record: record, files: files))
/// let newText = database.text
/// ```
public struct InstalledDatabase: Sendable {
    /// The packages: in the file's order as far as they were read, those inserted later behind them.
    public private(set) var packages: [InstalledPackage] = []
    private var places: [String: Int] = [:]

    /// A database without packages.
    public init() {}

    /// The package with this name.
    public subscript(name: String) -> InstalledPackage? { places[name].map { packages[$0] } }

    /// Puts a package in, in the place of the one of the same name if there is one.
    public mutating func insert(_ package: InstalledPackage) {
        if let place = places[package.name] {
            packages[place] = package
        } else {
            places[package.name] = packages.count
            packages.append(package)
        }
    }

    /// Takes the package with this name out.
    ///
    /// - Returns: the package; nil if there was none.
    @discardableResult
    public mutating func remove(named name: String) -> InstalledPackage? {
        guard let place = places.removeValue(forKey: name) else { return nil }
        for index in (place + 1)..<packages.count { places[packages[index].name] = index - 1 }
        return packages.remove(at: place)
    }

    /// Changes the package with this name in place; does nothing if there is none.
    public mutating func update(named name: String, _ change: (inout InstalledPackage) -> Void) {
        guard let place = places[name] else { return }
        change(&packages[place])
    }

    /// The package that lists a file, given its path below the root.
    ///
    /// - Complexity: O(*n*) in the directories of all packages. Who asks often makes a table of the files.
    public func owner(of path: some Collection<UInt8>) -> InstalledPackage? {
        let path = Array(path)
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let directoryPath = path[..<(slash ?? 0)]
        let name = path[(slash.map { $0 + 1 } ?? 0)...]
        return packages.first { package in
            package.files.directories.contains { directory in
                directory.path == directoryPath && directory.files.contains { package.files.file(at: $0).name == name }
            }
        }
    }

    /// The number of files that all packages list.
    public var fileCount: Int { packages.reduce(0) { $0 + $1.files.fileEntries.count } }

    /// The number of different directories, every ancestor and the root directory among them, as `apk -v` counts.
    public var directoryCount: Int {
        var known: Set<ArraySlice<UInt8>> = [[]]
        for package in packages {
            for directory in package.files.directories {
                var path = directory.path
                while known.insert(path).inserted {
                    path = path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)]
                }
            }
        }
        return known.count
    }
}
