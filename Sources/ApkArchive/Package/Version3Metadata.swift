internal import ApkFormats

/// The metadata of a v3 package, all of its paths looked at once before any content is read.
struct Version3Metadata: Sendable {
    let package: ADBPackage
    /// The directories that the package lists.
    let directories: Set<[UInt8]>
    /// The directories above those that the package does not list itself.
    let impliedDirectories: Set<[UInt8]>
    /// What hard links name; only of these the hashes are kept while the contents go by.
    let linkTargets: Set<[UInt8]>

    init(_ payload: [UInt8], limits: ArchiveLimits) throws(ArchiveError) {
        do throws(FormatError) {
            package = try ADBPackage(payload)
            (directories, impliedDirectories) = try Version3Metadata.directories(of: package)
            var walk = ADBFileWalk(package)
            var linkTargets: Set<[UInt8]> = []
            var count = 0
            while let file = try walk.next() {
                count += 1
                try Version3Metadata.check(file, count: count, limits)
                if file.kind == .directory { continue }
                guard !directories.contains(file.path), !impliedDirectories.contains(file.path) else {
                    throw FormatError(
                        .duplicateName, field: "file", text: String(decoding: file.path.prefix(200), as: UTF8.self),
                        expected: "a file or a directory, not both", offset: file.offset)
                }
                if case .hardLink(let target, _) = file.kind { linkTargets.insert(target) }
            }
            self.linkTargets = linkTargets
        } catch {
            throw ArchiveError(.badADB, name: Array((error.field ?? "").utf8), format: error)
        }
        for script in package.scripts where script.text.count > limits.script {
            throw ArchiveError(
                .limitExceeded, name: Array(script.kind.utf8), expected: "a script of at most \(limits.script) bytes",
                option: "script")
        }
    }

    private static func directories(
        of package: ADBPackage
    ) throws(FormatError) -> (listed: Set<[UInt8]>, implied: Set<[UInt8]>) {
        var listed: Set<[UInt8]> = []
        var walk = ADBFileWalk(package)
        while let directory = try walk.next() {
            listed.insert(directory.path)
            walk.skipFiles()
        }
        var implied: Set<[UInt8]> = []
        for path in listed {
            for parent in parents(of: path) where !listed.contains(parent) { implied.insert(parent) }
        }
        return (listed, implied)
    }

    /// The directories above a path, the outermost first, without the root.
    static func parents(of path: [UInt8]) -> [[UInt8]] {
        path.indices.filter { path[$0] == UInt8(ascii: "/") }.map { Array(path[..<$0]) }
    }

    private static func check(_ file: ADBFile, count: Int, _ limits: ArchiveLimits) throws(FormatError) {
        func tooLarge(_ expected: String) -> FormatError {
            FormatError(
                .tooLarge, text: String(decoding: file.path.prefix(200), as: UTF8.self), expected: expected,
                offset: file.offset)
        }
        guard count <= limits.entries else { throw tooLarge("at most \(limits.entries) files") }
        guard file.path.count(where: { $0 == UInt8(ascii: "/") }) < limits.pathDepth else {
            throw tooLarge("at most \(limits.pathDepth) directories above a file")
        }
        for (field, name) in [("user", file.access.user), ("group", file.access.group)] {
            guard EntryPath.isOwnerName(name) else {
                throw FormatError(
                    .invalidName, field: field, text: String(decoding: name.prefix(200), as: UTF8.self),
                    expected: "no control characters, colons or slashes", offset: file.offset)
            }
        }
        for attribute in file.access.attributes
        where attribute.name.count + attribute.value.count > limits.extendedAttribute {
            throw tooLarge("extended attributes of at most \(limits.extendedAttribute) bytes")
        }
    }

    /// The scripts in the order that all packages have.
    var scripts: [PackageScript] {
        PackageScript.Kind.allCases.compactMap { kind in
            package.scripts.first { $0.kind == kind.rawValue }.map { PackageScript(kind: kind, content: $0.text) }
        }
    }
}
