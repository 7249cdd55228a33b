internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

// MARK: - Words

extension ShellInterpreter {
    /// The fields that words become: variables replaced, split at blanks, patterns replaced by the names they match.
    mutating func fields(of words: [ShellWord]) throws(Stop) -> [String] {
        var fields: [String] = []
        for word in words {
            // The arguments stay apart; the empty text in front stands for the quotes.
            var parts = word.parts[...]
            if case .text("", true)? = parts.first { parts.removeFirst() }
            if parts.count == 1, case .variable(let variable, let isQuoted)? = parts.first,
                case .none = variable.change, variable.name == "@" || (variable.name == "*" && !isQuoted)
            {
                try append(arguments, to: &fields)
                continue
            }
            try append(self.fields(of: word), to: &fields)
        }
        return fields
    }

    private mutating func append(_ more: [String], to fields: inout [String]) throws(Stop) {
        try spend(more.count * ShellBudget.field)
        fields += more
    }

    private mutating func fields(of word: ShellWord) throws(Stop) -> [String] {
        var fields: [(text: String, pattern: String)] = []
        var isOpen = false
        func add(_ text: some StringProtocol, isQuoted: Bool, _ interpreter: inout ShellInterpreter) throws(Stop) {
            if !isOpen { fields.append(("", "")) }
            isOpen = true
            try interpreter.append(text, to: &fields[fields.count - 1].text)
            try interpreter.append(
                isQuoted ? Self.escaped(text) : String(text), to: &fields[fields.count - 1].pattern)
        }
        for part in word.parts {
            let (value, isQuoted, isLiteral) = try self.value(of: part)
            if isQuoted || isLiteral {
                try add(value, isQuoted: isQuoted, &self)
                continue
            }
            // An expansion without quotes is split at blanks.
            let pieces = value.unicodeScalars.split(whereSeparator: Self.isBlank)
            try spend(pieces.count * ShellBudget.field)
            if let first = value.unicodeScalars.first, Self.isBlank(first) { isOpen = false }
            for (index, piece) in pieces.enumerated() {
                if index > 0 { isOpen = false }
                try add(Substring(piece), isQuoted: false, &self)
            }
            if let last = value.unicodeScalars.last, Self.isBlank(last) { isOpen = false }
        }
        var result: [String] = []
        for field in fields {
            if field.pattern.utf8.contains(where: { "*?[".utf8.contains($0) }),
                field.pattern != Self.escaped(field.text)
            {
                let names = try namesMatching(field.pattern)
                try append(names.isEmpty ? [field.text] : names, to: &result)
            } else {
                result.append(field.text)
            }
        }
        return result
    }

    /// The text of a word that is neither split nor matched against names.
    mutating func text(of word: ShellWord) throws(Stop) -> String {
        var text = ""
        for part in word.parts { try append(value(of: part).text, to: &text) }
        return text
    }

    /// The pattern that a word means: what is quoted in it stands for itself.
    mutating func pattern(of word: ShellWord) throws(Stop) -> String {
        var pattern = ""
        for part in word.parts {
            let (value, isQuoted, _) = try self.value(of: part)
            try append(isQuoted ? Self.escaped(value) : value, to: &pattern)
        }
        return pattern
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { " \n\t".unicodeScalars.contains(scalar) }

    private static func escaped(_ text: some StringProtocol) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "*?[\\".unicodeScalars.contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }

    private mutating func value(
        of part: ShellWord.Part
    ) throws(Stop) -> (text: String, isQuoted: Bool, isLiteral: Bool) {
        switch part {
        case .text(let text, let isQuoted):
            if !isQuoted, text.utf8.first == UInt8(ascii: "~") { throw .notUnderstood(text) }
            return (text, isQuoted, true)
        case .variable(let variable, let isQuoted):
            let value = try nested { interpreter throws(Stop) in try interpreter.value(of: variable) }
            return (value, isQuoted, false)
        case .output(let command, let isQuoted):
            var output = try output(of: command).unicodeScalars
            while output.last == "\n" { output.removeLast() }
            return (String(output), isQuoted, false)
        case .unsupported(let source): throw .notUnderstood(source)
        }
    }

    /// What a command writes, done by a shell of its own: what it does to files stays, what it does to itself does not.
    private mutating func output(of command: ShellCommand) throws(Stop) -> String {
        let (outer, variables, arguments) = (captured, self.variables, self.arguments)
        let (functions, options, outerValues) = (self.functions, self.options, self.outerValues)
        captured = ""
        defer {
            captured = outer
            self.variables = variables
            self.arguments = arguments
            self.functions = functions
            self.options = options
            self.outerValues = outerValues
        }
        do throws(Stop) {
            lastStatus = try run(command: command)
        } catch {
            guard case .exit(let status) = error else { throw error }
            lastStatus = status
        }
        return captured ?? ""
    }

    private mutating func value(of variable: ShellWord.Variable) throws(Stop) -> String {
        let value: String?
        switch variable.name {
        case "@", "*":
            var joined = ""
            for (place, argument) in arguments.enumerated() {
                try append(place == 0 ? "" : " ", to: &joined)
                try append(argument, to: &joined)
            }
            value = joined
        case "#": value = String(arguments.count)
        case "?": value = String(lastStatus)
        case "0": value = name
        case let name where Int(name) != nil:
            let place = (Int(name) ?? 0) - 1
            value = arguments.indices.contains(place) ? arguments[place] : nil
        default: value = variables[variable.name]
        }
        // What shells set by themselves, or only some versions of apk.
        if value == nil, Self.unknownVariables.contains(variable.name) { throw .notUnderstood("$\(variable.name)") }
        if value == nil, options.demandsValues {
            guard case .otherwise = variable.change else { throw .notUnderstood("$\(variable.name)") }
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
            for end in ends where try matches(String(value[..<end]), pattern: pattern) { return String(value[end...]) }
            return value
        case .withoutSuffix(let word, let isLongest):
            let value = value ?? ""
            let pattern = try pattern(of: word)
            var starts = Array((Array(value.indices) + [value.endIndex]).reversed())
            if isLongest { starts.reverse() }
            for start in starts where try matches(String(value[start...]), pattern: pattern) {
                return String(value[..<start])
            }
            return value
        }
    }

    /// Whether a text matches a pattern of the shell as a whole.
    mutating func matches(_ text: String, pattern: String) throws(Stop) -> Bool {
        try spend((text.utf8.count + 1) * (pattern.utf8.count + 1))
        return fnmatch(pattern, text, 0) == 0
    }

    /// The paths that a pattern matches, sorted.
    private mutating func namesMatching(_ pattern: String) throws(Stop) -> [String] {
        var found = [pattern.hasPrefix("/") ? "/" : ""]
        for component in pattern.split(separator: "/") {
            var next: [String] = []
            for directory in found {
                // Each look into a directory goes through all that is planned.
                try spend(ShellBudget.path + merger.tree.table.count)
                let names: [String]
                do throws(RootError) { names = try merger.names(in: directory) } catch {
                    throw Stop(error, at: pattern)
                }
                // These two are in every directory, and only what begins with a dot matches them.
                let own = component.hasPrefix(".") ? [".", ".."] : []
                for name in own + names where try matches(name, pattern: String(component)) {
                    if name.hasPrefix("."), !component.hasPrefix(".") { continue }
                    let path =
                        directory.isEmpty || directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
                    try append([path], to: &next)
                    try spend(path.utf8.count * ShellBudget.byte)
                }
            }
            found = next
        }
        return found
    }
}
