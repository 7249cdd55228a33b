// MARK: - Variables, and the functions that have some of their own

extension ShellInterpreter {
    mutating func assign(_ value: String?, to variable: String) throws(Stop) {
        // Fields are split at blanks here and commands are found, whatever a script says.
        let isFixed = ["IFS", "PATH"].contains(variable) && value != variables[variable]
        guard !isFixed, !constants.contains(variable) else { throw .notUnderstood("\(variable)=…") }
        variables[variable] = value
    }

    /// Takes `NAME` or `NAME=VALUE` of a command that says something about variables.
    mutating func declare(_ word: String, by command: String) throws(Stop) {
        let equals = word.firstIndex(of: "=")
        let name = String(word[..<(equals ?? word.endIndex)])
        if command == "local" {
            if outerValues?[name] == nil { outerValues?[name] = variables[name] }
            if equals == nil { try assign(nil, to: name) }
        }
        if let equals { try assign(String(word[word.index(after: equals)...]), to: name) }
        if command == "readonly" { constants.insert(name) }
    }

    mutating func call(_ function: ShellCommand, _ operands: [String]) throws(Stop) -> Int {
        let (outer, values) = (arguments, outerValues)
        arguments = operands
        outerValues = [:]
        defer {
            for (name, value) in outerValues ?? [:] { variables[name] = value }
            (arguments, outerValues) = (outer, values)
        }
        do throws(Stop) {
            return try run(command: function)
        } catch {
            guard case .leave(let status) = error else { throw error }
            return status
        }
    }
}
