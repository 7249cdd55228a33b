/// A command line that is none.
package struct UsageError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        case unknownOption, missingValue, invalidValue, unexpectedValue, unexpectedOption, missingOperand
    }

    package var code: Code
    package var argument: String
    package var detail: String

    package init(_ code: Code, argument: String, detail: String = "") {
        self.code = code
        self.argument = argument
        self.detail = detail
    }

    /// One sentence for a person.
    package var message: DisplayText {
        switch code {
        case .unknownOption:
            "unknown option `\(argument)`" + (detail.isEmpty ? "" : "; did you mean `\(detail)`?")
        case .missingValue: "`\(argument)` needs a value: `\(argument) \(detail)`"
        case .invalidValue: "`\(argument)` is not \(detail)"
        case .unexpectedValue: "`\(argument)` takes no value"
        case .unexpectedOption: "`\(argument)` does not go with `\(detail)`"
        case .missingOperand: "\(argument): \(detail)"
        }
    }
}
