internal import ApkFormats

// MARK: - The commands that change a root

extension ShellInterpreter {
    /// Does what a command does to the planned root.
    ///
    /// - Returns: its exit status; nil for a command that is not known, or whose options are not.
    mutating func perform(_ words: [String]) throws(RootError) -> Int? {
        var words = words
        let name = words.removeFirst()
        if name.contains("/") {
            guard let path = TreeMerger.rootPath(name) else { return nil }
            guard try merger.standingKind(merger.fullyFollowed(path)) == .regular else { return 127 }
        }
        switch name.split(separator: "/").last.map(String.init) ?? name {
        case "busybox": return try busybox(words)
        case "bbsuid" where words == ["--install"]:
            return try note(merger.installSuidApplets(stage, time: time), "links to /bin/bbsuid")
        case "busybox-extras" where words == ["--install", "-s"]:
            return try note(
                merger.installApplets(of: "busybox-extras", stage, time: time), "links to /bin/busybox-extras")
        case "echo":
            let options = words.prefix { word in
                word.count > 1 && word.hasPrefix("-") && word.dropFirst().allSatisfy { "neE".contains($0) }
            }
            let text = words.dropFirst(options.count).joined(separator: " ")
            if captured != nil, options.contains(where: { $0.contains("e") }), text.utf8.contains(0x5c) { return nil }
            try write(options.contains { $0.contains("n") } ? text : text + "\n")
            return 0
        case "addgroup": return try addGroup(words)
        case "adduser": return try addUser(words)
        case "mkdir": return try makeDirectories(words)
        case "ln": return try link(words)
        case "chmod": return try changeMode(words)
        case "chown": return try changeOwner(words)
        case "rm": return try removeNothing(words)
        case "rmdir": return try removeNothing(words)
        case "readlink": return try readLink(words)
        case "basename":
            guard words.count == 1 else { return nil }
            try write((words[0].split(separator: "/").last.map(String.init) ?? (words[0].isEmpty ? "" : "/")) + "\n")
            return 0
        case "dirname":
            guard words.count == 1 else { return nil }
            func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") }
            var path = Array(words[0].utf8)[...]
            while path.count > 1, isSlash(path[path.endIndex - 1]) { path.removeLast() }
            while let last = path.last, !isSlash(last) { path.removeLast() }
            while path.count > 1, isSlash(path[path.endIndex - 1]) { path.removeLast() }
            try write((path.isEmpty ? "." : String(decoding: path, as: UTF8.self)) + "\n")
            return 0
        case "command" where words.count == 2 && words[0] == "-v":
            guard functions[words[1]] == nil, !Self.ownCommands.contains(words[1]) else {
                try write(words[1] + "\n")
                return 0
            }
            return try findCommand(words[1])
        case "which" where words.count == 1: return try findCommand(words[0])
        case "apk" where try programPath("apk") == nil: return 127
        case "apk" where words.count == 4 && words[0] == "version" && (words[1] == "-t" || words[1] == "--test"):
            switch Version.compare(words[2], words[3]) {
            case .less: try write("<\n")
            case .equal: try write("=\n")
            case .greater: try write(">\n")
            }
            return 0
        case "update-ca-certificates" where words.isEmpty || words == ["--fresh"]:
            return try note(merger.updateCertificates(stage, time: time), "certificates in /etc/ssl/certs")
        default: return nil
        }
    }

    /// Notes how many things were done, if any were.
    private mutating func note(_ count: Int, _ what: String) -> Int {
        if count > 0 { effects.append("\(count) \(what)") }
        return 0
    }

    private mutating func busybox(_ words: [String]) throws(RootError) -> Int? {
        if words == ["--install", "-s"] {
            return note(try merger.installApplets(of: "busybox", stage, time: time), "links to /bin/busybox")
        }
        guard let applet = words.first, !applet.hasPrefix("-"), !applet.contains("/"),
            !["busybox", "sh"].contains(applet)
        else { return nil }
        return try perform(words)
    }

    private mutating func findCommand(_ name: String) throws(RootError) -> Int? {
        guard !name.contains("/") else { return nil }
        guard let path = try programPath(name) else { return 1 }
        try write("/\(path)\n")
        return 0
    }

    private mutating func programPath(_ name: String) throws(RootError) -> String? {
        for directory in ["usr/sbin", "usr/bin", "sbin", "bin"] {
            let path = "\(directory)/\(name)"
            if try merger.standingKind(Array(path.utf8)) != nil { return path }
        }
        return nil
    }
}
