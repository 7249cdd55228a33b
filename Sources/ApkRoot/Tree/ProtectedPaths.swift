#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The directories whose files people change, so that no package overwrites them (`etc/apk/protected_paths.d`).
struct ProtectedPaths {
    /// A glob for each component, and whether what it matches is protected.
    private struct Rule {
        var components: [[UInt8]]
        var protects: Bool
    }

    private var rules: [Rule] = []
    private var known: [ArraySlice<UInt8>: Bool] = [:]

    /// The built-in rules, and those of the root's files in the order of the directory.
    init(_ view: inout RootView) throws(RootError) {
        for line in ["+etc", "@etc/init.d", "!etc/apk"] { add(Array(line.utf8)[...]) }
        let directory = Array("etc/apk/protected_paths.d".utf8)
        for name in try view.names(in: directory) where name.reversed().starts(with: ".list".utf8.reversed()) {
            guard let text = try view.content(of: joined(directory, name)) else { continue }
            for line in text.split(separator: 0x0a) { add(line) }
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        let marks = Array("+-@!".utf8)
        let pattern = marks.contains(first) ? line.dropFirst() : line
        let components = pattern.split(separator: UInt8(ascii: "/")).map(Array.init)
        guard !components.isEmpty else { return }
        rules.append(Rule(components: components, protects: first != UInt8(ascii: "-")))
    }

    /// Whether the files of a directory are protected: by the last rule that matches it, else as its parent is.
    mutating func protects(directory path: ArraySlice<UInt8>) -> Bool {
        guard !path.isEmpty else { return false }
        if let answer = known[path] { return answer }
        let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        var answer = protects(directory: path[..<slash])
        let components = path.split(separator: UInt8(ascii: "/"))
        for rule in rules where rule.components.count == components.count {
            let matches = zip(rule.components, components).allSatisfy { pattern, name in
                withCName(pattern) { pattern in withCName(name) { fnmatch(pattern, $0, FNM_PATHNAME) == 0 } }
            }
            if matches { answer = rule.protects }
        }
        known[path] = answer
        return answer
    }
}
