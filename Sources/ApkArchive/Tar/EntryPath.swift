/// The rules for the names of entries.
enum EntryPath {
    /// Linux's PATH_MAX without the NUL, and NAME_MAX.
    static let longestPath = 4095
    static let longestComponent = 255

    /// The name as a relative path without `./` in front and without a slash at its end.
    ///
    /// - Throws: ``ArchiveError/Code/badEntryName`` for a name that is empty, absolute, leads upwards, has empty or `.`
    ///   components inside, control characters, or is too long; ``ArchiveError/Code/limitExceeded`` for one too deep.
    static func normalised(
        _ name: [UInt8], isDirectory: Bool, offset: Int, limits: ArchiveLimits
    ) throws(ArchiveError) -> [UInt8] {
        func bad(_ expected: String) -> ArchiveError {
            ArchiveError(.badEntryName, tarOffset: offset, name: name, expected: expected)
        }
        guard !name.isEmpty else { throw bad("a name") }
        guard name.count <= longestPath else { throw bad("a path of at most \(longestPath) bytes") }
        guard !hasControlCharacters(name) else { throw bad("no control characters") }
        guard name[0] != UInt8(ascii: "/") else { throw bad("a relative name") }
        var end = name.count
        if name[end - 1] == UInt8(ascii: "/") {
            guard isDirectory else { throw bad("no slash at the end of a file's name") }
            end -= 1
        }
        var start = 0
        var depth = 0
        var next = 0
        while next <= end {
            let stop = name[next..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
            let component = name[next..<stop]
            next = stop + 1
            let isDot = component.count == 1 && component.first == UInt8(ascii: ".")
            if depth == 0, isDot {
                start = min(next, end)
                continue
            }
            guard !component.isEmpty, !isDot else { throw bad("no empty or . components") }
            guard component.count != 2 || !component.elementsEqual("..".utf8) else { throw bad("no .. in a name") }
            guard component.count <= longestComponent else {
                throw bad("components of at most \(longestComponent) bytes")
            }
            depth += 1
        }
        guard depth > 0 || isDirectory else { throw bad("the name of a file") }
        guard depth <= limits.pathDepth else {
            throw ArchiveError(
                .limitExceeded, tarOffset: offset, name: name, expected: "at most \(limits.pathDepth) directories",
                option: "pathDepth")
        }
        return start == 0 && end == name.count ? name : [UInt8](name[start..<end])
    }

    /// Checks the text of a link's target; where it leads is the business of whoever writes it.
    static func checkTarget(_ target: [UInt8], offset: Int) throws(ArchiveError) {
        guard !target.isEmpty, target.count <= longestPath, !hasControlCharacters(target) else {
            throw ArchiveError(
                .badLinkTarget, tarOffset: offset, name: target,
                expected: "1 to \(longestPath) bytes without control characters")
        }
    }

    /// Whether a name can be a user's or group's: they are looked up in, and written to, files with a line for each and
    /// colons between.
    static func isOwnerName(_ name: [UInt8]) -> Bool {
        !hasControlCharacters(name) && !name.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
    }

    static func hasControlCharacters(_ text: [UInt8]) -> Bool {
        text.contains { $0 < 0x20 || $0 == 0x7F }
    }
}
