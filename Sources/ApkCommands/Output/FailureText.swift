internal import ApkArchive
internal import ApkFormats
internal import ApkImage
internal import ApkRepositories
internal import ApkResolver
internal import ApkRoot

/// What a person, a program and a shell are told of an error. Each module's error has one.
protocol FailureText {
    /// The exit status that belongs to the error.
    var status: Int32 { get }
    /// The error for a person, without `error:` in front; may have several lines.
    func message(_ console: Console) -> DisplayText
    /// The error as a JSON value with `code` and `message`.
    var json: JSON { get }
}

/// The text for an error of any module.
func failureText(_ error: any Error) -> any FailureText {
    switch error {
    case let error as RepositoryError: RepositoryErrorText(error)
    case let error as StaleLock: error
    case let error as RootError: RootErrorText(error)
    case let error as ArchiveError: ArchiveErrorText(error)
    case let error as ImageError: ImageErrorText(error)
    case let error as ResolutionError: ResolutionErrorText(error)
    default: UnexpectedErrorText(error: error)
    }
}

/// An error that no module means to throw: a fault of this program.
private struct UnexpectedErrorText: FailureText {
    let error: any Error

    var status: Int32 { 4 }

    func message(_ console: Console) -> DisplayText { "\(error)" }

    var json: JSON { .object([("code", .string("unexpected")), ("message", .string("\(error)"))]) }
}

extension Console {
    /// Says an error in the form that was asked for: JSON on the output, or text on standard error.
    ///
    /// - Returns: the exit status.
    func report(_ text: any FailureText, asJSON: Bool) -> Int32 {
        if asJSON {
            write(exactly: JSON.object([("schema", .integer(1)), ("error", text.json)]).pretty)
        } else {
            flush()
            error("\(red("error:")) \(text.message(self))")
        }
        return text.status
    }
}
