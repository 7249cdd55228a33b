// MARK: - What addgroup and adduser of busybox write

extension Accounts {
    /// What a new user shall have.
    struct UserRequest {
        var name = ""
        var number: UInt32?
        var isSystem = false
        /// The name of its group.
        var group: String?
        var home: String?
        var shell: String?
        var comment: String?
    }

    /// Whether a text can be an account's name in the two files.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count <= 32 else { return false }
        return name.utf8.allSatisfy { byte in
            (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (0x30...0x39).contains(byte) || "_.-$".utf8.contains(byte)
        }
    }

    /// Adds a group.
    ///
    /// - Returns: its number; nil if the name or the number is taken.
    mutating func addGroup(_ name: String, number: UInt32?, isSystem: Bool) -> UInt32? {
        guard group(name) == nil else { return nil }
        guard let chosen = Self.free(number, isSystem, taken: groupNumbers) else { return nil }
        appendGroup("\(name):x:\(chosen):\n", name, chosen)
        return chosen
    }

    /// Puts a user into a group.
    ///
    /// - Returns: whether it was not in it before.
    mutating func addMember(_ user: String, to group: String) -> Bool {
        var changed = false
        let lines = self.group.split(separator: 0x0a, omittingEmptySubsequences: false).map { line -> [UInt8] in
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count == 4, fields[0].elementsEqual(group.utf8) else { return Array(line) }
            let members = fields[3].split(separator: UInt8(ascii: ","))
            guard !members.contains(where: { $0.elementsEqual(user.utf8) }) else { return Array(line) }
            changed = true
            return Array(line) + (members.isEmpty ? [] : [UInt8(ascii: ",")]) + Array(user.utf8)
        }
        if changed { replaceGroup(Array(lines.joined(separator: [0x0a]))) }
        return changed
    }

    /// Adds a user; with a group of its own unless one is named, or it is a system user.
    ///
    /// - Parameter day: today, in days since 1970, for the shadow file.
    /// - Returns: the numbers of the user and its group; nil if the name or the number is taken.
    mutating func addUser(_ request: UserRequest, day: Int) -> (user: UInt32, group: UInt32)? {
        guard user(request.name) == nil else { return nil }
        guard let number = Self.free(request.number, request.isSystem, taken: userNumbers) else { return nil }
        let groupNumber: UInt32
        if let group = request.group {
            guard let known = self.group(group) else { return nil }
            groupNumber = known
            _ = addMember(request.name, to: group)
        } else if request.isSystem {
            groupNumber = group("nogroup") ?? 65533
        } else {
            guard let made = addGroup(request.name, number: number, isSystem: false) ?? group(request.name) else {
                return nil
            }
            groupNumber = made
        }
        let comment = request.comment ?? "Linux User,,,"
        let home = request.home ?? "/home/\(request.name)"
        let shell = request.shell ?? (request.isSystem ? "/bin/false" : "/bin/ash")
        for field in [comment, home, shell] where field.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: ":") }) {
            return nil
        }
        appendUser("\(request.name):x:\(number):\(groupNumber):\(comment):\(home):\(shell)\n", request.name, number)
        newShadowLines += Array("\(request.name):!:\(day):0:99999:7:::\n".utf8)
        return (number, groupNumber)
    }

    /// A number that is not taken: the one that is wanted, or the first from 100, or from 1000 for people.
    private static func free(_ wanted: UInt32?, _ isSystem: Bool, taken: Set<UInt32>) -> UInt32? {
        if let wanted { return taken.contains(wanted) ? nil : wanted }
        let range: ClosedRange<UInt32> = isSystem ? 100...999 : 1000...59999
        return range.first { !taken.contains($0) }
    }
}
