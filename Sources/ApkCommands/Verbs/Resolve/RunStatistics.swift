internal import ApkFormats
internal import ApkResolver

/// What `--stats` tells.
struct RunStatistics {
    let loadTime: Double
    let solveTime: Double
    let decisions: Int
    let conflicts: Int

    /// - Parameters:
    ///   - loadTime: in milliseconds.
    ///   - solveTime: in milliseconds.
    init(loadTime: Double, solveTime: Double, _ resolution: Resolution) {
        self.loadTime = loadTime
        self.solveTime = solveTime
        decisions = resolution.decisions
        conflicts = resolution.conflicts
    }

    init(_ answer: Answer) {
        self.init(loadTime: answer.loadTime, solveTime: answer.solveTime, answer.resolution)
    }

    var json: JSON {
        .object([
            ("loadMs", .number(loadTime)), ("solveMs", .number(solveTime)), ("decisions", .integer(decisions)),
            ("conflicts", .integer(conflicts)),
        ])
    }

    var line: String {
        func round(_ value: Double) -> String { JSON.number(value).line }
        return
            "load \(round(loadTime)) ms, solve \(round(solveTime)) ms, \(decisions) decisions, \(conflicts) conflicts"
    }
}
