internal import ApkArchive
internal import ApkFormats
internal import ApkRoot

/// Progress over packages on standard error: a bar on a terminal once the work takes half a second, or lines of JSON.
final class ProgressMeter: Sendable {
    private enum Form { case none, bar, json }

    private struct State {
        var finished = 0
        var bytes = 0
        var isShown = false
    }

    private let form: Form
    private let what: String
    private let count: Int
    private let bytes: Int
    private let start = ContinuousClock.now
    private let state = Locked(State())

    /// - Parameters:
    ///   - what: the work, as JSON lines call it.
    ///   - sizes: the sizes of the packages' files in bytes.
    init(_ context: VerbContext, what: String, sizes: [Int]) {
        let invocation = context.invocation
        switch invocation.progress {
        case "json": form = .json
        case "none": form = .none
        default: form = !invocation.quiet && context.console.showsProgress ? .bar : .none
        }
        self.what = what
        count = sizes.count
        bytes = sizes.saturatingSum { $0 }
    }

    /// A package is done.
    func advance(_ progress: PackageStaging.Progress) {
        advance(progress.label, size: progress.size, finished: progress.finished)
    }

    /// A package is done, and with it so many.
    func advance(_ label: String, size: Int, finished: Int) {
        guard form != .none else { return }
        state.withLock { state in
            state.finished = finished
            state.bytes += size
            switch form {
            case .none: break
            case .json:
                let event =
                    JSON.object([
                        ("event", .string(what)), ("package", .string(label)),
                        ("finished", .integer(state.finished)), ("total", .integer(count)),
                        ("bytes", .integer(state.bytes)), ("totalBytes", .integer(bytes)),
                    ]).line + "\n"
                writeToStandardError(exactly: event)
            case .bar:
                guard ContinuousClock.now - start > .milliseconds(500) else { return }
                state.isShown = true
                writeToStandardError(bar(state, label))
            }
        }
    }

    /// Takes the bar away.
    func finish() {
        if state.withLock({ $0.isShown }) { writeToStandardError(ProgressBar.clearing) }
    }

    private func bar(_ state: State, _ label: String) -> DisplayText {
        ProgressBar.drawing(
            done: state.bytes, of: bytes,
            "\(state.finished)/\(count) packages, \(humanSize(state.bytes)) of \(humanSize(bytes))  \(label)")
    }
}
