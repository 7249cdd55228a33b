internal import ApkFormats
internal import ApkRepositories
internal import ApkResolver

/// A lock that no longer answers the requests, although it was said to be binding.
struct StaleLock: Error, FailureText {
    let path: String
    let requests: [String]
    let staleness: LockStaleness
    /// What a new lock would change.
    let differences: PackageDifferences

    var status: Int32 { 1 }

    /// One clause.
    var summary: String { "\(path) no longer answers the requests: \(reasons.joined(separator: "; "))" }

    func message(_ console: Console) -> DisplayText {
        var lines: [DisplayText] = ["\(path) no longer answers the requests"]
        lines += reasons.map { "  - \($0)" }
        if !differences.isEmpty {
            lines.append("a new lock would change")
            lines += DifferencesText(differences, console).lines.map { "  \($0)" }
        }
        let words = requests.map { $0.contains(where: { "<>!~ ".contains($0) }) ? "'\($0)'" : $0 }
        lines.append("\(console.bold("try:")) `apkresolve lock \(words.joined(separator: " "))` writes it anew")
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("code", .string("stale-lock")), ("message", .string(summary)),
            ("reasons", .array(reasons.map { .string($0) })), ("differences", DifferencesDocument(differences).json),
        ])
    }

    private var reasons: [String] {
        var reasons = staleness.addedRequests.map { "`\($0)` is asked for and not in the lock" }
        reasons += staleness.removedRequests.map { "`\($0)` is in the lock and no longer asked for" }
        reasons += staleness.addedOptions.map { "it was made without `\($0)`" }
        reasons += staleness.removedOptions.map { "it was made with `\($0)`" }
        reasons += staleness.vanished.map { vanished in
            let label = "\(vanished.package.name)-\(vanished.package.version)"
            guard let replacement = vanished.replacement else { return "no repository has \(label) any more" }
            return replacement == label
                ? "\(label) was built anew: the repositories have other bytes under this name"
                : "the repositories replaced \(label) by \(replacement)"
        }
        if staleness.isIncomplete {
            reasons.append("its packages are no answer: one is missing, excluded, or asked for by nothing")
        }
        return reasons
    }
}

/// Says aloud that a repository went back in time.
enum RollbackText {
    static func lines(_ rollbacks: [LockSearch.Rollback]) -> [DisplayText] {
        rollbacks.map {
            "\($0.location) serves an older index than the lock's: its newest package was built"
                + " \(duration($0.lockedBuild - $0.presentBuild)) earlier; a stale mirror, or somebody who holds updates back"
        }
    }

    private static func duration(_ seconds: Int) -> String {
        seconds >= 172_800
            ? "\(seconds / 86400) days" : seconds >= 7200 ? "\(seconds / 3600) hours" : "\(seconds) seconds"
    }
}
