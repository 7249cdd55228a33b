internal import ApkArchive

/// The users and groups of a root: `etc/passwd` and `etc/group`.
struct Accounts {
    static let passwdPath = Array("etc/passwd".utf8)
    static let groupPath = Array("etc/group".utf8)

    /// The lines of the two files, as they are.
    private(set) var passwd: [UInt8]
    private(set) var group: [UInt8]
    private var users: [[UInt8]: UInt32] = [:]
    private var groups: [[UInt8]: UInt32] = [:]
    /// Lines that `etc/shadow` still lacks.
    var newShadowLines: [(name: String, line: String)] = []

    /// - Parameters: the contents of the files; nil for one that is not there.
    init(passwd: [UInt8]?, group: [UInt8]?) {
        self.passwd = passwd ?? []
        self.group = group ?? []
        users = Self.numbers(self.passwd)
        groups = Self.numbers(self.group)
    }

    /// Each line's name and the number in its third field.
    private static func numbers(_ text: [UInt8]) -> [[UInt8]: UInt32] {
        var numbers: [[UInt8]: UInt32] = [:]
        for line in text.split(separator: 0x0a) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count >= 3, let number = UInt32(String(decoding: fields[2], as: UTF8.self)) else { continue }
            if numbers[Array(fields[0])] == nil { numbers[Array(fields[0])] = number }
        }
        return numbers
    }

    /// Who owns an entry in this root: the names count, and the numbers where the root does not know a name.
    func owner(of entry: ArchiveEntry) -> (user: UInt32, group: UInt32) {
        (users[entry.userName] ?? entry.userID, groups[entry.groupName] ?? entry.groupID)
    }

    func user(_ name: String) -> UInt32? { users[Array(name.utf8)] }
    func group(_ name: String) -> UInt32? { groups[Array(name.utf8)] }

    /// The group that a user's line names.
    func loginGroup(of user: String) -> UInt32? {
        let line = passwd.split(separator: 0x0a).first { $0.starts(with: "\(user):".utf8) }
        let fields = line?.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) ?? []
        return fields.count > 3 ? UInt32(String(decoding: fields[3], as: UTF8.self)) : nil
    }

    /// The numbers that are taken.
    var userNumbers: Set<UInt32> { Set(users.values) }
    var groupNumbers: Set<UInt32> { Set(groups.values) }

    mutating func appendUser(_ line: String, _ name: String, _ number: UInt32) {
        Self.append(line, to: &passwd)
        users[Array(name.utf8)] = number
    }

    mutating func appendGroup(_ line: String, _ name: String, _ number: UInt32) {
        Self.append(line, to: &group)
        groups[Array(name.utf8)] = number
    }

    mutating func replaceGroup(_ text: [UInt8]) { group = text }

    private static func append(_ line: String, to text: inout [UInt8]) {
        if let last = text.last, last != 0x0a { text.append(0x0a) }
        text += Array(line.utf8)
    }
}
