internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories

/// Tells of fetching on standard error: a line that is drawn over on a terminal, JSON lines for programs, and for both
/// people and logs a note where an attempt failed and another one follows.
final class FetchProgress: FetchObserver {
    private enum Form { case none, bar, json }

    private struct State {
        var kind = FetchEvent.Kind.index
        var files = 0
        var bytes = 0
        var finishedFiles = 0
        var finishedBytes = 0
        /// What is under way, and how much of each is there.
        var underway: [String: Int] = [:]
        /// Without what the cache had.
        var fetchedBytes = 0
        var start = ContinuousClock.now
        var lastDrawing: ContinuousClock.Instant?
    }

    private let form: Form
    private let notes: Bool
    private let state = Locked(State())

    private init(_ form: Form, notes: Bool) {
        self.form = form
        self.notes = notes
    }

    /// - Parameter choice: the value of `--progress`.
    static func make(_ choice: String, isQuiet: Bool, _ console: Console) -> FetchProgress? {
        let form: Form =
            switch choice {
            case "json": .json
            case "none": .none
            default: !isQuiet && console.showsProgress ? .bar : .none
            }
        return form == .none && (isQuiet || !console.isLive) ? nil : FetchProgress(form, notes: !isQuiet)
    }

    func observe(_ event: FetchEvent) {
        switch form {
        case .json: writeToStandardError(exactly: Self.json(event).line + "\n")
        case .bar:
            if let text = state.withLock({ Self.update(&$0, event) }) { writeToStandardError(text) }
            fallthrough
        case .none:
            guard notes, case .retrying(_, let file, let failure, let delay) = event else { return }
            let clearing: DisplayText = form == .bar ? ProgressBar.clearing : ""
            let seconds = max(1, Int(delay.rounded()))
            writeToStandardError(
                "\(clearing)note: \(file): \(FetchFailureText.text(failure)); trying again in \(seconds) s\n")
        }
    }

    /// Takes an event in.
    ///
    /// - Returns: what to draw; nil for nothing new.
    private static func update(_ state: inout State, _ event: FetchEvent) -> DisplayText? {
        switch event {
        case .planned(let kind, let files, let bytes):
            state = State()
            (state.kind, state.files, state.bytes) = (kind, files, bytes)
            return nil
        case .received(_, let file, let bytes): state.underway[file] = bytes
        case .finished(_, let file, let bytes, let fromCache):
            state.underway[file] = nil
            state.finishedFiles += 1
            state.finishedBytes += bytes
            if !fromCache { state.fetchedBytes += bytes }
            if state.finishedFiles == state.files { return state.lastDrawing == nil ? nil : ProgressBar.clearing }
        case .retrying(_, let file, _, _): state.underway[file] = nil
        }
        let now = ContinuousClock.now
        // What is done in half a second needs no bar, and more than ten drawings a second nobody sees.
        guard now - state.start > .milliseconds(500), now - (state.lastDrawing ?? state.start) > .milliseconds(100)
        else { return nil }
        state.lastDrawing = now
        return drawing(state, seconds: (now - state.start).milliseconds / 1000)
    }

    private static func drawing(_ state: State, seconds: Double) -> DisplayText {
        let underway = state.underway.values.reduce(0, +)
        let bytes = state.finishedBytes + underway
        let speed = Int(Double(state.fetchedBytes + underway) / max(seconds, 0.001))
        let what = state.kind == .index ? (state.files == 1 ? "index" : "indexes") : "packages"
        let of = state.bytes > 0 ? " of \(humanSize(state.bytes))" : ""
        let name = state.underway.keys.min() ?? ""
        return ProgressBar.drawing(
            done: state.bytes > 0 ? bytes : state.finishedFiles, of: state.bytes > 0 ? state.bytes : state.files,
            "\(state.finishedFiles)/\(state.files) \(what), \(humanSize(bytes))\(of), \(humanSize(speed))/s  \(name)")
    }

    private static func json(_ event: FetchEvent) -> JSON {
        switch event {
        case .planned(let kind, let files, let bytes):
            .object([
                ("event", .string("planned")), ("kind", .string(kind.rawValue)), ("files", .integer(files)),
                ("bytes", .integer(bytes)),
            ])
        case .received(let kind, let file, let bytes):
            .object([
                ("event", .string("received")), ("kind", .string(kind.rawValue)), ("file", .string(file)),
                ("bytes", .integer(bytes)),
            ])
        case .finished(let kind, let file, let bytes, let fromCache):
            .object([
                ("event", .string("finished")), ("kind", .string(kind.rawValue)), ("file", .string(file)),
                ("bytes", .integer(bytes)), ("fromCache", .bool(fromCache)),
            ])
        case .retrying(let kind, let file, let failure, let delay):
            .object([
                ("event", .string("retrying")), ("kind", .string(kind.rawValue)), ("file", .string(file)),
                ("failure", FetchFailureText.json(failure)), ("delay", .number(delay)),
            ])
        }
    }
}
