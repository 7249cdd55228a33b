internal import ApkArchive
internal import ApkFormats

// MARK: - The commands that change files

extension ShellInterpreter {
    private static func mode(_ text: String) -> UInt32? { UInt32(digits: text, radix: 8, atMost: 0o7777) }

    /// A path of the script as one below the root; nil for one that is not plainly that.
    private func rootPath(_ path: String) -> [UInt8]? { TreeMerger.rootPath(path) }

    mutating func makeDirectories(_ words: [String]) throws(RootError) -> Int? {
        var mode: UInt32?
        var makesParents = false
        var paths: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-p": makesParents = true
            case "-m":
                guard let value = rest.popFirst().flatMap(Self.mode) else { return nil }
                mode = value
            default:
                guard !word.hasPrefix("-") else { return nil }
                paths.append(word)
            }
        }
        var status = 0
        for path in paths {
            guard let path = rootPath(path) else { return nil }
            if try merger.standingKind(path) != nil {
                let isDirectory = try merger.standingKind(merger.fullyFollowed(path)) == .directory
                if !makesParents || !isDirectory { status = 1 }
                continue
            }
            let isPlace = try isDirectory(above: path)
            guard makesParents || isPlace else {
                status = 1
                continue
            }
            try merger.generateDirectory(path, mode: mode, time: time)
            effects.append("directory /\(String(decoding: path, as: UTF8.self))")
        }
        return status
    }

    /// Whether something can be made at a path.
    private mutating func isDirectory(above path: [UInt8]) throws(RootError) -> Bool {
        try merger.standingKind(merger.fullyFollowed(Array(parentPath(path)))) == .directory
    }

    mutating func link(_ words: [String]) throws(RootError) -> Int? {
        let options = words.prefix { $0.hasPrefix("-") }
        let operands = words.dropFirst(options.count)
        guard options.allSatisfy({ $0.dropFirst().allSatisfy { "sfn".contains($0) } }), operands.count == 2,
            options.contains(where: { $0.contains("s") }), let target = operands.first, let last = operands.last,
            var path = rootPath(last)
        else { return nil }
        // The system has no links without a target, or with a longer one; packages may not ship the others either.
        guard !target.isEmpty, target.utf8.count < PathGate.mostBytes,
            !target.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f })
        else { return nil }
        if !options.contains(where: { $0.contains("n") }) {
            let directory = try merger.fullyFollowed(path)
            if try merger.standingKind(directory) == .directory {
                guard let name = target.split(separator: "/").last else { return nil }
                path = joined(directory, name.utf8)
            }
        }
        guard try isDirectory(above: path) else { return 1 }
        let replaces = options.contains { $0.contains("f") }
        guard try merger.replaceLink(path, to: Array(target.utf8), replaces: replaces, time: time) else {
            return replaces ? nil : 1
        }
        effects.append("link /\(String(decoding: path, as: UTF8.self))")
        return 0
    }

    mutating func changeMode(_ words: [String]) throws(RootError) -> Int? {
        guard let first = words.first, let mode = Self.mode(first), words.count > 1 else {
            return nil
        }
        var status = 0
        for word in words.dropFirst() {
            guard let path = rootPath(word) else { return nil }
            switch try merger.change(path, { $0.mode = mode }) {
            case .done: effects.append("mode \(first) of \(word)")
            case .unchanged: break
            case .missing: status = 1
            case .beyond: return nil
            }
        }
        return status
    }

    mutating func changeOwner(_ words: [String]) throws(RootError) -> Int? {
        var words = words
        let isOfLinks = words.first == "-h" || words.first == "--no-dereference"
        if isOfLinks { words.removeFirst() }
        guard let first = words.first, !first.hasPrefix("-"), words.count > 1 else { return nil }
        let parts = first.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
        func number(_ name: Substring?, _ known: (String) -> UInt32?) -> UInt32?? {
            guard let name, !name.isEmpty else { return .some(nil) }
            let number = known(String(name)) ?? Self.identity(String(name))
            return number.map { .some($0) } ?? nil
        }
        guard parts.count <= 2, let user = number(parts.first, { merger.accounts.user($0) }),
            var group = number(parts.count == 2 ? parts[1] : nil, { merger.accounts.group($0) })
        else { return nil }
        if parts.count == 2, parts[1].isEmpty, !parts[0].isEmpty {
            guard let login = merger.accounts.loginGroup(of: String(parts[0])) else { return nil }
            group = login
        }
        var status = 0
        for word in words.dropFirst() {
            guard let path = rootPath(word) else { return nil }
            let outcome = try merger.change(path, followsLink: !isOfLinks) { node in
                if let user { node.user = user }
                if let group { node.group = group }
                // The kernel takes the rights of the old owner off a program.
                if node.kind == .regular { node.mode &= node.mode & 0o010 == 0 ? 0o3777 : 0o1777 }
            }
            switch outcome {
            case .done: effects.append("owner \(first) of \(word)")
            case .unchanged: break
            case .missing: status = 1
            case .beyond: return nil
            }
        }
        return status
    }

    /// `rm -f` and `rmdir` of what is not there; to remove something is for a person to decide.
    mutating func removeNothing(_ words: [String]) throws(RootError) -> Int? {
        let options = words.prefix { $0.hasPrefix("-") }
        guard options.allSatisfy({ $0.dropFirst().allSatisfy { "rf".contains($0) } }) else { return nil }
        var isMissing = false
        for word in words.dropFirst(options.count) {
            guard let path = rootPath(word) else { return nil }
            guard try merger.standingKind(path) == nil else { return nil }
            isMissing = true
        }
        return isMissing && !options.contains { $0.contains("f") } ? 1 : 0
    }

    mutating func readLink(_ words: [String]) throws(RootError) -> Int? {
        guard words.count == 1 || (words.count == 2 && words[0] == "-f"), let last = words.last,
            let path = rootPath(last)
        else { return nil }
        guard words.count == 2 else {
            guard case .symbolicLink(let target)? = try merger.standingKind(path) else { return 1 }
            try write(String(decoding: target, as: UTF8.self) + "\n")
            return 0
        }
        let final = try merger.fullyFollowed(path)
        try write("/" + String(decoding: final, as: UTF8.self) + "\n")
        return 0
    }
}
