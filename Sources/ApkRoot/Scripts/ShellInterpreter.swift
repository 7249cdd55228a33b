internal import ApkFormats

/// Follows a script as far as it is understood, and does to the planned root what it would do.
///
/// Nothing is executed. The first command that is not known ends it, and what it did so far is thrown away by the
/// caller.
struct ShellInterpreter {
    /// Why a script does not simply go on.
    enum Stop: Error {
        /// Something that only running the script could do; the text of the command.
        case notUnderstood(String)
        case exit(Int)
        case leave(Int)
        case failed(RootError)
    }

    var merger: TreeMerger
    let stage: any StagedContents
    /// The time of everything that is made, in seconds since 1970.
    let time: Int
    /// What was done, in a few words each.
    var effects: [String] = []
    private var variables: [String: String] = [:]
    private var arguments: [String]
    private var functions: [String: ShellCommand] = [:]
    private var lastStatus = 0
    /// What commands write while their output is a word of another.
    private var captured: String?
    private var stepsLeft = 20_000
    private var depth = 0

    init(merger: TreeMerger, stage: any StagedContents, time: Int, arguments: [String]) {
        self.merger = merger
        self.stage = stage
        self.time = time
        self.arguments = arguments
    }

    /// Follows the whole script.
    ///
    /// - Throws: ``Stop`` where it is not understood, or would fail.
    mutating func run(_ script: ShellCommand) throws(Stop) {
        do throws(Stop) {
            _ = try run(command: script)
        } catch {
            guard case .exit(let status) = error else { throw error }
            if status != 0 { throw .notUnderstood("exit \(status)") }
        }
    }

    private mutating func run(command: ShellCommand) throws(Stop) -> Int {
        stepsLeft -= 1
        depth += 1
        defer { depth -= 1 }
        guard stepsLeft > 0, depth < 200 else { throw .notUnderstood("a script that does not come to its end") }
        switch command {
        case .simple(let simple): lastStatus = try run(simple)
        case .sequence(let commands):
            if commands.isEmpty { lastStatus = 0 }
            for command in commands { lastStatus = try run(command: command) }
        case .and(let left, let right):
            lastStatus = try run(command: left)
            if lastStatus == 0 { lastStatus = try run(command: right) }
        case .or(let left, let right):
            lastStatus = try run(command: left)
            if lastStatus != 0 { lastStatus = try run(command: right) }
        case .not(let inner): lastStatus = try run(command: inner) == 0 ? 1 : 0
        case .conditional(let branches, let otherwise):
            for branch in branches where try run(command: branch.condition) == 0 {
                lastStatus = try run(command: branch.body)
                return lastStatus
            }
            lastStatus = try otherwise.map { command throws(Stop) in try run(command: command) } ?? 0
        case .choice(let word, let branches):
            let value = try text(of: word)
            lastStatus = 0
            for branch in branches {
                for pattern in branch.patterns where matches(value, pattern: try self.pattern(of: pattern)) {
                    lastStatus = try run(command: branch.body)
                    return lastStatus
                }
            }
        case .loop(let variable, let words, let body):
            lastStatus = 0
            for value in try fields(of: words) {
                variables[variable] = value
                do throws(Stop) {
                    lastStatus = try run(command: body)
                } catch {
                    guard case .leave(let kind) = error else { throw error }
                    if kind == Self.breakStatus { break }
                    guard kind == Self.continueStatus else { throw error }
                }
            }
        case .function(let name, let body):
            functions[name] = body
            lastStatus = 0
        case .unsupported(let source): throw .notUnderstood(source)
        }
        return lastStatus
    }

    private static let breakStatus = -1
    private static let continueStatus = -2

    private mutating func run(_ command: ShellSimpleCommand) throws(Stop) -> Int {
        var status = 0
        for assignment in command.assignments {
            lastStatus = 0
            variables[assignment.name] = try text(of: assignment.value)
            status = lastStatus
        }
        var words = try fields(of: command.words)
        guard !words.isEmpty else {
            if command.usesFile { throw .notUnderstood(command.text) }
            return status
        }
        if words[0] == "exec" || words[0] == "command" && words.count > 1 && !words[1].hasPrefix("-") {
            let isExec = words.removeFirst() == "exec"
            guard !words.isEmpty else { return 0 }
            let status = try run(words, command)
            if isExec { throw .exit(status) }
            return status
        }
        return try run(words, command)
    }

    private mutating func run(_ words: [String], _ command: ShellSimpleCommand) throws(Stop) -> Int {
        if command.usesFile { throw .notUnderstood(command.text) }
        let operands = Array(words.dropFirst())
        if let function = functions[words[0]] { return try call(function, operands) }
        switch words[0] {
        case ":", "true", "set", "umask", "sync", "unset", "shift": return 0
        case "false": return 1
        case "exit": throw .exit(Int(operands.first ?? "") ?? lastStatus)
        case "return": throw .leave(Int(operands.first ?? "") ?? lastStatus)
        case "break": throw .leave(Self.breakStatus)
        case "continue": throw .leave(Self.continueStatus)
        case "local", "export", "readonly":
            for word in operands {
                guard let equals = word.firstIndex(of: "=") else { continue }
                variables[String(word[..<equals])] = String(word[word.index(after: equals)...])
            }
            return 0
        case "cd": return operands.first == "/" ? 0 : try unknown(command)
        case "echo":
            write(operands.drop { $0 == "-n" || $0 == "-e" }.joined(separator: " ") + "\n")
            return 0
        case "printf":
            // Only for people: a format would have to be followed to be a word.
            return captured == nil ? 0 : try unknown(command)
        case "[", "test": return try test(operands, command) ? 0 : 1
        default:
            do throws(RootError) {
                guard let status = try perform(words) else { return try unknownInside(command) }
                return status
            } catch {
                throw .failed(error)
            }
        }
    }

    private func unknown(_ command: ShellSimpleCommand) throws(Stop) -> Int { throw .notUnderstood(command.text) }

    /// Marks a command that the root's own commands do not know either.
    private func unknownInside(_ command: ShellSimpleCommand) throws(RootError) -> Int {
        throw RootError(.scriptNeedsYou, detail: command.text)
    }

    private mutating func call(_ function: ShellCommand, _ operands: [String]) throws(Stop) -> Int {
        let outer = arguments
        arguments = operands
        defer { arguments = outer }
        do throws(Stop) {
            return try run(command: function)
        } catch {
            guard case .leave(let status) = error, status >= 0 else { throw error }
            return status
        }
    }

    /// Takes what a command prints: it is a word of another command, or nobody's concern.
    mutating func write(_ text: String) { if captured != nil { captured? += text } }

    // MARK: - Words

    /// The fields that words become: variables replaced, split at blanks, patterns replaced by the names they match.
    private mutating func fields(of words: [ShellWord]) throws(Stop) -> [String] {
        var fields: [String] = []
        for word in words {
            if word.parts.count == 1, case .variable(let variable, _) = word.parts[0], "@*".contains(variable.name) {
                fields += arguments
                continue
            }
            if word.parts.count == 2, case .text("", true) = word.parts[0],
                case .variable(let variable, true) = word.parts[1], variable.name == "@"
            {
                fields += arguments
                continue
            }
            fields += try self.fields(of: word)
        }
        return fields
    }

    private mutating func fields(of word: ShellWord) throws(Stop) -> [String] {
        var fields: [(text: String, pattern: String)] = []
        var isOpen = false
        func append(_ text: Substring, _ pattern: String) {
            if !isOpen { fields.append(("", "")) }
            isOpen = true
            fields[fields.count - 1].text += text
            fields[fields.count - 1].pattern += pattern
        }
        for part in word.parts {
            let (value, isQuoted, isLiteral) = try self.value(of: part)
            if isQuoted || isLiteral {
                append(value[...], isQuoted ? Self.escaped(value) : value)
                continue
            }
            // An expansion without quotes is split at blanks.
            let pieces = value.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" })
            if let first = value.first, first.isWhitespace { isOpen = false }
            for (index, piece) in pieces.enumerated() {
                if index > 0 { isOpen = false }
                append(piece, String(piece))
            }
            if let last = value.last, last.isWhitespace { isOpen = false }
        }
        var result: [String] = []
        for field in fields {
            if field.pattern.contains(where: { "*?[".contains($0) }), field.pattern != Self.escaped(field.text) {
                let names = try namesMatching(field.pattern)
                result += names.isEmpty ? [field.text] : names
            } else {
                result.append(field.text)
            }
        }
        return result
    }

    /// The text of a word that is neither split nor matched against names.
    private mutating func text(of word: ShellWord) throws(Stop) -> String {
        var text = ""
        for part in word.parts { text += try value(of: part).text }
        return text
    }

    /// The pattern that a word means: what is quoted in it stands for itself.
    private mutating func pattern(of word: ShellWord) throws(Stop) -> String {
        var pattern = ""
        for part in word.parts {
            let (value, isQuoted, _) = try self.value(of: part)
            pattern += isQuoted ? Self.escaped(value) : value
        }
        return pattern
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "*?[\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }

    private mutating func value(
        of part: ShellWord.Part
    ) throws(Stop) -> (text: String, isQuoted: Bool, isLiteral: Bool) {
        switch part {
        case .text(let text, let isQuoted):
            if !isQuoted, text.hasPrefix("~") { throw .notUnderstood(text) }
            return (text, isQuoted, true)
        case .variable(let variable, let isQuoted): return (try value(of: variable), isQuoted, false)
        case .output(let command, let isQuoted):
            let outer = captured
            captured = ""
            defer { captured = outer }
            lastStatus = try run(command: command)
            var output = captured ?? ""
            while output.hasSuffix("\n") { output.removeLast() }
            return (output, isQuoted, false)
        case .unsupported(let source): throw .notUnderstood(source)
        }
    }

    private mutating func value(of variable: ShellWord.Variable) throws(Stop) -> String {
        let value: String?
        switch variable.name {
        case "@", "*": value = arguments.joined(separator: " ")
        case "#": value = String(arguments.count)
        case "?": value = String(lastStatus)
        case "0": value = "sh"
        case let name where Int(name) != nil:
            let place = (Int(name) ?? 0) - 1
            value = arguments.indices.contains(place) ? arguments[place] : nil
        default: value = variables[variable.name]
        }
        switch variable.change {
        case .none: return value ?? ""
        case .otherwise(let word):
            if let value, !value.isEmpty { return value }
            return try text(of: word)
        case .withoutPrefix(let word, let isLongest):
            let value = value ?? ""
            let pattern = try pattern(of: word)
            var ends = Array(value.indices) + [value.endIndex]
            if isLongest { ends.reverse() }
            return ends.first { matches(String(value[..<$0]), pattern: pattern) }.map { String(value[$0...]) } ?? value
        case .withoutSuffix(let word, let isLongest):
            let value = value ?? ""
            let pattern = try pattern(of: word)
            var starts = Array((Array(value.indices) + [value.endIndex]).reversed())
            if isLongest { starts.reverse() }
            return starts.first { matches(String(value[$0...]), pattern: pattern) }.map { String(value[..<$0]) }
                ?? value
        }
    }

    /// The paths that a pattern matches, sorted.
    private mutating func namesMatching(_ pattern: String) throws(Stop) -> [String] {
        var found = [pattern.hasPrefix("/") ? "/" : ""]
        for component in pattern.split(separator: "/") {
            var next: [String] = []
            for directory in found {
                do throws(RootError) {
                    for name in try merger.names(in: directory) where matches(name, pattern: String(component)) {
                        if name.hasPrefix("."), !component.hasPrefix(".") { continue }
                        next.append(
                            directory.isEmpty || directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)")
                    }
                } catch {
                    throw .failed(error)
                }
            }
            found = next
        }
        return found
    }

    // MARK: - Conditions

    private mutating func test(_ words: [String], _ command: ShellSimpleCommand) throws(Stop) -> Bool {
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
                do throws(RootError) {
                    if let answer = try merger.test(words[0], words[1], stage) { return answer }
                } catch {
                    throw .failed(error)
                }
            }
        case 3:
            switch words[1] {
            case "=", "==": return words[0] == words[2]
            case "!=": return words[0] != words[2]
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

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether a text matches a pattern of the shell as a whole.
private func matches(_ text: String, pattern: String) -> Bool { fnmatch(pattern, text, 0) == 0 }
