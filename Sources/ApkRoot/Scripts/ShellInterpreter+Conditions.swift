internal import ApkFormats

// MARK: - Conditions

extension ShellInterpreter {
    /// No condition of a person is as long; each word of one may hold another.
    private static let mostWords = 64

    mutating func test(_ words: [String], _ command: ShellSimpleCommand) throws(Stop) -> Bool {
        guard words.count <= Self.mostWords else { throw .notUnderstood(command.text) }
        var words = words
        if words.last == "]" { words.removeLast() }
        if let place = words.lastIndex(of: "-o"), place > 0, place < words.count - 1 {
            let left = try test(Array(words[..<place]), command)
            return try test(Array(words[(place + 1)...]), command) || left
        }
        if let place = words.lastIndex(of: "-a"), place > 0, place < words.count - 1 {
            let left = try test(Array(words[..<place]), command)
            return try test(Array(words[(place + 1)...]), command) && left
        }
        if words.first == "!", words.count > 1 { return try !test(Array(words.dropFirst()), command) }
        switch words.count {
        case 0: return false
        case 1: return !words[0].isEmpty
        case 2:
            switch words[0] {
            case "-n": return !words[1].isEmpty
            case "-z": return words[1].isEmpty
            default:
                try spend(pathWork)
                do throws(RootError) {
                    if let answer = try merger.test(words[0], words[1], stage) { return answer }
                } catch {
                    throw Stop(error, at: command.text)
                }
            }
        case 3:
            switch words[1] {
            case "=", "==": return words[0].utf8.elementsEqual(words[2].utf8)
            case "!=": return !words[0].utf8.elementsEqual(words[2].utf8)
            default:
                if let left = Int(words[0]), let right = Int(words[2]) {
                    switch words[1] {
                    case "-eq": return left == right
                    case "-ne": return left != right
                    case "-lt": return left < right
                    case "-le": return left <= right
                    case "-gt": return left > right
                    case "-ge": return left >= right
                    default: break
                    }
                }
            }
        default: break
        }
        throw .notUnderstood(command.text)
    }
}
