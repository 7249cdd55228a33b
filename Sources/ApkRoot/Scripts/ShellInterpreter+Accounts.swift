internal import ApkFormats

// MARK: - The commands that change accounts

extension ShellInterpreter {
    /// The number of a user or group. The last one means "as before" to the system.
    static func identity(_ text: String) -> UInt32? { UInt32(digits: text, atMost: .max - 1) }

    mutating func addGroup(_ words: [String]) throws(RootError) -> Int? {
        var number: UInt32?
        var isSystem = false
        var names: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-S", "--system": isSystem = true
            case "-g", "--gid":
                guard let value = rest.popFirst().flatMap(Self.identity) else { return nil }
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
                guard let number = value().flatMap(Self.identity) else { return nil }
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

    mutating func saveAccounts() throws(RootError) {
        try merger.setContent(Accounts.passwdPath, merger.accounts.passwd, time: time)
        try merger.setContent(Accounts.groupPath, merger.accounts.group, time: time)
        let shadow = Array("etc/shadow".utf8)
        if let text = try merger.scriptContent(of: shadow, stage) {
            let lines = merger.accounts.newShadowLines
            merger.accounts.newShadowLines = []
            if !lines.isEmpty { try merger.setContent(shadow, text + lines, time: time) }
        }
    }
}
