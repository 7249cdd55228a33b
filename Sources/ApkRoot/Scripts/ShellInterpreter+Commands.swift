internal import ApkFormats

// MARK: - The commands that change a root

extension ShellInterpreter {
    /// Does what a command does to the planned root.
    ///
    /// - Returns: its exit status; nil for a command that is not known, or whose options are not.
    mutating func perform(_ words: [String]) throws(RootError) -> Int? {
        var words = words
        let name = words.removeFirst()
        switch name.split(separator: "/").last.map(String.init) ?? name {
        case "busybox": return try busybox(words)
        case "bbsuid" where words == ["--install"]:
            return try note(merger.installSuidApplets(stage, time: time), "links to /bin/bbsuid")
        case "busybox-extras" where words == ["--install", "-s"]:
            return try note(
                merger.installApplets(of: "busybox-extras", stage, time: time), "links to /bin/busybox-extras")
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
            write((words[0].split(separator: "/").last.map(String.init) ?? "/") + "\n")
            return 0
        case "dirname":
            guard words.count == 1 else { return nil }
            let path = words[0].split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                separator: "/")
            write((path.isEmpty ? (words[0].hasPrefix("/") ? "/" : ".") : path) + "\n")
            return 0
        case "command" where words.count == 2 && words[0] == "-v", "which" where words.count == 1:
            return try findCommand(words[words.count - 1])
        case "apk" where words.count == 4 && words[0] == "version" && (words[1] == "-t" || words[1] == "--test"):
            switch Version.compare(words[2], words[3]) {
            case .less: write("<\n")
            case .equal: write("=\n")
            case .greater: write(">\n")
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
        guard let applet = words.first, !applet.hasPrefix("-"), applet != "busybox", applet != "sh" else { return nil }
        return try perform(words)
    }

    private mutating func addGroup(_ words: [String]) throws(RootError) -> Int? {
        var number: UInt32?
        var isSystem = false
        var names: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-S", "--system": isSystem = true
            case "-g", "--gid":
                guard let value = rest.popFirst().flatMap({ UInt32($0) }) else { return nil }
                number = value
            default:
                guard !word.hasPrefix("-") else { return nil }
                names.append(word)
            }
        }
        if names.count == 2 {
            guard merger.accounts.user(names[0]) != nil, merger.accounts.group(names[1]) != nil else { return 1 }
            if merger.accounts.addMember(names[0], to: names[1]) {
                effects.append("user \(names[0]) in group \(names[1])")
                try saveAccounts()
            }
            return 0
        }
        guard names.count == 1, Accounts.isName(names[0]) else { return nil }
        guard let made = merger.accounts.addGroup(names[0], number: number, isSystem: isSystem) else { return 1 }
        effects.append("group \(names[0]) (\(made))")
        try saveAccounts()
        return 0
    }

    private mutating func addUser(_ words: [String]) throws(RootError) -> Int? {
        var request = Accounts.UserRequest()
        var names: [String] = []
        var rest = words[...]
        var makesHome = true
        func value() -> String? { rest.popFirst() }
        while let word = rest.popFirst() {
            switch word {
            case "-S", "--system": request.isSystem = true
            case "-D", "--disabled-password": break
            case "-H", "--no-create-home": makesHome = false
            case "-h", "--home": request.home = value()
            case "-s", "--shell": request.shell = value()
            case "-g", "--gecos": request.comment = value()
            case "-G", "--ingroup": request.group = value()
            case "-u", "--uid":
                guard let number = value().flatMap({ UInt32($0) }) else { return nil }
                request.number = number
            default:
                guard !word.hasPrefix("-") else { return nil }
                names.append(word)
            }
        }
        // Only accounts without a password can be made without asking for one.
        guard words.contains(where: { $0 == "-D" || $0 == "--disabled-password" }) || request.isSystem else {
            return nil
        }
        if names.count == 2 { return try addGroup(names) }
        guard names.count == 1, Accounts.isName(names[0]) else { return nil }
        request.name = names[0]
        if let group = request.group, merger.accounts.group(group) == nil { return 1 }
        guard let made = merger.accounts.addUser(request, day: time / 86400) else { return 1 }
        effects.append("user \(names[0]) (\(made.user))")
        try saveAccounts()
        if makesHome, let home = request.home ?? (request.isSystem ? nil : "/home/\(names[0])") {
            try merger.makeHome(home, user: made.user, group: made.group, time: time)
        }
        return 0
    }

    private mutating func saveAccounts() throws(RootError) {
        try merger.setContent(Accounts.passwdPath, merger.accounts.passwd, time: time)
        try merger.setContent(Accounts.groupPath, merger.accounts.group, time: time)
        let shadow = Array("etc/shadow".utf8)
        if let text = try merger.content(of: shadow, stage) {
            let lines = merger.accounts.newShadowLines
            merger.accounts.newShadowLines = []
            if !lines.isEmpty { try merger.setContent(shadow, text + lines, time: time) }
        }
    }

    private mutating func makeDirectories(_ words: [String]) throws(RootError) -> Int? {
        var mode: UInt32 = 0o755
        var makesParents = false
        var paths: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-p": makesParents = true
            case "-m":
                guard let value = rest.popFirst().flatMap({ UInt32($0, radix: 8) }) else { return nil }
                mode = value
            default:
                guard !word.hasPrefix("-") else { return nil }
                paths.append(word)
            }
        }
        for path in paths {
            guard let path = rootPath(path) else { return nil }
            guard try merger.standingKind(path) == nil else {
                if makesParents { continue }
                return 1
            }
            let parent = Array(parentPath(path))
            let parentKind = try merger.standingKind(parent)
            guard makesParents || parentKind == .directory else { return 1 }
            try merger.generateDirectory(path, mode: mode, time: time)
            effects.append("directory /\(String(decoding: path, as: UTF8.self))")
        }
        return 0
    }

    private mutating func link(_ words: [String]) throws(RootError) -> Int? {
        let options = words.prefix { $0.hasPrefix("-") }
        let operands = words.dropFirst(options.count)
        guard options.allSatisfy({ $0.dropFirst().allSatisfy { "sfn".contains($0) } }), operands.count == 2,
            options.contains(where: { $0.contains("s") }), let target = operands.first, let last = operands.last,
            var path = rootPath(last)
        else { return nil }
        if try merger.standingKind(path) == .directory, !options.contains(where: { $0.contains("n") }) {
            guard let name = target.split(separator: "/").last else { return nil }
            path = joined(path, name.utf8)
        }
        let replaces = options.contains { $0.contains("f") }
        guard try merger.replaceLink(path, to: Array(target.utf8), replaces: replaces, time: time) else {
            return replaces ? nil : 1
        }
        effects.append("link /\(String(decoding: path, as: UTF8.self))")
        return 0
    }

    private mutating func changeMode(_ words: [String]) throws(RootError) -> Int? {
        guard let first = words.first, let mode = UInt32(first, radix: 8), mode <= 0o7777, words.count > 1 else {
            return nil
        }
        for word in words.dropFirst() {
            guard let path = rootPath(word) else { return nil }
            switch try merger.change(path, { $0.mode = mode }) {
            case .done: effects.append("mode \(first) of \(word)")
            case .unchanged: break
            case .missing: return 1
            case .beyond: return nil
            }
        }
        return 0
    }

    private mutating func changeOwner(_ words: [String]) throws(RootError) -> Int? {
        var words = words
        if words.first == "-h" || words.first == "--no-dereference" { words.removeFirst() }
        guard let first = words.first, !first.hasPrefix("-"), words.count > 1 else { return nil }
        let parts = first.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
        func number(_ name: Substring?, _ known: (String) -> UInt32?) -> UInt32?? {
            guard let name, !name.isEmpty else { return .some(nil) }
            let number = known(String(name)) ?? UInt32(name)
            return number.map { .some($0) } ?? nil
        }
        guard parts.count <= 2, let user = number(parts.first, { merger.accounts.user($0) }),
            let group = number(parts.count == 2 ? parts[1] : nil, { merger.accounts.group($0) })
        else { return nil }
        for word in words.dropFirst() {
            guard let path = rootPath(word) else { return nil }
            let outcome = try merger.change(path) { node in
                if let user { node.user = user }
                if let group { node.group = group }
            }
            switch outcome {
            case .done: effects.append("owner \(first) of \(word)")
            case .unchanged: break
            case .missing: return 1
            case .beyond: return nil
            }
        }
        return 0
    }

    /// `rm -f` and `rmdir` of what is not there; to remove something is for a person to decide.
    private mutating func removeNothing(_ words: [String]) throws(RootError) -> Int? {
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

    private mutating func readLink(_ words: [String]) throws(RootError) -> Int? {
        guard words.count == 1 || (words.count == 2 && words[0] == "-f"), let last = words.last,
            let path = rootPath(last)
        else { return nil }
        guard words.count == 2 else {
            guard case .symbolicLink(let target)? = try merger.standingKind(path) else { return 1 }
            write(String(decoding: target, as: UTF8.self) + "\n")
            return 0
        }
        let final = try merger.fullyFollowed(path)
        write("/" + String(decoding: final, as: UTF8.self) + "\n")
        return 0
    }

    private mutating func findCommand(_ name: String) throws(RootError) -> Int? {
        guard !name.contains("/") else { return nil }
        for directory in ["usr/sbin", "usr/bin", "sbin", "bin"] {
            let path = Array("\(directory)/\(name)".utf8)
            if try merger.standingKind(path) != nil {
                write("/\(directory)/\(name)\n")
                return 0
            }
        }
        return 1
    }

    /// A path of the script as one below the root; nil for one that is not plainly that.
    private func rootPath(_ path: String) -> [UInt8]? { TreeMerger.rootPath(path) }
}
