extension InstalledDatabase {
    /// The content of `lib/apk/db/installed`, byte for byte as apk writes it: packages by name, lines in its order,
    /// defaults left out, the files of a directory by the bytes of their names.
    public var text: [UInt8] {
        let keyed = packages.map { (name: Array($0.name.utf8), package: $0) }
        var text: [UInt8] = []
        // Growing as it is written, it would be there twice for a moment, when a run needs the most memory anyway.
        text.reserveCapacity(packages.reduce(0) { $0 + 1024 + $1.files.usualSize })
        for entry in keyed.sorted(by: { isNameOrdered($0.name, before: $1.name) }) {
            entry.package.write(to: &text)
            text.append(0x0a)
        }
        return text
    }
}

extension InstalledPackage {
    /// Appends the lines of the package, without the blank one that ends it.
    func write(to text: inout [UInt8]) {
        record.write(to: &text)
        if !tags.isEmpty { text.append(field: "g") { $0.append(contentsOf: tags.joined(separator: " ").utf8) } }
        text.append(field: "r", replaces)
        if replacesPriority != 0 { text.append(field: "q") { $0.append(decimal: replacesPriority) } }
        if let repositoryTag { text.append(field: "s") { $0.append(contentsOf: repositoryTag.utf8) } }
        var letters = Flags.letters.filter { flags.contains($0.flag) }.map(\.letter)
        if files.usesTruncatedSHA256 { letters.append(UInt8(ascii: "S")) }
        if !letters.isEmpty { text.append(field: "f") { $0.append(contentsOf: letters) } }
        files.write(to: &text)
    }
}

extension InstalledFiles {
    /// About how many bytes ``write(to:)`` appends.
    var usualSize: Int {
        let paths = directoryEntries.reduce(0) { $0 + Int($1.pathLength) + (3 + 14) }
        // `R:`, `Z:` with a digest, and `a:` where the mode is not the usual one.
        return fileEntries.reduce(paths) { $0 + Int($1.nameLength) + (3 + 33) + ($1.mode == 0o644 ? 0 : 10) }
    }

    func write(to text: inout [UInt8]) {
        for directory in directories {
            text.append(field: "F") { $0.append(contentsOf: directory.path) }
            if directory.attributes != .directoryDefault { text.append(field: "M", directory.attributes.write) }
            for file in sortedByName(directory.files) {
                text.append(field: "R") { $0.append(contentsOf: file.name) }
                if file.attributes != .fileDefault { text.append(field: "a", file.attributes.write) }
                if let digest = file.digest {
                    text.append(field: "Z") { Checksum(digest.identity).write(to: &$0) }
                }
            }
        }
    }

    private func sortedByName(_ range: Range<Int>) -> [File] {
        let files = range.map(file)
        let isSorted = zip(files, files.dropFirst()).allSatisfy { !$1.name.lexicographicallyPrecedes($0.name) }
        return isSorted ? files : files.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
