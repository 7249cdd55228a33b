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

        var homeDirectory: String { home ?? "/home/\(name)" }
    }

    /// The highest number that the commands take.
    static let highestNumber: UInt32 = 256_000

    /// Whether the commands take a text as an account's name. Only its last character may be a dollar sign.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !"-.$".utf8.contains(first), name.utf8.count <= 255 else { return false }
        return (name.hasSuffix("$") ? name.dropLast() : name[...]).utf8.allSatisfy { byte in
            (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (0x30...0x39).contains(byte) || "_.-".utf8.contains(byte)
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

    /// Adds a user, as a member of the group that is named, or for a system user of `nogroup`; any other gets a group of
    /// its own, of its name and number.
    ///
    /// - Parameter day: today, in days since 1970, for the shadow file.
    /// - Returns: the numbers of the user and its group; nil if a name or number is taken, or the group is not there.
    mutating func addUser(_ request: UserRequest, day: Int) -> (user: UInt32, group: UInt32)? {
        guard user(request.name) == nil else { return nil }
        let number: UInt32
        let groupNumber: UInt32
        if let group = request.group ?? (request.isSystem ? "nogroup" : nil) {
            guard let known = self.group(group),
                let free = Self.free(request.number, request.isSystem, taken: userNumbers)
            else { return nil }
            (number, groupNumber) = (free, known)
            _ = addMember(request.name, to: group)
        } else {
            guard let free = Self.free(request.number, false, taken: userNumbers.union(groupNumbers)),
                let made = addGroup(request.name, number: free, isSystem: false)
            else { return nil }
            (number, groupNumber) = (free, made)
        }
        let comment = request.comment ?? "Linux User,,,"
        let shell = request.shell ?? (request.isSystem ? "/sbin/nologin" : "/bin/ash")
        appendUser(
            "\(request.name):x:\(number):\(groupNumber):\(comment):\(request.homeDirectory):\(shell)\n", request.name,
            number)
        newShadowLines.append((request.name, "\(request.name):!:\(day):0:99999:7:::\n"))
        return (number, groupNumber)
    }

    /// The text of `etc/shadow` with the lines that it lacks, in place of those that it has for the same names.
    mutating func addShadowLines(to text: [UInt8]) -> [UInt8] {
        var text = text
        for (name, line) in newShadowLines {
            let start = Array("\(name):".utf8)
            let others = text.split(separator: 0x0a).filter { !$0.starts(with: start) }
            text = others.flatMap { $0 + [0x0a] } + Array(line.utf8)
        }
        newShadowLines = []
        return text
    }

    /// A number that is not taken: the one that is wanted, or the first from 100, or from 1000 for people.
    private static func free(_ wanted: UInt32?, _ isSystem: Bool, taken: Set<UInt32>) -> UInt32? {
        if let wanted { return taken.contains(wanted) ? nil : wanted }
        let range: ClosedRange<UInt32> = isSystem ? 100...999 : 1000...59999
        return range.first { !taken.contains($0) }
    }
}
