internal import ApkFormats

// MARK: - The commands that change accounts

extension ShellInterpreter {
    /// The number of a user or group. The last one means "as before" to the system.
    static func identity(_ text: String) -> UInt32? { UInt32(digits: text, atMost: .max - 1) }

    /// The number that a new user or group may have.
    private static func newIdentity(_ text: String) -> UInt32? {
        UInt32(digits: text, atMost: Accounts.highestNumber)
    }

    mutating func addGroup(_ words: [String]) throws(RootError) -> Int? {
        var number: UInt32?
        var isSystem = false
        var names: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-S", "--system": isSystem = true
            case "-g", "--gid":
                guard let value = rest.popFirst() else { return nil }
                guard let given = Self.newIdentity(value) else { return 1 }
                number = given
            default:
                guard !word.hasPrefix("-") else { return nil }
                names.append(word)
            }
        }
        if names.count == 2, number == nil {
            guard merger.accounts.user(names[0]) != nil, merger.accounts.group(names[1]) != nil else { return 1 }
            if merger.accounts.addMember(names[0], to: names[1]) {
                effects.append("user \(names[0]) in group \(names[1])")
                try saveAccounts()
            }
            return 0
        }
        guard names.count == 1 else { return nil }
        guard Accounts.isName(names[0]) else { return 1 }
        guard let made = merger.accounts.addGroup(names[0], number: number, isSystem: isSystem) else { return 1 }
        effects.append("group \(names[0]) (\(made))")
        try saveAccounts()
        return 0
    }

    mutating func addUser(_ words: [String]) throws(RootError) -> Int? {
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
                guard let text = value() else { return nil }
                guard let number = Self.newIdentity(text) else { return 1 }
                request.number = number
            default:
                guard !word.hasPrefix("-") else { return nil }
                names.append(word)
            }
        }
        if names.count == 2, words.count == 2 { return try addGroup(names) }
        // Only accounts without a password can be made without asking for one.
        guard words.contains(where: { $0 == "-D" || $0 == "--disabled-password" }) || request.isSystem else {
            return nil
        }
        guard names.count == 1 else { return nil }
        guard Accounts.isName(names[0]) else { return 1 }
        request.name = names[0]
        // What has these in it would be other fields, or lines.
        for field in [request.comment, request.home, request.shell] {
            if field?.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: ":") }) == true { return nil }
        }
        guard let made = merger.accounts.addUser(request, day: time / 86400) else { return 1 }
        effects.append("user \(names[0]) (\(made.user))")
        try saveAccounts()
        if makesHome {
            try merger.makeHome(request.homeDirectory, user: made.user, group: made.group, time: time)
        }
        return 0
    }

    mutating func saveAccounts() throws(RootError) {
        // A file that stays as it is stays its package's to replace.
        for (path, text) in [
            (Accounts.passwdPath, merger.accounts.passwd), (Accounts.groupPath, merger.accounts.group),
        ] where try (merger.scriptContent(of: path, stage) ?? []) != text {
            try merger.setContent(path, text, time: time)
        }
        let shadow = Array("etc/shadow".utf8)
        guard !merger.accounts.newShadowLines.isEmpty, let text = try merger.scriptContent(of: shadow, stage) else {
            return
        }
        try merger.setContent(shadow, merger.accounts.addShadowLines(to: text), time: time)
    }
}
